"""One-time links: a person of the installation chooses a password. Looking at the link changes nothing; the form does."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from engine.errors import NotFound
from engine.ports import Tx
from handslag.web import passwords, sessions
from handslag.web.labels import Labels
from handslag.web.rendering import asked_language, page
from handslag.web.visit import Form, house_of, see_other
from handslag.wiring import House
from storage import account_rows
from storage.programme_reads import people

router = APIRouter()


def set_up_link(house: House) -> str:
    """Return the path of a fresh set-up link where nobody can sign in yet, empty where somebody can."""
    token, digest = sessions.fresh_token()
    now = house.clock.now()

    def make(tx: Tx) -> bool:
        if account_rows.has_accounts(tx):
            return False
        account_rows.invite(tx, digest, "", "system", now, sessions.SET_UP_LIVES)
        return True

    return f"/invitation/{token}" if house.store.run(make) else ""


@router.get("/invitation/{token}")
def show(request: Request, token: str) -> HTMLResponse:
    """Show the form of a living link. Raises: NotFound."""
    return _form(request, token)


@router.post("/invitation/{token}")
def accept(request: Request, token: str, form: Form) -> Response:
    """Set the password, end what was signed in before, sign in, and use the link up."""
    house = house_of(request)
    now = house.clock.now()
    invited = _invited(house, token, now)
    person, password = invited.person or form.text("person"), form.text("password")
    fault = "" if house.settings.sign_in.local or not invited.person else "local"
    fault = fault or _fault(house, person, password, form.text("again"))
    if fault:
        return _form(request, token, 422, person, fault)
    stored = passwords.hashed(password)

    def take(tx: Tx) -> int:
        if not account_rows.use_invitation(tx, sessions.hash_of(token), now):
            raise NotFound("there is no such invitation")
        account = account_rows.set_password(tx, person, stored, now)
        account_rows.end_sessions(tx, account)
        return account

    response = see_other("/")
    sessions.sign_in(house, request, response, house.store.run(take), now)
    return response


def _invited(house: House, token: str, now: datetime) -> account_rows.Invited:
    invited = house.store.read(lambda tx: account_rows.invitation(tx, sessions.hash_of(token), now))
    if invited is None:
        raise NotFound("there is no such invitation")
    return invited


def _fault(house: House, person: str, password: str, again: str) -> str:
    if not house.store.read(lambda tx: account_rows.people_known(tx, person)):
        return "person"
    if not passwords.LEAST_LENGTH <= len(password) <= passwords.MOST_LENGTH:
        return "length"
    return "" if password == again else "again"


def _form(request: Request, token: str, status: int = 200, person: str = "", fault: str = "") -> HTMLResponse:
    house = house_of(request)
    invited = _invited(house, token, house.clock.now())
    named = house.store.read(lambda tx: {line.key: line for line in people(tx) if line.active})
    mine = named.get(invited.person)
    default, ways = house.settings.language.default, house.settings.sign_in
    language = mine.language if mine else asked_language(request.headers.get("accept-language", ""), default)
    return page(
        "invitation.html", status, labels=Labels(language), mine=mine, people=named, person=person, fault=fault,
        least=passwords.LEAST_LENGTH, path=request.url.path, token=token, local=ways.local or not mine,
        city=ways.oidc.label if ways.oidc.issuer and mine else "",
    )  # fmt: skip
