"""What is overdue, counted by whoever owes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import String, cast, func, literal_column, or_, select

from engine.ports import Tx
from storage.case_rows import CASES, PROGRAMMES, VERSIONS
from storage.case_tables import OPEN_DEADLINES
from storage.company_rows import SEATS
from storage.due_rows import DEADLINES
from storage.reads import line_of


class OverdueLine(NamedTuple):
    """What one holder of one seat owes too late. person: key, empty where a contact holds it or nobody does."""

    version: str
    number: int
    seat: str
    person: str
    items: int
    cases: int
    since: date


def overdue(tx: Tx, programme: str, today: date) -> Sequence[OverdueLine]:
    """Count the open things whose due day lies behind us, by the role of the owner's seat and the person in it."""
    seat = DEADLINES.c["seat"]
    named = or_(seat == SEATS.c["role"], seat == SEATS.c["role"] + "#" + cast(SEATS.c["no"], String))
    person = (
        select(func.coalesce(func.min(SEATS.c["person"]), ""))
        .where(SEATS.c["case_id"] == DEADLINES.c["case_id"], SEATS.c["ended_on"].is_(None), named)
        .scalar_subquery()
    )
    each = (
        select(
            VERSIONS.c["key"].label("version"),
            VERSIONS.c["number"].label("number"),
            seat.label("seat"),
            person.label("person"),
            DEADLINES.c["case_id"].label("case_id"),
            DEADLINES.c["due_on"].label("due_on"),
        )
        .join_from(DEADLINES, CASES, CASES.c["id"] == DEADLINES.c["case_id"])
        .join(PROGRAMMES, PROGRAMMES.c["id"] == CASES.c["programme_id"])
        .join(VERSIONS, VERSIONS.c["id"] == CASES.c["version_id"])
        .where(OPEN_DEADLINES, PROGRAMMES.c["key"] == programme, DEADLINES.c["due_on"] < today)
        .subquery()
    )
    by = [each.c[name] for name in ("version", "number", "seat", "person")]
    count = [func.count(), func.count(each.c["case_id"].distinct()), func.min(each.c["due_on"])]
    statement = select(*by, *count).group_by(*by).order_by(literal_column("5").desc(), *by)
    return [OverdueLine._make(row) for row in line_of(tx).core.execute(statement)]
