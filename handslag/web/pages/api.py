"""How to use the API: an own page with calls to copy, and what each refusal means. The reference is its own description."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from engine.errors import Reason
from handslag.web.api.mounting import PATH
from handslag.web.sessions import public_address
from handslag.web.visit import Visiting
from notifications.sentences import REFUSALS as CODES

router = APIRouter()


@router.get("/api")
def show(visit: Visiting) -> HTMLResponse:
    """Show how to use the API."""
    labels = visit.labels
    return visit.page(
        "api.html",
        base=public_address(visit.house, visit.request) + PATH,
        codes=[(code, labels.words.sentence(Reason(code=code), labels.language)) for code in CODES],
    )
