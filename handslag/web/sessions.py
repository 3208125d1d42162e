"""Sessions: a random id in a cookie, its SHA-256 in the database, so that reading the database signs nobody in."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from fastapi import Request, Response

from handslag.settings import is_loopback
from handslag.wiring import House
from storage import account_rows
from storage.account_rows import Signed

LIVES = timedelta(days=7)
IDLE = timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=5)
INVITATION_LIVES = timedelta(days=3)
SET_UP_LIVES = timedelta(hours=24)
MOST_AGENT = 200


def fresh_token() -> tuple[str, str]:
    """Return a random token and its hash."""
    token = secrets.token_urlsafe(32)
    return token, hash_of(token)


def hash_of(token: str) -> str:
    """Return what the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_secure(request: Request) -> bool:
    """Tell whether cookies are for https only: everywhere but on this very machine, where no wire is."""
    return request.url.scheme == "https" or not is_loopback(request.url.hostname or "")


def cookie_name(request: Request) -> str:
    """Return the cookie's name: where it is for https only, one that a browser takes only with Secure and from this host."""
    return "__Host-handslag" if is_secure(request) else "handslag"


def set_cookie(request: Request, response: Response, name: str, value: str, lives_s: int) -> None:
    """Put a cookie into an answer that no script and no other site gets to see."""
    response.set_cookie(name, value, max_age=lives_s, path="/", secure=is_secure(request), httponly=True, samesite="lax")


def drop_cookie(request: Request, response: Response, name: str) -> None:
    """Take a cookie back."""
    response.delete_cookie(name, path="/", secure=is_secure(request), httponly=True, samesite="lax")


def public_address(house: House, request: Request) -> str:
    """Return how people reach the pages, without a slash at the end: as the settings say, else as the browser asks."""
    return house.settings.sign_in.address or str(request.base_url).rstrip("/")


def sign_in(house: House, request: Request, response: Response, account_id: int, now: datetime) -> None:
    """Start a session under a fresh id, whatever id the browser had before, and put it into the answer."""
    token, digest = fresh_token()
    agent = request.headers.get("user-agent", "")[:MOST_AGENT]
    lives = timedelta(hours=house.settings.sign_in.session_hours)
    house.store.run(lambda tx: account_rows.start_session(tx, account_id, digest, now, lives, agent))
    set_cookie(request, response, cookie_name(request), token, int(lives.total_seconds()))


def forget(request: Request, response: Response) -> None:
    """Take the cookie back."""
    drop_cookie(request, response, cookie_name(request))


def signed_in(house: House, request: Request, now: datetime) -> Signed | None:
    """Return who is behind a request, None for nobody; a session in use is noted every few minutes."""
    known: Signed | None = getattr(request.state, "signed", None)
    if known is not None:
        return known
    token = request.cookies.get(cookie_name(request), "")
    if not token:
        return None
    idle = timedelta(hours=house.settings.sign_in.idle_hours)
    found = house.store.read(lambda tx: account_rows.session(tx, hash_of(token), now, idle))
    if found is not None and now - found.seen_at >= NOTED_EVERY:
        session = found.session
        house.store.run(lambda tx: account_rows.seen(tx, session, now))
    request.state.signed = found
    return found
