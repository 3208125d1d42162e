"""Questions of screens about what stands around the cases: programmes, people, versions, organisations, contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import exists, func, or_, select

from engine.declared import VersionRef
from engine.ports import Tx
from engine.programme import Contact, Organisation
from storage.case_rows import CASES, PROGRAMMES, VERSIONS, programme_id, version_id
from storage.company_rows import CONTACTS, ORGANISATIONS, SEATS
from storage.programme_rows import PEOPLE, ROLES
from storage.reads import PAGE, line_of


class ProgrammeLine(NamedTuple):
    """A programme in a list."""

    key: str
    code: str
    name: str
    zone: str
    country: str
    cases: int
    open_cases: int


class PersonLine(NamedTuple):
    """A person's part in a programme."""

    programme: str
    key: str
    name: str
    email: str
    language: str
    roles: tuple[str, ...]
    function: str
    department: str
    deputy: str
    active: bool


class VersionLine(NamedTuple):
    """A published version, without its files."""

    key: str
    number: int
    hash: str
    published_at: datetime
    cases: int


def programmes(tx: Tx) -> Sequence[ProgrammeLine]:
    """Return every programme with the number of its cases."""
    plain = [PROGRAMMES.c[name] for name in ("key", "code", "name", "zone", "country")]
    statement = (
        select(*plain, func.count(CASES.c["id"]), func.count(CASES.c["id"]).filter(CASES.c["closed_on"].is_(None)))
        .join_from(PROGRAMMES, CASES, CASES.c["programme_id"] == PROGRAMMES.c["id"], isouter=True)
        .group_by(PROGRAMMES.c["id"])
        .order_by(PROGRAMMES.c["key"])
    )
    return [ProgrammeLine._make(row) for row in line_of(tx).core.execute(statement)]


def people(tx: Tx, programme: str = "") -> Sequence[PersonLine]:
    """Return the people of a programme, or of all, in the order in which they came."""
    account = [PEOPLE.c[name] for name in ("key", "name", "email", "language")]
    part = [ROLES.c[name] for name in ("roles", "function", "department", "deputy", "active")]
    statement = (
        select(PROGRAMMES.c["key"], *account, *part)
        .join_from(ROLES, PEOPLE, PEOPLE.c["id"] == ROLES.c["person_id"])
        .join(PROGRAMMES, PROGRAMMES.c["id"] == ROLES.c["programme_id"])
        .order_by(PROGRAMMES.c["key"], ROLES.c["id"])
    )
    if programme:
        statement = statement.where(PROGRAMMES.c["key"] == programme)
    return [PersonLine._make(row) for row in line_of(tx).core.execute(statement)]


class AccountLine(NamedTuple):
    """A person of the installation, whatever programme it works in."""

    key: str
    name: str
    email: str
    language: str


class SeatsHeld(NamedTuple):
    """How many open cases a person holds a seat in, by role."""

    person: str
    role: str
    cases: int


def person_of(tx: Tx, key: str) -> AccountLine | None:
    """Return a person of the installation, None where nobody has that key."""
    columns = [PEOPLE.c[name] for name in AccountLine._fields]
    found = line_of(tx).core.execute(select(*columns).where(PEOPLE.c["key"] == key)).first()
    return AccountLine._make(found) if found else None


def people_at(tx: Tx, email: str) -> Sequence[AccountLine]:
    """Return the people of the installation with a mail address, capitals aside."""
    columns = [PEOPLE.c[name] for name in AccountLine._fields]
    statement = select(*columns).where(func.lower(PEOPLE.c["email"]) == email.lower()).order_by(PEOPLE.c["id"])
    return [AccountLine._make(row) for row in line_of(tx).core.execute(statement)]


def seats_held(tx: Tx, programme: str, person: str = "") -> Sequence[SeatsHeld]:
    """Count the open cases of a programme in which its people hold a seat now, by person and role."""
    statement = (
        select(SEATS.c["person"], SEATS.c["role"], func.count(SEATS.c["case_id"].distinct()))
        .join_from(SEATS, CASES, CASES.c["id"] == SEATS.c["case_id"])
        .join(PROGRAMMES, PROGRAMMES.c["id"] == CASES.c["programme_id"])
        .where(PROGRAMMES.c["key"] == programme, CASES.c["closed_on"].is_(None), SEATS.c["ended_on"].is_(None))
        .where(SEATS.c["person"] == person if person else SEATS.c["person"] != "")
        .group_by(SEATS.c["person"], SEATS.c["role"])
        .order_by(SEATS.c["person"], SEATS.c["role"])
    )
    return [SeatsHeld._make(row) for row in line_of(tx).core.execute(statement)]


