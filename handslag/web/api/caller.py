"""Who calls: a person with a token, or with a signed-in browser of the same origin."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from engine.errors import BadInput, Fault, NotFound
from engine.policy import require
from engine.ports import Tx
from engine.programme import Programme
from handslag.acting import Standing, actor_on
from handslag.tokens import hash_of
from handslag.web.api.errors import TokenTooNarrow, Unauthenticated
from handslag.web.limiting import address_of, limits_of
from handslag.web.security import SAFE_METHODS, is_surely_own
from handslag.web.sessions import NOTED_EVERY, signed_in
from handslag.web.visit import Visit, house_of
from handslag.wiring import House
from storage import account_rows, token_rows
from storage.account_rows import Signed
from storage.token_rows import Bearer

BEARER = HTTPBearer(
    auto_error=False, scheme_name="token", description="A token of a person, made on the page *My account*: `Bearer hs_…`."
)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]


def caller_of(request: Request, given: Credentials) -> Visit:
    """Return the visit behind a call. Raises: Unauthenticated, TooMany."""
    house = house_of(request)
    now = house.clock.now()
    try:
        visit = (
            _by_token(house, request, given, now) if "authorization" in request.headers else _by_session(house, request, now)
        )
    except Unauthenticated:
        limits_of(request).count("api", address_of(request))
        raise
    request.state.person, request.state.language = visit.person, visit.language
    return visit


def _by_token(house: House, request: Request, given: HTTPAuthorizationCredentials | None, now: datetime) -> Visit:
    digest = hash_of(given.credentials) if given else ""
    found = house.store.read(lambda tx: token_rows.bearer(tx, digest, now)) if digest else None
    if found is None:
        raise Unauthenticated("this token opens nothing: it is over, was revoked, or is mistyped")
    limits_of(request).count("api", f"token {found.token}")
    _note_use(house, found, now)
    signed = Signed(0, 0, found.person, found.name, found.language, now)
    programmes = _programmes(house, found.person, found.programme)
    return Visit(
        house=house, request=request, signed=signed, programmes=programmes, now=now, surface="api", token=found.token,
        may_write=found.scope == "write",
    )  # fmt: skip


def _note_use(house: House, found: Bearer, now: datetime) -> None:
    if found.used_at is None or now - found.used_at >= NOTED_EVERY:
        house.store.run(lambda tx: token_rows.token_used(tx, found.token, now))


def _by_session(house: House, request: Request, now: datetime) -> Visit:
    signed = signed_in(house, request, now)
    own = request.method in SAFE_METHODS or is_surely_own(request.headers)
    if signed is None or not own:
        raise Unauthenticated("say who is calling: Authorization: Bearer TOKEN")
    limits_of(request).count("api", f"person {signed.person}")
    programmes = _programmes(house, signed.person, "")
    return Visit(house=house, request=request, signed=signed, programmes=programmes, now=now, surface="api")


def _programmes(house: House, person: str, only: str) -> dict[str, Programme]:
    def read(tx: Tx) -> dict[str, Programme]:
        return {key: tx.programme(key) for key in account_rows.memberships(tx, person) if only in ("", key)}

    return house.store.read(read)


Caller = Annotated[Visit, Depends(caller_of)]


def require_writing(visit: Visit) -> None:
    """Let a change pass, unless the token is for reading. Raises: TokenTooNarrow."""
    if not visit.may_write:
        raise TokenTooNarrow("this token is for reading; make one with the scope write")


def programme_of(visit: Visit, asked: str) -> Programme:
    """Return the programme that is meant: the one named, else the person's only one. Raises: NotFound, BadInput."""
    if not asked and len(visit.programmes) != 1:
        known = ", ".join(visit.programmes) or "none"
        fault = Fault(place="query.programme", code="missing", sentence=f"say which programme: {known}")
        raise BadInput([fault], what="the question")
    found = visit.programmes.get(asked or next(iter(visit.programmes)))
    if found is None:
        raise NotFound(f"there is no programme {asked}", programme=asked)
    return found


def standing_in(visit: Visit, asked: str, act: str) -> Standing:
    """Return the person in a programme, allowed to do an act there. Raises: NotFound, BadInput, NotPermitted."""
    programme = programme_of(visit, asked)
    actor = actor_on(programme, None, visit.person, visit.now, surface=visit.surface)
    require(actor, act)
    return Standing(programme=programme, actor=actor)
