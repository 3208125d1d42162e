"""Questions of screens about what is owed: the due list, and the promises of a case, a person or a programme."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Column, String, and_, bindparam, cast, exists, or_, select, tuple_
from sqlalchemy.sql.elements import ColumnElement

from engine.case import PENDING_PROMISE
from engine.ports import Tx
from storage.case_rows import CASES, PROGRAMMES, case_id
from storage.case_tables import OPEN_DEADLINES, PLANNED
from storage.columns import Instant
from storage.company_rows import SEATS
from storage.due_rows import DEADLINES, PROMISES
from storage.mapping import bool_of
from storage.reads import PAGE, keys, line_of, seated_in
from storage.statements import Prepared

_CASE = (CASES.c["number"], CASES.c["title"], PROGRAMMES.c["key"])


class DeadlineLine(NamedTuple):
    """A thing owed, with its case. case_id is for paging."""

    case: str
    title: str
    programme: str
    case_id: int
    no: int
    kind: str
    rule: str
    occurrence: str
    seat: str
    record: int
    state: str
    opened_on: date
    due_on: date
    last_on: date
    missed_at: datetime | None
    submitted_on: date | None
    ended_on: date | None
    escalated_on: date | None
    why: str
    round: int
    extended: bool
    trouble: str


class PromiseLine(NamedTuple):
    """A promise, with its case. trouble: why the sweep has pushed it ahead, empty where it has not.

    wake_at: when it will be acted on: at due_at, unless it is held or was pushed ahead.
    """

    case: str
    title: str
    programme: str
    case_id: int
    no: int
    kind: str
    seat: str
    step: str
    code: str
    task: str
    about: int
    entry: int
    round: int
    due_at: datetime
    on: date
    state: str
    why: str
    ended_at: datetime | None
    message: str
    held_until: datetime | None
    resend_of: int
    trouble: str
    wake_at: datetime


_PLACE = ("after_at", "after_case", "after_no")
_DEADLINE = (*_CASE, *(DEADLINES.c[name] for name in DeadlineLine._fields[3:]))
_PROMISE = (*_CASE, *(PROMISES.c[name] for name in PromiseLine._fields[3:]))


def due(
    tx: Tx,
    *,
    until: date,
    programme: str = "",
    person: str = "",
    roles: Sequence[str] = (),
    after: tuple[date, int, int] | None = None,
    limit: int = PAGE,
) -> Sequence[DeadlineLine]:
    """Return what is open and due by a day, earliest first.

    person: key of the seat's holder; roles: those the person holds in the whole programme, for seats that no case fills.
    after: (due_on, case_id, no) of the last line of the page before.
    """
    asked: dict[str, Any] = {"until": until, "limit": limit, **_given(programme=programme, person=person), **_after(after)}
    asked |= {f"held_{n}": role for n, role in enumerate(roles)} if person else {}
    rows = _due_by(bool(programme), len(roles) if person else None, after is not None).rows(line_of(tx), asked)
    return [DeadlineLine._make(row) for row in rows]


def _given(**asked: str) -> dict[str, str]:
    return {name: value for name, value in asked.items() if value}


def _after(place: tuple[Any, int, int] | None) -> dict[str, Any]:
    return {} if place is None else dict(zip(_PLACE, place, strict=True))


def _is_behind(*order: Column[Any]) -> ColumnElement[bool]:
    here = tuple_(*order)
    return bool_of(here > tuple_(*(bindparam(name, type_=c.type) for name, c in zip(_PLACE, order, strict=True))))


@cache
def _due_by(programme: bool, roles: int | None, after: bool) -> Prepared:
    """Return the statement for a set of filters, made once. roles: how many roles of a person, None for everybody's."""
    wanted: list[ColumnElement[bool]] = [DEADLINES.c["due_on"] <= bindparam("until")]
    if programme:
        wanted.append(PROGRAMMES.c["key"] == bindparam("programme"))
    if roles is not None:
        wanted.append(owed_by(bindparam("person", type_=String()), [bindparam(f"held_{n}") for n in range(roles)]))
    order = (DEADLINES.c["due_on"], DEADLINES.c["case_id"], DEADLINES.c["no"])
    if after:
        wanted.append(_is_behind(*order))
    statement = (
        select(*_DEADLINE)
        .join_from(DEADLINES, CASES, CASES.c["id"] == DEADLINES.c["case_id"])
        .join(PROGRAMMES, PROGRAMMES.c["id"] == CASES.c["programme_id"])
        .where(OPEN_DEADLINES, *wanted)
        .order_by(*order)
        .limit(bindparam("limit"))
    )
    return Prepared(statement, returns=_DEADLINE)