def versions(tx: Tx, key: str = "") -> Sequence[VersionLine]:
    """Return the published versions with the number of cases pinned to each."""
    plain = [VERSIONS.c[name] for name in ("key", "number", "hash", "published_at")]
    statement = (
        select(*plain, func.count(CASES.c["id"]))
        .join_from(VERSIONS, CASES, CASES.c["version_id"] == VERSIONS.c["id"], isouter=True)
        .group_by(VERSIONS.c["id"])
        .order_by(VERSIONS.c["key"], VERSIONS.c["number"])
    )
    if key:
        statement = statement.where(VERSIONS.c["key"] == key)
    return [VersionLine._make(row) for row in line_of(tx).core.execute(statement)]


def versions_used(tx: Tx) -> Sequence[VersionRef]:
    """Return the versions to which cases are pinned, oldest first, without counting these."""
    pinned = exists().where(CASES.c["version_id"] == VERSIONS.c["id"])
    columns = [VERSIONS.c[name] for name in ("key", "number", "hash")]
    statement = select(*columns).where(pinned).order_by(VERSIONS.c["key"], VERSIONS.c["number"])
    return [VersionRef(key=key, number=no, hash=digest) for key, no, digest in line_of(tx).core.execute(statement)]


def version_files(tx: Tx, ref: VersionRef) -> Mapping[str, str]:
    """Return the files of a published version, path -> text. Raises: NotFound."""
    line = line_of(tx)
    statement = select(VERSIONS.c["files"]).where(VERSIONS.c["id"] == version_id(line, ref))
    files: Mapping[str, str] = line.core.execute(statement).scalar_one()
    return files


def organisations(tx: Tx, programme: str, *, words: str = "", after: int = 0, limit: int = PAGE) -> Sequence[Organisation]:
    """Return organisations in the order of their ids; words: part of name or number; after: id of the last one before."""
    line, table = line_of(tx), ORGANISATIONS.table
    statement: Any = select(*ORGANISATIONS.columns).where(table.c["programme_id"] == programme_id(line, programme))
    if words:
        places = (func.lower(table.c["name"]), table.c["number"])
        statement = statement.where(or_(*(place.contains(words.lower(), autoescape=True) for place in places)))
    statement = statement.where(table.c["id"] > after).order_by(table.c["id"]).limit(limit)
    return [ORGANISATIONS.value(row) for row in line.core.execute(statement)]


def contacts(tx: Tx, organisation: int) -> Sequence[Contact]:
    """Return the contacts of an organisation."""
    table = CONTACTS.table
    statement = select(*CONTACTS.columns).where(table.c["organisation"] == organisation).order_by(table.c["id"])
    return [CONTACTS.value(row) for row in line_of(tx).core.execute(statement)]


def organisation(tx: Tx, programme: str, no: int) -> Organisation | None:
    """Return an organisation of a programme by its id, None where there is none, or it is another programme's."""
    line, table = line_of(tx), ORGANISATIONS.table
    mine = (table.c["id"] == no) & (table.c["programme_id"] == programme_id(line, programme))
    found = line.core.execute(select(*ORGANISATIONS.columns).where(mine)).first()
    return None if found is None else ORGANISATIONS.value(found)


def contact(tx: Tx, programme: str, no: int) -> Contact | None:
    """Return a contact of a programme by its id, None where there is none, or it is another programme's."""
    line, table = line_of(tx), CONTACTS.table
    statement = select(*CONTACTS.columns).join_from(
        table, ORGANISATIONS.table, ORGANISATIONS.table.c["id"] == table.c["organisation"]
    )
    mine = (table.c["id"] == no) & (ORGANISATIONS.table.c["programme_id"] == programme_id(line, programme))
    found = line.core.execute(statement.where(mine)).first()
    return None if found is None else CONTACTS.value(found)
