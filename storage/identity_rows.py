"""Accounts elsewhere (OpenID Connect) that stand for one here. Called within `store.read` or `store.run`.

What stands for a person is issuer and subject together, never a name or a mail address, which change and are given anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, insert, select, update

from engine.ports import Tx
from storage.account_rows import ACCOUNTS
from storage.account_tables import IdentityRow
from storage.columns import table_of
from storage.programme_rows import PEOPLE
from storage.reads import line_of

IDENTITIES = table_of(IdentityRow)


class Known(NamedTuple):
    """Whom an account elsewhere stands for."""

    account: int
    person: str
    name: str
    email: str
    language: str


class IdentityLine(NamedTuple):
    """An account elsewhere in a list."""

    issuer: str
    subject: str
    person: str
    linked_by: str
    linked_at: datetime
    used_at: datetime


def identity(tx: Tx, issuer: str, subject: str) -> Known | None:
    """Return whom an account elsewhere stands for, None where it is linked to nobody."""
    mine = (IDENTITIES.c["issuer"] == issuer) & (IDENTITIES.c["subject"] == subject)
    columns = (ACCOUNTS.c["id"], PEOPLE.c["key"], PEOPLE.c["name"], PEOPLE.c["email"], PEOPLE.c["language"])
    found = line_of(tx).core.execute(
        select(*columns)
        .join_from(IDENTITIES, ACCOUNTS, ACCOUNTS.c["id"] == IDENTITIES.c["account_id"])
        .join(PEOPLE, PEOPLE.c["key"] == ACCOUNTS.c["person"])
        .where(mine)
    ).first()  # fmt: skip
    return Known._make(found) if found else None


def link(tx: Tx, issuer: str, subject: str, account: int, by: str, now: datetime) -> None:
    """Let an account elsewhere stand for one here. by: how it came to be, `invitation`, `email` or `groups`."""
    row = {"issuer": issuer, "subject": subject, "account_id": account, "linked_by": by, "linked_at": now, "used_at": now}
    line_of(tx).core.execute(insert(IDENTITIES).values(**row))


def used(tx: Tx, issuer: str, subject: str, now: datetime) -> None:
    """Note that somebody signed in by it."""
    mine = (IDENTITIES.c["issuer"] == issuer) & (IDENTITIES.c["subject"] == subject)
    line_of(tx).core.execute(update(IDENTITIES).where(mine).values(used_at=now))


def identities(tx: Tx, person: str = "") -> Sequence[IdentityLine]:
    """Return what is linked, of one person or of all."""
    person_key = ACCOUNTS.c["person"]
    columns = [person_key if name == "person" else IDENTITIES.c[name] for name in IdentityLine._fields]
    statement = select(*columns).join_from(IDENTITIES, ACCOUNTS, ACCOUNTS.c["id"] == IDENTITIES.c["account_id"])
    statement = statement.where(person_key == person) if person else statement
    return [IdentityLine._make(row) for row in line_of(tx).core.execute(statement.order_by(person_key))]


def unlink(tx: Tx, person: str) -> int:
    """Let no account elsewhere stand for a person any more; return how many did."""
    theirs = select(ACCOUNTS.c["id"]).where(ACCOUNTS.c["person"] == person)
    return line_of(tx).core.execute(delete(IDENTITIES).where(IDENTITIES.c["account_id"].in_(theirs))).rowcount
