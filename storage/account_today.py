"""What needs the person behind an account today: counts and lists of the first page. Answers are named tuples.

`whose` is the key of a person, empty for everybody in the programme; who may see the programme is asked before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import and_, exists, func, select
from sqlalchemy.sql.elements import ColumnElement

from engine.ports import Tx
from storage.case_rows import CASES, VERSIONS, programme_id
from storage.case_tables import OPEN_DEADLINES, RecordRow
from storage.columns import table_of
from storage.company_rows import CONTACTS, SEATS
from storage.due_reads import owed_by
from storage.due_rows import DEADLINES
from storage.mapping import bool_of
from storage.reads import PAGE, keys, line_of, seated_in

RECORDS = table_of(RecordRow)
_CONTACT = CONTACTS.table


class OwedLine(NamedTuple):
    """A thing owed with what is needed to name it. record: the values of its record, None where it hangs on none."""

    case: str
    title: str
    case_id: int
    no: int
    kind: str
    rule: str
    occurrence: str
    seat: str
    state: str
    due_on: date
    last_on: date
    phase: str
    version: str
    version_number: int
    record: Any


class OwedCounts(NamedTuple):
    """How many things are open: with their last day behind us, due until the end of the week, and later."""

    overdue: int
    this_week: int
    later: int


class PhaseCount(NamedTuple):
    """How many open cases stand in a phase of a version."""

    version: str
    version_number: int
    phase: str
    cases: int


class GapLine(NamedTuple):
    """An open case that lacks somebody."""

    number: str
    title: str
    phase: str
    version: str
    version_number: int


def owed(
    tx: Tx,
    programme: str,
    *,
    whose: str = "",
    roles: Sequence[str] = (),
    until: date,
    after: date | None = None,
    past: tuple[date, int, int] | None = None,
    limit: int = PAGE,
) -> Sequence[OwedLine]:
    """Return what is open and due after one day and by another, earliest first.

    past: (due_on, case_id, no) of the last line of the page before.
    """
    wanted = [_of(tx, programme), bool_of(DEADLINES.c["due_on"] <= until)]
    if after is not None:
        wanted.append(DEADLINES.c["due_on"] > after)
    if whose:
        wanted.append(owed_by(whose, roles))
    order = (DEADLINES.c["due_on"], DEADLINES.c["case_id"], DEADLINES.c["no"])
    if past is not None:
        here, there = keys(order, past)
        wanted.append(here > there)
    statement = owed_lines().where(OPEN_DEADLINES, *wanted).order_by(*order).limit(limit)
    return [OwedLine._make(row) for row in line_of(tx).core.execute(statement)]


def owed_lines() -> Any:
    """Return the statement of `OwedLine`s, still without what is wanted of them."""
    names = ("case_id", "no", "kind", "rule", "occurrence", "seat", "state", "due_on", "last_on")
    its_record = and_(RECORDS.c["case_id"] == DEADLINES.c["case_id"], RECORDS.c["no"] == DEADLINES.c["record"])
    return (
        select(
            CASES.c["number"],
            CASES.c["title"],
            *(DEADLINES.c[name] for name in names),
            CASES.c["phase"],
            VERSIONS.c["key"],
            VERSIONS.c["number"],
            RECORDS.c["values"],
        )
        .join_from(DEADLINES, CASES, CASES.c["id"] == DEADLINES.c["case_id"])
        .join(VERSIONS, VERSIONS.c["id"] == CASES.c["version_id"])
        .join(RECORDS, its_record, isouter=True)
    )


def owed_counts(
    tx: Tx, programme: str, *, today: date, week_end: date, whose: str = "", roles: Sequence[str] = ()
) -> OwedCounts:
    """Count everything open, each in one of three groups."""
    wanted = [_of(tx, programme)]
    if whose:
        wanted.append(owed_by(whose, roles))
    due, one = DEADLINES.c["due_on"], func.count()
    statement = (
        select(
            one.filter(due < today),
            one.filter(due >= today, due <= week_end),
            one.filter(due > week_end),
        )
        .join_from(DEADLINES, CASES, CASES.c["id"] == DEADLINES.c["case_id"])
        .where(OPEN_DEADLINES, *wanted)
    )
    return OwedCounts._make(line_of(tx).core.execute(statement).one())


def phases(tx: Tx, programme: str, *, whose: str = "") -> Sequence[PhaseCount]:
    """Count the open cases by phase and version."""
    columns = (VERSIONS.c["key"], VERSIONS.c["number"], CASES.c["phase"])
    statement = _open_cases(tx, select(*columns, func.count()), programme, whose).group_by(*columns).order_by(*columns)
    return [PhaseCount._make(row) for row in line_of(tx).core.execute(statement)]


def without_deputy(tx: Tx, programme: str, *, whose: str = "", limit: int = PAGE) -> Sequence[GapLine]:
    """Return open cases in which nobody sits as deputy of the coordinator."""
    return _gaps(tx, programme, whose, ~_seated(SEATS.c["role"] == "deputy"), limit)


def without_address(tx: Tx, programme: str, *, whose: str = "", limit: int = PAGE) -> Sequence[GapLine]:
    """Return open cases whose company has no contact that mail can reach."""
    reachable = exists().where(
        SEATS.c["case_id"] == CASES.c["id"],
        SEATS.c["ended_on"].is_(None),
        SEATS.c["role"] == "company_contact",
        _CONTACT.c["id"] == SEATS.c["contact"],
        _CONTACT.c["email"] != "",
        _CONTACT.c["state"] == "active",
    )
    return _gaps(tx, programme, whose, ~reachable, limit)


def _gaps(tx: Tx, programme: str, whose: str, lacking: ColumnElement[bool], limit: int) -> Sequence[GapLine]:
    columns = (CASES.c["number"], CASES.c["title"], CASES.c["phase"], VERSIONS.c["key"], VERSIONS.c["number"])
    statement = _open_cases(tx, select(*columns), programme, whose).where(lacking).order_by(CASES.c["id"]).limit(limit)
    return [GapLine._make(row) for row in line_of(tx).core.execute(statement)]


def _open_cases(tx: Tx, statement: Any, programme: str, whose: str) -> Any:
    statement = statement.join_from(CASES, VERSIONS, VERSIONS.c["id"] == CASES.c["version_id"]).where(
        CASES.c["programme_id"] == programme_id(line_of(tx), programme), CASES.c["closed_on"].is_(None)
    )
    return statement.where(CASES.c["id"].in_(seated_in(whose))) if whose else statement


def _of(tx: Tx, programme: str) -> ColumnElement[bool]:
    """Return the condition that a deadline's case is of a programme; `+ 0` keeps it from walking the programme's cases."""
    return bool_of(CASES.c["programme_id"] + 0 == programme_id(line_of(tx), programme))


def _seated(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(SEATS.c["case_id"] == CASES.c["id"], SEATS.c["ended_on"].is_(None), condition)
