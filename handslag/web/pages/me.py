"""My account: where I am signed in, signing out elsewhere or everywhere, and a new password."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from engine.errors import NotFound
from engine.ports import Tx
from handslag.web import passwords, sessions
from handslag.web.pages.sign_in import MOST_BY_BOTH, too_many
from handslag.web.visit import Form, Visit, Visiting, see_other
from storage import account_rows, token_rows

router = APIRouter()


@router.get("/me")
def show(visit: Visiting) -> HTMLResponse:
    """Show the account of the person."""
    return _page(visit)


@router.post("/me/sessions/{session}/end")
def end(visit: Visiting, session: int) -> Response:
    """Sign one browser of the person out; a number of somebody else's does nothing."""
    account = visit.signed.account
    visit.house.store.run(lambda tx: account_rows.end_session(tx, account, session))
    return see_other("/me")


@router.post("/me/sign-out-everywhere")
def end_all(visit: Visiting) -> Response:
    """Sign every browser of the person out, this one too, and revoke its tokens: whoever was in could have made one."""
    account = visit.signed.account

    def write(tx: Tx) -> None:
        account_rows.end_sessions(tx, account)
        token_rows.revoke_tokens(tx, visit.person)

    visit.house.store.run(write)
    response = see_other("/sign-in")
    sessions.forget(visit.request, response)
    return response


@router.post("/me/password")
def change_password(visit: Visiting, form: Form) -> Response:
    """Change the password, for somebody who knows the old one; every other browser is signed out."""
    account, password = visit.signed.account, form.text("password")
    if not visit.house.settings.sign_in.local:
        raise NotFound("there is no such page")
    tries = {f"me:{visit.person}": MOST_BY_BOTH}  # whoever has somebody's open browser may not guess either
    if too_many(visit.house, tries, visit.now):
        return _page(visit, "too_many")
    known = visit.house.store.read(lambda tx: account_rows.account(tx, visit.person))
    if known is None or not passwords.matches(known.password, form.text("old")):
        return _page(visit, "wrong")
    if not passwords.LEAST_LENGTH <= len(password) <= passwords.MOST_LENGTH:
        return _page(visit, "length")
    stored = passwords.hashed(password)

    def write(tx: Tx) -> None:
        account_rows.take_attempts_back(tx, list(tries))
        account_rows.set_password(tx, visit.person, stored, visit.now)
        account_rows.end_sessions(tx, account)

    visit.house.store.run(write)
    response = see_other("/me")
    sessions.sign_in(visit.house, visit.request, response, account, visit.now)
    return response


def _page(visit: Visit, fault: str = "") -> HTMLResponse:
    account = visit.signed.account
    lines = visit.house.store.read(lambda tx: account_rows.sessions(tx, account))
    return visit.page(
        "me.html", 422 if fault else 200, lines=lines, fault=fault, least=passwords.LEAST_LENGTH,
        parts=[(p, visit.roles(p)) for p in visit.programmes.values()],
    )  # fmt: skip
