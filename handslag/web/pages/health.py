"""Signs of life for whoever watches over the server: alive, and ready to answer."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

from engine.errors import EnvironmentFault
from handslag.web.visit import house_of
from storage import account_rows

router = APIRouter()


@router.get("/healthz")
def healthz() -> PlainTextResponse:
    """Say that the process answers."""
    return PlainTextResponse("ok")


@router.get("/readyz")
def readyz(request: Request) -> PlainTextResponse:
    """Say whether the database answers; what is wrong `handslag doctor` says, not this."""
    try:
        house_of(request).store.read(account_rows.has_accounts)
    except EnvironmentFault:
        return PlainTextResponse("not ready", status_code=503)
    return PlainTextResponse("ready")
