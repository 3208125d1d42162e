"""Signing in with an account of the city: to the provider and back. The cookie of the hand-shake lives for ten minutes."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import secrets
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from engine.errors import NotFound
from handslag.clock import SystemClock
from handslag.settings import OidcSettings
from handslag.web import openid, sessions
from handslag.web.entering import enter
from handslag.web.openid import NoEntry
from handslag.web.pages.sign_in import own_path, sign_in_form
from handslag.web.visit import house_of, see_other

LIVES_S = 600
BACK = "/sign-in/city/back"
MOST = 300
router = APIRouter()


class HandShake(NamedTuple):
    """What the browser keeps until it comes back. secret: random; all of it is part of what the state is made from."""

    secret: str
    wanted: str
    invitation: str

    def written(self) -> str:
        """Return it as the value of a cookie."""
        # Without the filling at the end: "=" makes browsers and servers quote a cookie, each in its own way.
        return base64.urlsafe_b64encode(json.dumps(self).encode()).decode().rstrip("=")


@router.get("/sign-in/city")
def leave(request: Request, invitation: str = "") -> Response:
    """Send the browser to the provider. invitation: token of one that is to be used up. Raises: NotFound where none is set."""
    settings = _settings(request)
    wanted = own_path(request.query_params.get("next", "/"))[:MOST]
    cookie = HandShake(secrets.token_urlsafe(32), wanted, invitation[:MOST]).written()
    try:
        there = openid.address_of_provider(settings, _back(request), cookie)
    except NoEntry as fault:
        return sign_in_form(request, 503, fault=fault.fault)
    response = RedirectResponse(there, status_code=303)
    sessions.set_cookie(request, response, _cookie_name(request), cookie, LIVES_S)
    return response


@router.get(BACK)
def come_back(request: Request) -> Response:
    """Sign in whom the provider vouches for, if the answer belongs to a hand-shake of this browser."""
    settings, house = _settings(request), house_of(request)
    cookie = request.cookies.get(_cookie_name(request), "")
    shake = _read(cookie)
    given = request.query_params.get("state", "")
    if shake is None or not hmac.compare_digest(given.encode(), openid.derived(cookie, "state").encode()):
        return _refused(request, "foreign")
    try:
        if "code" not in request.query_params:
            raise NoEntry("denied")
        # Tokens are dated by the provider's clock: the house's may be moved for a rehearsal.
        real = SystemClock().now()
        claims = openid.vouched(settings, _back(request), cookie, request.query_params["code"], real)
        now = house.clock.now()
        account = house.store.run(lambda tx: enter(tx, settings, claims, shake.invitation, now))
    except NoEntry as fault:
        return _refused(request, fault.fault)
    response = see_other(own_path(shake.wanted))
    sessions.sign_in(house, request, response, account, now)
    sessions.drop_cookie(request, response, _cookie_name(request))
    return response


def _refused(request: Request, fault: str) -> Response:
    response = sign_in_form(request, 503 if fault == "unreachable" else 422, fault=fault)
    sessions.drop_cookie(request, response, _cookie_name(request))
    return response


def _settings(request: Request) -> OidcSettings:
    settings = house_of(request).settings.sign_in.oidc
    if not settings.issuer:
        raise NotFound("there is no such page")
    return settings


def _back(request: Request) -> str:
    return sessions.public_address(house_of(request), request) + BACK


def _cookie_name(request: Request) -> str:
    return f"{sessions.cookie_name(request)}-door"


def _read(cookie: str) -> HandShake | None:
    try:
        found = json.loads(base64.urlsafe_b64decode(cookie.encode() + b"=="))
    except (ValueError, binascii.Error):
        return None
    sound = isinstance(found, list) and len(found) == len(HandShake._fields) and all(isinstance(v, str) for v in found)
    return HandShake._make(found) if sound else None
