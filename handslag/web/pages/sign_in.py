"""Signing in and out. The answer to a wrong password and to an unknown name is the same, and takes as long."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from engine.errors import NotFound
from engine.ports import Tx
from handslag.web import passwords, sessions
from handslag.web.labels import Labels
from handslag.web.rendering import asked_language, page
from handslag.web.visit import Form, Visiting, house_of, see_other
from handslag.wiring import House
from storage import account_rows
from storage.account_rows import Account

WINDOW = timedelta(minutes=15)
MOST_BY_BOTH = 5
MOST_BY_ONE = 50
MOST_NAME = 100
router = APIRouter()


@router.get("/sign-in")
def show(request: Request) -> HTMLResponse:
    """Show the form."""
    return sign_in_form(request)


@router.post("/sign-in")
def sign_in(request: Request, form: Form) -> Response:
    """Sign somebody in, unless too much was tried in vain."""
    house, now = house_of(request), house_of(request).clock.now()
    if not house.settings.sign_in.local:
        raise NotFound("there is no such page")
    if sessions.is_secure(request) and request.headers.get("origin", "").startswith("http:"):
        return sign_in_form(request, 422, fault="insecure")  # the browser would not keep the cookie: say so instead
    name, password = form.text("name")[:MOST_NAME], form.text("password")[: passwords.MOST_LENGTH]
    tries = limits(name, request.client.host if request.client else "")
    if too_many(house, tries, now):
        return sign_in_form(request, 429, name, "too_many")
    account = house.store.read(lambda tx: account_rows.account(tx, name))
    if not passwords.matches(account.password if account else "", password) or account is None:
        return sign_in_form(request, 422, name, "wrong")
    house.store.run(lambda tx: account_rows.take_attempts_back(tx, list(tries)))
    return _welcome(house, request, account, now, form.text("next"))


def limits(name: str, address: str) -> Mapping[str, int]:
    """Return what is counted with its limit: few tries of one name from one address, more of either alone.

    So a stranger who knows a name cannot lock its owner out, and one colleague not the office behind an address.
    """
    name = name.lower()
    return {f"both:{name}@{address}": MOST_BY_BOTH, f"name:{name}": MOST_BY_ONE, f"address:{address}": MOST_BY_ONE}


def too_many(house: House, tries: Mapping[str, int], now: datetime) -> bool:
    """Tell whether too much was tried. The attempt is counted before it is looked at: many at once do not slip through."""

    def count(tx: Tx) -> bool:
        counted = {key: account_rows.count_attempt(tx, key, now, WINDOW) for key in tries}
        return any(counted[key] > most for key, most in tries.items())

    return house.store.run(count)


def _welcome(house: House, request: Request, account: Account, now: datetime, wanted: str) -> Response:
    response = see_other(own_path(wanted))
    sessions.sign_in(house, request, response, account.id, now)
    return response


def own_path(wanted: str) -> str:
    """Return the path asked for if it is one of ours, else the first page (`//elsewhere` is somebody else's)."""
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable() and "\\" not in wanted
    return wanted if ours else "/"


def sign_in_form(request: Request, status: int = 200, name: str = "", fault: str = "") -> HTMLResponse:
    """Return the page with every way in. fault: why the last try was in vain."""
    settings = house_of(request).settings
    default = settings.language.default
    labels = Labels(asked_language(request.headers.get("accept-language", ""), default))
    wanted = own_path(request.query_params.get("next", "/"))
    ways = settings.sign_in
    city = ways.oidc.label if ways.oidc.issuer else ""
    return page(
        "sign_in.html", status, labels=labels, name=name, fault=fault, wanted=wanted, local=ways.local, city=city,
        onward=quote(wanted, safe="/"),
    )  # fmt: skip


@router.post("/sign-out")
def sign_out(visit: Visiting) -> Response:
    """Sign this browser out."""
    signed = visit.signed
    visit.house.store.run(lambda tx: account_rows.end_session(tx, signed.account, signed.session))
    response = see_other("/sign-in")
    sessions.forget(visit.request, response)
    return response
