"""Sessions: a random id in a cookie, its SHA-256 in the database, so that reading the database signs nobody in."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from fastapi import Request, Response

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


def cookie_name(request: Request) -> str:
    """Return the cookie's name: under https one that a browser takes only with Secure and from this host."""
    return "__Host-handslag" if request.url.scheme == "https" else "handslag"


def sign_in(house: House, request: Request, response: Response, account_id: int, now: datetime) -> None:
    """Start a session under a fresh id, whatever id the browser had before, and put it into the answer."""
    token, digest = fresh_token()
    agent = request.headers.get("user-agent", "")[:MOST_AGENT]
    house.store.run(lambda tx: account_rows.start_session(tx, account_id, digest, now, LIVES, agent))
    response.set_cookie(
        cookie_name(request),
        token,
        max_age=int(LIVES.total_seconds()),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def forget(request: Request, response: Response) -> None:
    """Take the cookie back."""
    response.delete_cookie(cookie_name(request), path="/", secure=request.url.scheme == "https", httponly=True, samesite="lax")


def signed_in(house: House, request: Request, now: datetime) -> Signed | None:
    """Return who is behind a request, None for nobody; a session in use is noted every few minutes."""
    token = request.cookies.get(cookie_name(request), "")
    if not token:
        return None
    found = house.store.read(lambda tx: account_rows.session(tx, hash_of(token), now, IDLE))
    if found is not None and now - found.seen_at >= NOTED_EVERY:
        session = found.session
        house.store.run(lambda tx: account_rows.seen(tx, session, now))
    return found
