"""Tokens of people for the API: checked, made, shown once. Only a hash is kept: reading the database opens nothing."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.errors import BadInput, Fault
from engine.ports import Tx
from storage import account_rows, token_rows

PREFIX = "hs_"  # so that a token that strays into a file is found there
SCOPES = ("read", "write")
DAYS, MOST_DAYS = 90, 365
MOST_NAME = 80
MOST_TOKENS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A token that somebody wants. programme: the only one it shall open, empty for all of the person's."""

    name: str
    scope: str = "read"
    programme: str = ""
    days: int = DAYS


def hash_of(token: str) -> str:
    """Return what the database keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def fresh_token() -> str:
    """Return a new token: 256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def make_token(tx: Tx, token: str, person: str, wanted: Wanted, now: datetime) -> int:
    """Note a fresh token of a person and return its number. Raises: BadInput with every fault."""
    faults = list(_faults(tx, person, wanted, now))
    if faults:
        raise BadInput(faults, what="the token")
    ends = now + timedelta(days=wanted.days)
    return token_rows.add_token(
        tx, hash_of(token), person, wanted.name.strip(), scope=wanted.scope, programme=wanted.programme, now=now,
        expires_at=ends,
    )  # fmt: skip


def _faults(tx: Tx, person: str, wanted: Wanted, now: datetime) -> Iterator[Fault]:
    mine = account_rows.memberships(tx, person)
    if not mine:
        yield Fault(place="person", code="unknown", sentence=f"nobody here has the key {person!r}")
    if not wanted.name.strip() or len(wanted.name) > MOST_NAME or not wanted.name.isprintable():
        sentence = f"give it a name of at most {MOST_NAME} signs that says what it is for"
        yield Fault(place="name", code="missing", sentence=sentence)
    if wanted.scope not in SCOPES:
        yield Fault(place="scope", code="unknown", sentence=f"a scope is {' or '.join(SCOPES)}, not {wanted.scope!r}")
    if wanted.programme and wanted.programme not in mine:
        known = ", ".join(mine)
        yield Fault(place="programme", code="unknown", sentence=f"no programme {wanted.programme!r}; known: {known}")
    if not 1 <= wanted.days <= MOST_DAYS:
        yield Fault(place="days", code="value", sentence=f"a token lives 1 to {MOST_DAYS} days")
    if len(token_rows.tokens(tx, person, now)) >= MOST_TOKENS:
        yield Fault(place="name", code="many", sentence=f"{MOST_TOKENS} tokens are enough; revoke one first")
