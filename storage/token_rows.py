"""Tokens of people in rows. The token itself never comes here: it arrives as SHA-256 hex."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, insert, select, update

from engine.ports import Tx
from storage.api_tables import TokenRow
from storage.columns import table_of
from storage.programme_rows import PEOPLE
from storage.reads import line_of

TOKENS = table_of(TokenRow)


class TokenLine(NamedTuple):
    """A token in its owner's list. scope: read or write; programme: the only one it opens, empty for all."""

    id: int
    name: str
    scope: str
    programme: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


class Bearer(NamedTuple):
    """The person behind a living token, and what the token narrows."""

    token: int
    person: str
    name: str
    language: str
    scope: str
    programme: str
    used_at: datetime | None


def add_token(
    tx: Tx, digest: str, person: str, name: str, *, scope: str, programme: str, now: datetime, expires_at: datetime
) -> int:
    """Note a token and return its number; tokens of anybody that are over are swept away with it."""
    core = line_of(tx).core
    core.execute(delete(TOKENS).where(TOKENS.c["expires_at"] <= now))
    row = {"hash": digest, "person": person, "name": name, "scope": scope, "programme": programme, "created_at": now}
    return int(core.execute(insert(TOKENS).values(**row, expires_at=expires_at).returning(TOKENS.c["id"])).scalar_one())


def bearer(tx: Tx, digest: str, now: datetime) -> Bearer | None:
    """Return who is behind a token, None where it is over, was revoked, or never was."""
    columns = [TOKENS.c["id"], *(PEOPLE.c[name] for name in ("key", "name", "language"))]
    columns += [TOKENS.c[name] for name in ("scope", "programme", "used_at")]
    found = line_of(tx).core.execute(
        select(*columns)
        .join_from(TOKENS, PEOPLE, PEOPLE.c["key"] == TOKENS.c["person"])
        .where(TOKENS.c["hash"] == digest, TOKENS.c["expires_at"] > now)
    ).first()  # fmt: skip
    return Bearer._make(found) if found else None


def token_used(tx: Tx, token: int, now: datetime) -> None:
    """Note that a token was used."""
    line_of(tx).core.execute(update(TOKENS).where(TOKENS.c["id"] == token).values(used_at=now))


def tokens(tx: Tx, person: str, now: datetime) -> Sequence[TokenLine]:
    """Return the living tokens of a person, the newest first."""
    columns = [TOKENS.c[name] for name in TokenLine._fields]
    mine = (TOKENS.c["person"] == person) & (TOKENS.c["expires_at"] > now)
    return [TokenLine._make(row) for row in line_of(tx).core.execute(select(*columns).where(mine).order_by(-TOKENS.c["id"]))]


def revoke_tokens(tx: Tx, person: str) -> None:
    """Revoke every token of a person."""
    line_of(tx).core.execute(delete(TOKENS).where(TOKENS.c["person"] == person))


def revoke_token(tx: Tx, person: str, token: int) -> bool:
    """Revoke a token of a person; False where there is none, and somebody else's stays."""
    mine = (TOKENS.c["person"] == person) & (TOKENS.c["id"] == token)
    return bool(line_of(tx).core.execute(delete(TOKENS).where(mine)).rowcount)
