"""Accounts, sessions, invitations and attempts in rows. Called within `store.read` or `store.run`; time is handed in.

Secrets never come here: cookies and link tokens arrive as SHA-256 hex, passwords as argon2 text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, exists, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.ports import Tx
from storage.account_tables import AccountRow, InvitationRow, LoginAttemptRow, SessionRow
from storage.case_rows import PROGRAMMES
from storage.columns import table_of
from storage.programme_rows import PEOPLE, ROLES
from storage.reads import line_of

ACCOUNTS = table_of(AccountRow)
SESSIONS = table_of(SessionRow)
INVITATIONS = table_of(InvitationRow)
TRIES = table_of(LoginAttemptRow)
_INSERTS: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Account(NamedTuple):
    """Who signs in. person: key; password: argon2 text."""

    id: int
    person: str
    name: str
    language: str
    password: str


class Signed(NamedTuple):
    """A living session with its account."""

    session: int
    account: int
    person: str
    name: str
    language: str
    seen_at: datetime


class SessionLine(NamedTuple):
    """A session in its owner's list."""

    id: int
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    agent: str


class Invited(NamedTuple):
    """A living invitation. person: empty for the set-up link."""

    person: str
    expires_at: datetime


def has_accounts(tx: Tx) -> bool:
    """Tell whether anybody can sign in yet."""
    return line_of(tx).core.execute(select(ACCOUNTS.c["id"]).limit(1)).first() is not None


def account(tx: Tx, name: str) -> Account | None:
    """Return the account of a person, by key or mail address; None where there is none."""
    named = (PEOPLE.c["key"] == name) | (func.lower(PEOPLE.c["email"]) == name.lower())
    found = line_of(tx).core.execute(
        select(ACCOUNTS.c["id"], ACCOUNTS.c["person"], PEOPLE.c["name"], PEOPLE.c["language"], ACCOUNTS.c["password"])
        .join_from(ACCOUNTS, PEOPLE, PEOPLE.c["key"] == ACCOUNTS.c["person"])
        .where(named)
        .order_by(PEOPLE.c["key"] != name)
    ).first()  # fmt: skip
    return Account._make(found) if found else None


def with_accounts(tx: Tx) -> frozenset[str]:
    """Return the keys of the people who can sign in."""
    return frozenset(line_of(tx).core.execute(select(ACCOUNTS.c["person"])).scalars())


def memberships(tx: Tx, person: str) -> Sequence[str]:
    """Return the keys of the programmes in which a person is active."""
    statement = (
        select(PROGRAMMES.c["key"])
        .join_from(ROLES, PEOPLE, PEOPLE.c["id"] == ROLES.c["person_id"])
        .join(PROGRAMMES, PROGRAMMES.c["id"] == ROLES.c["programme_id"])
        .where(PEOPLE.c["key"] == person, ROLES.c["active"])
        .order_by(PROGRAMMES.c["key"])
    )
    return list(line_of(tx).core.execute(statement).scalars())


def open_account(tx: Tx, person: str, now: datetime) -> int:
    """Return the id of a person's account; one that is made for it has no password, so only another way leads in."""
    core, mine = line_of(tx).core, ACCOUNTS.c["person"] == person
    found = core.execute(select(ACCOUNTS.c["id"]).where(mine)).scalar()
    if found is None:
        new = insert(ACCOUNTS).values(person=person, password="", created_at=now, changed_at=now)
        found = core.execute(new.returning(ACCOUNTS.c["id"])).scalar_one()
    return int(found)


def set_password(tx: Tx, person: str, password: str, now: datetime) -> int:
    """Give a person a password, with an account where there is none; return the account's id."""
    core = line_of(tx).core
    mine = ACCOUNTS.c["person"] == person
    if core.execute(update(ACCOUNTS).where(mine).values(password=password, changed_at=now)).rowcount == 0:
        core.execute(insert(ACCOUNTS).values(person=person, password=password, created_at=now, changed_at=now))
    return int(core.execute(select(ACCOUNTS.c["id"]).where(mine)).scalar_one())


# sessions


def start_session(tx: Tx, account_id: int, digest: str, now: datetime, lives: timedelta, agent: str) -> None:
    """Note a signed-in browser; sessions of anybody that are over are swept away with it."""
    core = line_of(tx).core
    core.execute(delete(SESSIONS).where(SESSIONS.c["expires_at"] <= now))
    row = {"hash": digest, "account_id": account_id, "created_at": now, "seen_at": now, "agent": agent}
    core.execute(insert(SESSIONS).values(**row, expires_at=now + lives))


