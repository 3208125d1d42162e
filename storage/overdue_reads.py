"""What is overdue, counted by whoever owes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import String, and_, cast, func, literal_column, or_, select
from sqlalchemy.sql.elements import ColumnElement

from engine.ports import Tx
from storage.account_today import OwedLine, owed_lines
from storage.case_rows import CASES, VERSIONS, programme_id
from storage.case_tables import OPEN_DEADLINES
from storage.company_rows import SEATS
from storage.due_rows import DEADLINES
from storage.mapping import bool_of
from storage.reads import keys, line_of


class OverdueLine(NamedTuple):
    """What one holder of one seat owes too late. person: key, empty where a contact holds it or nobody does."""

    version: str
    number: int
    seat: str
    person: str
    items: int
    cases: int
    since: date


class Owner(NamedTuple):
    """Whom a number of overdue things belongs to. version: key of a workflow; role: of the seat, without its number.

    role is empty for what is owed by a person by name; person: key, empty where a contact holds the seat or nobody does.
    """

    version: str
    role: str
    person: str


def overdue(tx: Tx, programme: str, today: date) -> Sequence[OverdueLine]:
    """Count the open things whose due day lies behind us, by the role of the owner's seat and the person in it.

    What was submitted is not counted: whoever owed it has done its part.
    """
    seat = DEADLINES.c["seat"]
    each = (
        select(
            VERSIONS.c["key"].label("version"),
            VERSIONS.c["number"].label("number"),
            seat.label("seat"),
            _holder().label("person"),
            DEADLINES.c["case_id"].label("case_id"),
            DEADLINES.c["due_on"].label("due_on"),
        )
        .join_from(DEADLINES, CASES, CASES.c["id"] == DEADLINES.c["case_id"])
        .join(VERSIONS, VERSIONS.c["id"] == CASES.c["version_id"])
        .where(*_late(tx, programme, today))
        .subquery()
    )
    by = [each.c[name] for name in ("version", "number", "seat", "person")]
    count = [func.count(), func.count(each.c["case_id"].distinct()), func.min(each.c["due_on"])]
    statement = select(*by, *count).group_by(*by).order_by(literal_column("5").desc(), *by)
    return [OverdueLine._make(row) for row in line_of(tx).core.execute(statement)]


def overdue_lines(
    tx: Tx, programme: str, today: date, owner: Owner, *, past: tuple[date, int, int] | None = None, limit: int
) -> Sequence[OwedLine]:
    """Return the things that `overdue` counts for an owner, the oldest first. past: (due_on, case_id, no) of the last line."""
    seat = DEADLINES.c["seat"]
    if owner.role:
        mine = and_(or_(seat == owner.role, seat.startswith(owner.role + "#", autoescape=True)), _holder() == owner.person)
    else:
        mine = seat == "person:" + owner.person
    wanted = [*_late(tx, programme, today), VERSIONS.c["key"] == owner.version, mine]
    order = (DEADLINES.c["due_on"], DEADLINES.c["case_id"], DEADLINES.c["no"])
    if past is not None:
        here, there = keys(order, past)
        wanted.append(here > there)
    statement = owed_lines().where(*wanted).order_by(*order).limit(limit)
    return [OwedLine._make(row) for row in line_of(tx).core.execute(statement)]


def _late(tx: Tx, programme: str, today: date) -> list[ColumnElement[bool]]:
    open_ones = and_(OPEN_DEADLINES, DEADLINES.c["state"] != "submitted")
    # `+ 0`: searched by what is late, not by what is in the programme.
    here = CASES.c["programme_id"] + 0 == programme_id(line_of(tx), programme)
    return [open_ones, bool_of(here), bool_of(DEADLINES.c["due_on"] < today)]


def _holder() -> Any:
    seat = DEADLINES.c["seat"]
    named = or_(seat == SEATS.c["role"], seat == SEATS.c["role"] + "#" + cast(SEATS.c["no"], String))
    return (
        select(func.coalesce(func.min(SEATS.c["person"]), ""))
        .where(SEATS.c["case_id"] == DEADLINES.c["case_id"], SEATS.c["ended_on"].is_(None), named)
        .scalar_subquery()
    )