def owed_by(person: Any, roles: Sequence[Any]) -> ColumnElement[bool]:
    """Return the condition that a person owes a deadline. Both may be text or parameters of a prepared statement."""
    # A seat is named `role` or `role#no`; a role that no seat of the case fills is the programme's.
    seat, here = DEADLINES.c["seat"], SEATS.c["case_id"] == DEADLINES.c["case_id"]
    holds = SEATS.c["ended_on"].is_(None)
    named = or_(seat == SEATS.c["role"], seat == SEATS.c["role"] + "#" + cast(SEATS.c["no"], String))
    # The few cases first: most deadlines then need no search for their seat.
    seated = and_(
        DEADLINES.c["case_id"].in_(seated_in(person)), exists().where(here, holds, named, SEATS.c["person"] == person)
    )
    own = seat == "person:" + person
    if not roles:
        return or_(seated, own)
    unfilled = ~exists().where(here, holds, seat == SEATS.c["role"])
    return or_(seated, own, and_(seat.in_(roles), unfilled))


def deadlines(
    tx: Tx, number: str, *, ended: bool = True, after: tuple[date, int] | None = None, limit: int | None = None
) -> Sequence[DeadlineLine]:
    """Return the deadlines of a case in the order in which they are due. ended: those that have ended, too.

    after: (due_on, no) of the last line of the page before. Raises: NotFound.
    """
    line, order = line_of(tx), (DEADLINES.c["due_on"], DEADLINES.c["no"])
    wanted: list[Any] = [] if ended else [OPEN_DEADLINES]
    if after is not None:
        here, there = keys(order, after)
        wanted.append(here > there)
    statement = (
        select(*_DEADLINE)
        .join_from(DEADLINES, CASES, CASES.c["id"] == DEADLINES.c["case_id"])
        .join(PROGRAMMES, PROGRAMMES.c["id"] == CASES.c["programme_id"])
        .where(DEADLINES.c["case_id"] == case_id(line, number), *wanted)
        .order_by(*order)
        .limit(limit)
    )
    return [DeadlineLine._make(row) for row in line.core.execute(statement)]


def promises(
    tx: Tx,
    number: str,
    *,
    pending: bool | None = None,
    after: tuple[datetime, int] | None = None,
    limit: int | None = None,
) -> Sequence[PromiseLine]:
    """Return the promises of a case in the order in which they fall due. pending: only those to come, or only ended ones.

    after: (due_at, no) of the last line of the page before. Raises: NotFound.
    """
    line, order = line_of(tx), (PROMISES.c["due_at"], PROMISES.c["no"])
    wanted: list[ColumnElement[bool]] = []
    if pending is not None:
        comes = PROMISES.c["state"].in_(PENDING_PROMISE)
        wanted.append(comes if pending else ~comes)
    if after is not None:
        here, there = keys(order, after)
        wanted.append(here > there)
    statement = (
        select(*_PROMISE)
        .join_from(PROMISES, CASES, CASES.c["id"] == PROMISES.c["case_id"])
        .join(PROGRAMMES, PROGRAMMES.c["id"] == CASES.c["programme_id"])
        .where(PROMISES.c["case_id"] == case_id(line, number), *wanted)
        .order_by(*order)
        .limit(limit)
    )
    return [PromiseLine._make(row) for row in line.core.execute(statement)]


def planned(
    tx: Tx, *, programme: str = "", until: datetime | None = None, after: tuple[datetime, int, int] | None = None,
    limit: int = PAGE,
) -> Sequence[PromiseLine]:  # fmt: skip
    """Return promises that are still to come, in the order in which they will be acted on.

    until: acted on by then; after: (wake_at, case_id, no) of the last line before.
    """
    asked: dict[str, Any] = {"limit": limit, **_given(programme=programme), **_after(after)}
    asked |= {} if until is None else {"until": until}
    rows = _planned_by(bool(programme), until is not None, after is not None).rows(line_of(tx), asked)
    return [PromiseLine._make(row) for row in rows]


@cache
def _planned_by(programme: bool, until: bool, after: bool) -> Prepared:
    # By `wake_at`, which is `due_at` but for what is held or pushed ahead: that index is there, whatever the list holds.
    order = (PROMISES.c["wake_at"], PROMISES.c["case_id"], PROMISES.c["no"])
    wanted: list[ColumnElement[bool]] = []
    if programme:
        wanted.append(PROGRAMMES.c["key"] == bindparam("programme"))
    if until:
        wanted.append(PROMISES.c["wake_at"] <= bindparam("until", type_=Instant()))
    if after:
        wanted.append(_is_behind(*order))
    statement = (
        select(*_PROMISE)
        .join_from(PROMISES, CASES, CASES.c["id"] == PROMISES.c["case_id"])
        .join(PROGRAMMES, PROGRAMMES.c["id"] == CASES.c["programme_id"])
        .where(PLANNED, *wanted)
        .order_by(*order)
        .limit(bindparam("limit"))
    )
    return Prepared(statement, returns=_PROMISE)