def session(tx: Tx, digest: str, now: datetime, idle: timedelta) -> Signed | None:
    """Return the living session of a cookie, None where it is over, was idle too long, or never was."""
    found = line_of(tx).core.execute(
        select(
            SESSIONS.c["id"], ACCOUNTS.c["id"], PEOPLE.c["key"], PEOPLE.c["name"], PEOPLE.c["language"], SESSIONS.c["seen_at"]
        )
        .join_from(SESSIONS, ACCOUNTS, ACCOUNTS.c["id"] == SESSIONS.c["account_id"])
        .join(PEOPLE, PEOPLE.c["key"] == ACCOUNTS.c["person"])
        .where(SESSIONS.c["hash"] == digest, SESSIONS.c["expires_at"] > now, SESSIONS.c["seen_at"] > now - idle)
    ).first()  # fmt: skip
    return Signed._make(found) if found else None


def seen(tx: Tx, session_id: int, now: datetime) -> None:
    """Note that a session was used."""
    line_of(tx).core.execute(update(SESSIONS).where(SESSIONS.c["id"] == session_id).values(seen_at=now))


def sessions(tx: Tx, account_id: int) -> Sequence[SessionLine]:
    """Return the sessions of an account, the one used last first."""
    columns = [SESSIONS.c[name] for name in SessionLine._fields]
    statement = select(*columns).where(SESSIONS.c["account_id"] == account_id).order_by(SESSIONS.c["seen_at"].desc())
    return [SessionLine._make(row) for row in line_of(tx).core.execute(statement)]


def end_session(tx: Tx, account_id: int, session_id: int) -> None:
    """Sign one browser of an account out; somebody else's session stays."""
    mine = (SESSIONS.c["account_id"] == account_id) & (SESSIONS.c["id"] == session_id)
    line_of(tx).core.execute(delete(SESSIONS).where(mine))


def end_sessions(tx: Tx, account_id: int) -> None:
    """Sign every browser of an account out."""
    line_of(tx).core.execute(delete(SESSIONS).where(SESSIONS.c["account_id"] == account_id))


# invitations


def invite(tx: Tx, digest: str, person: str, by: str, now: datetime, lives: timedelta) -> None:
    """Note a one-time link; an earlier unused one for the same person ends with it."""
    core = line_of(tx).core
    core.execute(delete(INVITATIONS).where(INVITATIONS.c["person"] == person, INVITATIONS.c["used_at"].is_(None)))
    core.execute(insert(INVITATIONS).values(hash=digest, person=person, created_by=by, created_at=now, expires_at=now + lives))


def invitation(tx: Tx, digest: str, now: datetime) -> Invited | None:
    """Return the unused, living invitation behind a link, None where there is none."""
    alive = (INVITATIONS.c["hash"] == digest) & INVITATIONS.c["used_at"].is_(None) & (INVITATIONS.c["expires_at"] > now)
    found = line_of(tx).core.execute(select(INVITATIONS.c["person"], INVITATIONS.c["expires_at"]).where(alive)).first()
    return Invited._make(found) if found else None


def use_invitation(tx: Tx, digest: str, now: datetime) -> bool:
    """Use an invitation up; False where somebody else was faster or it is over."""
    alive = (INVITATIONS.c["hash"] == digest) & INVITATIONS.c["used_at"].is_(None) & (INVITATIONS.c["expires_at"] > now)
    return bool(line_of(tx).core.execute(update(INVITATIONS).where(alive).values(used_at=now)).rowcount)


# attempts


def count_attempt(tx: Tx, key: str, now: datetime, window: timedelta) -> int:
    """Count an attempt before it is looked at, so that many at once count too; return how many there are in the window."""
    core, mine = line_of(tx).core, TRIES.c["key"] == key
    core.execute(delete(TRIES).where(TRIES.c["since"] <= now - window))
    # One statement, so that the first attempts of many at once do not trip over each other's new row.
    one = _INSERTS[line_of(tx).dialect.name](TRIES).values(key=key, failures=1, since=now)
    core.execute(one.on_conflict_do_update(index_elements=["key"], set_={"failures": TRIES.c["failures"] + 1}))
    return int(core.execute(select(TRIES.c["failures"]).where(mine)).scalar_one())


def take_attempts_back(tx: Tx, keys: Sequence[str]) -> None:
    """Uncount an attempt that was right."""
    line_of(tx).core.execute(update(TRIES).where(TRIES.c["key"].in_(keys)).values(failures=TRIES.c["failures"] - 1))


def people_known(tx: Tx, person: str) -> bool:
    """Tell whether a person is active in any programme."""
    statement = select(exists().where(PEOPLE.c["key"] == person, ROLES.c["person_id"] == PEOPLE.c["id"], ROLES.c["active"]))
    return bool(line_of(tx).core.execute(statement).scalar())
