"""Who is waited for by what is owed: open things counted by the side whose turn it is, and by what it has to do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import and_, case, func, literal, or_, select
from sqlalchemy.sql.elements import ColumnElement

from engine.deadlines import REVIEW
from engine.ports import Tx
from storage.case_rows import CASES, programme_id
from storage.case_tables import OPEN_DEADLINES
from storage.due_rows import DEADLINES
from storage.mapping import bool_of
from storage.reads import line_of

ACCEPT, ANSWER, DO = "accept", "answer", "do"


class Turn(NamedTuple):
    """What is the company's turn in the cases of a version.

    roles: of its seats; lists: keys of record lists whose commitments are its own; accepts: (kind, rule) of what it accepts.
    """

    version_id: int
    roles: Collection[str]
    lists: Collection[str]
    accepts: Collection[tuple[str, str]]


class OwedWait(NamedTuple):
    """Things that wait for a side. since: the earliest day of a submission, else of a due day."""

    is_company: bool
    what: str
    items: int
    cases: int
    since: date


def owed_waits(tx: Tx, programme: str, until: date, turns: Sequence[Turn]) -> Sequence[OwedWait]:
    """Count what waits, the municipality first: what was submitted, what was returned, and what is due by a day.

    The longest stay in a phase is no such thing, and the task to review is told by the thing that was submitted.
    """
    line = line_of(tx)
    state, due = DEADLINES.c["state"], DEADLINES.c["due_on"]
    submitted = bool_of(state == "submitted")
    what = case((submitted, literal(ACCEPT)), (bool_of(state == "returned"), literal(ANSWER)), else_=literal(DO))
    company = case((or_(literal(0) == 1, *(_is_companys(turn, submitted) for turn in turns)), literal(1)), else_=literal(0))
    each = (
        select(
            company.label("company"),
            what.label("what"),
            DEADLINES.c["case_id"],
            case((submitted, func.coalesce(DEADLINES.c["submitted_on"], due)), else_=due).label("since"),
        )
        .join_from(DEADLINES, CASES, CASES.c["id"] == DEADLINES.c["case_id"])
        .where(
            OPEN_DEADLINES,
            CASES.c["programme_id"] == programme_id(line, programme),
            or_(state != "open", due <= until),
            DEADLINES.c["kind"] != "phase",
            or_(DEADLINES.c["kind"] != "task", DEADLINES.c["rule"] != REVIEW),
        )
        .subquery()
    )
    by = (each.c["company"], each.c["what"])
    counts = (func.count(), func.count(each.c["case_id"].distinct()), func.min(each.c["since"]))
    statement = select(*by, *counts).group_by(*by).order_by(*by)
    return [OwedWait(bool(row[0]), *row[1:]) for row in line.core.execute(statement)]


def _is_companys(turn: Turn, submitted: ColumnElement[bool]) -> ColumnElement[bool]:
    seat, rule = DEADLINES.c["seat"], (DEADLINES.c["kind"], DEADLINES.c["rule"])
    sits = or_(seat.in_(turn.roles), *(seat.startswith(f"{role}#", autoescape=True) for role in turn.roles))
    its_own = and_(seat.startswith("record#"), rule[0] == "record", rule[1].in_(turn.lists))
    accepts: list[Any] = [and_(rule[0] == kind, rule[1] == key) for kind, key in turn.accepts]
    mine = or_(and_(~submitted, or_(sits, its_own)), and_(submitted, or_(literal(0) == 1, *accepts)))
    return and_(CASES.c["version_id"] == turn.version_id, mine)
