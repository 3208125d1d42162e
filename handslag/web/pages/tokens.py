"""My tokens for the API: make one, see which there are and when they were used last, revoke one."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from engine.errors import BadInput, Fault
from handslag import tokens
from handslag.web.fields import fault_said
from handslag.web.visit import Form, Posted, Visit, Visiting, see_other
from storage import token_rows

LIVES = (7, 30, 90, 180, 365)
router = APIRouter()


@router.get("/me/tokens")
def show(visit: Visiting) -> HTMLResponse:
    """Show the tokens of the person."""
    return _page(visit)


@router.post("/me/tokens")
def make(visit: Visiting, form: Form) -> HTMLResponse:
    """Make a token; it is shown on this answer and kept nowhere."""
    token = tokens.fresh_token()
    wanted = tokens.Wanted(
        name=form.text("name"), scope=form.text("scope"), programme=form.text("programme"), days=form.number("days")
    )  # fmt: skip
    try:
        visit.house.store.run(lambda tx: tokens.make_token(tx, token, visit.person, wanted, visit.now))
    except BadInput as error:
        return _page(visit, form, error.faults)
    return _page(visit, made=token)


@router.post("/me/tokens/{token}/revoke")
def revoke(visit: Visiting, token: int) -> Response:
    """Revoke a token of the person; a number of somebody else's does nothing."""
    visit.house.store.run(lambda tx: token_rows.revoke_token(tx, visit.person, token))
    return see_other("/me/tokens")


def _page(visit: Visit, form: Posted | None = None, faults: Sequence[Fault] = (), made: str = "") -> HTMLResponse:
    lines = visit.house.store.read(lambda tx: token_rows.tokens(tx, visit.person, visit.now))
    return visit.page(
        "tokens.html",
        422 if faults else 200,
        lines=lines,
        made=made,
        lives=LIVES,
        days=form.number("days") if form else tokens.DAYS,
        name=form.text("name") if form else "",
        errors={fault.place: fault_said(visit.labels, fault) for fault in faults},
    )
