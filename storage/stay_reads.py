"""Questions about time: finished stays, signings in a window, open cases on their way. Each reads an index, none reads history.

A *reading* of phases goes with the versions of one workflow: `versions` are their ids, so that phases of one name in two
methods of a programme do not mix.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import and_, exists, func, select
from sqlalchemy.sql.elements import ColumnElement

from engine.ports import Tx
from storage.case_rows import CASES, PROGRAMMES, VERSIONS, programme_id
from storage.case_tables import WaitRow
from storage.columns import table_of
from storage.company_rows import COORDINATOR, SEATS
from storage.reads import line_of
from storage.stay_rows import STAYS

WAITS = table_of(WaitRow)
NEWEST = 200
MOST = 500


class PhaseNow(NamedTuple):
    """How many cases of a version stand in a phase, and since when the one that has stood there longest."""

    version_id: int
    version: str
    number: int
    phase: str
    cases: int
    since: date | None


class StayLine(NamedTuple):
    """A finished stay. now: the phase in which its case stands today."""

    case_id: int
    no: int
    period: int
    entered_on: date
    left_on: date
    to_phase: str
    now: str
    now_period: int


class SigningLine(NamedTuple):
    """A case whose agreement came into force. closed_on: where it has ended since."""

    number: str
    title: str
    signed_on: date
    closed_on: date | None


class OnWayLine(NamedTuple):
    """An open case whose agreement was never in force. coordinator: key of a person."""

    id: int
    number: str
    title: str
    phase: str
    phase_since: date
    period: int
    coordinator: str | None


def phases_now(tx: Tx, programme: str) -> Sequence[PhaseNow]:
    """Return how many cases stand in each phase of each version, ended ones too."""
    columns = (CASES.c["version_id"], VERSIONS.c["key"], VERSIONS.c["number"], CASES.c["phase"])
    statement = (
        select(*columns, func.count(), func.min(CASES.c["phase_since"]))
        .join_from(CASES, VERSIONS, VERSIONS.c["id"] == CASES.c["version_id"])
        .join(PROGRAMMES, PROGRAMMES.c["id"] == CASES.c["programme_id"])
        .where(PROGRAMMES.c["key"] == programme)
        .group_by(*columns)
        .order_by(*columns)
    )
    return [PhaseNow._make(row) for row in line_of(tx).core.execute(statement)]


def finished(tx: Tx, programme: str, versions: Collection[int], phase: str, *, limit: int = NEWEST) -> Sequence[StayLine]:
    """Return every finished stay in a phase of the cases that left it last, oldest entry first within a case."""
    line = line_of(tx)
    here = and_(
        STAYS.c["programme_id"] == programme_id(line, programme), STAYS.c["phase"] == phase, STAYS.c["version_id"].in_(versions)
    )
    last = select(STAYS.c["case_id"]).where(here).order_by(STAYS.c["left_on"].desc()).limit(limit).subquery()
    names = ("case_id", "no", "period", "entered_on", "left_on", "to_phase")
    statement = (
        select(*(STAYS.c[name] for name in names), CASES.c["phase"], CASES.c["period"])
        .join_from(STAYS, CASES, CASES.c["id"] == STAYS.c["case_id"])
        .where(STAYS.c["case_id"].in_(select(last.c["case_id"])), STAYS.c["phase"] == phase)
        .order_by(STAYS.c["case_id"], STAYS.c["no"])
    )
    return [StayLine._make(row) for row in line.core.execute(statement)]


def signings(
    tx: Tx, programme: str, signed: Sequence[tuple[Collection[int], Collection[str]]], *, first: date, last: date
) -> Sequence[SigningLine]:
    """Return the cases whose first entry into a signed phase lies between two days, both included, in order of that day.

    signed: for each workflow its versions and the phases in which its agreement is in force. An entry that was taken back by
    a correction does not count; one that ended later does.
    """
    line, found = line_of(tx), []
    for versions, phases in signed:
        into = _into(STAYS, phases)
        statement = (
            select(CASES.c["number"], CASES.c["title"], STAYS.c["left_on"], CASES.c["closed_on"])
            .join_from(STAYS, CASES, CASES.c["id"] == STAYS.c["case_id"])
            .where(
                STAYS.c["programme_id"] == programme_id(line, programme),
                STAYS.c["version_id"].in_(versions),
                into,
                STAYS.c["left_on"].between(first, last),
                ~_taken_back(STAYS, phases),
                ~_signed_before(phases),
            )
        )
        found += [SigningLine._make(row) for row in line.core.execute(statement)]
    return sorted(found, key=lambda signing: (signing.signed_on, signing.number))


def _into(stay: Any, phases: Collection[str]) -> ColumnElement[bool]:
    return and_(stay.c["to_phase"].in_(phases), stay.c["phase"].not_in(phases))


def _taken_back(stay: Any, phases: Collection[str]) -> ColumnElement[bool]:
    back = STAYS.alias()
    same = and_(back.c["case_id"] == stay.c["case_id"], back.c["no"] > stay.c["no"])
    return exists().where(same, back.c["phase"].in_(phases), back.c["to_phase"].not_in(phases), back.c["why"] != "moved",
                          ).correlate(stay)  # fmt: skip


def _signed_before(phases: Collection[str]) -> ColumnElement[bool]:
    earlier, back = STAYS.alias(), STAYS.alias()
    mine = and_(earlier.c["case_id"] == STAYS.c["case_id"], earlier.c["no"] < STAYS.c["no"])
    between = and_(
        back.c["case_id"] == earlier.c["case_id"],
        back.c["no"] > earlier.c["no"],
        back.c["no"] < STAYS.c["no"],
        back.c["phase"].in_(phases),
        back.c["to_phase"].not_in(phases),
        back.c["why"] != "moved",
    )
    undone = exists().where(between).correlate(earlier, STAYS)
    return exists().where(mine, _into(earlier, phases), ~undone).correlate(STAYS)


def on_way(
    tx: Tx, programme: str, versions: Collection[int], phases: Sequence[str], signed: Collection[str], *, limit: int = MOST
) -> Sequence[OnWayLine]:
    """Return the open cases that stand in these phases and were never signed, phase by phase as given, oldest case first."""
    found: list[OnWayLine] = []
    line = line_of(tx)
    coordinator = (
        select(func.min(SEATS.c["person"]))
        .where(SEATS.c["case_id"] == CASES.c["id"], SEATS.c["role"] == COORDINATOR, SEATS.c["ended_on"].is_(None))
        .scalar_subquery()
    )
    before = STAYS.alias()
    was_signed = exists().where(before.c["case_id"] == CASES.c["id"], _into(before, signed), ~_taken_back(before, signed))
    columns = (CASES.c[name] for name in ("id", "number", "title", "phase", "phase_since", "period"))
    statement = (
        select(*columns, coordinator)
        .where(
            CASES.c["programme_id"] == programme_id(line, programme),
            CASES.c["version_id"].in_(versions),
            CASES.c["phase_since"].is_not(None),
            ~was_signed,
        )
        .order_by(CASES.c["id"])
    )
    for phase in phases:
        if len(found) < limit:
            rows = line.core.execute(statement.where(CASES.c["phase"] == phase).limit(limit - len(found)))
            found += [OnWayLine._make(row) for row in rows]
    return found


def earlier_stays(tx: Tx, cases: Collection[int]) -> Mapping[int, Sequence[tuple[date, date]]]:
    """Return the finished stays of cases in the phase they stand in now, in the same period: they came back to it."""
    found: dict[int, list[tuple[date, date]]] = defaultdict(list)
    same = and_(
        STAYS.c["case_id"] == CASES.c["id"], STAYS.c["phase"] == CASES.c["phase"], STAYS.c["period"] == CASES.c["period"]
    )
    statement = select(STAYS.c["case_id"], STAYS.c["entered_on"], STAYS.c["left_on"]).join_from(STAYS, CASES, same)
    for case, entered, left in line_of(tx).core.execute(statement.where(CASES.c["id"].in_(cases))):
        found[case].append((entered, left))
    return found


def pauses(tx: Tx, cases: Collection[int], today: date) -> Mapping[int, date]:
    """Return the day on which the running pause of each case ends, for those that have one."""
    running = and_(WAITS.c["case_id"].in_(cases), WAITS.c["first"] <= today, WAITS.c["until"] > today)
    statement = select(WAITS.c["case_id"], func.max(WAITS.c["until"])).where(running).group_by(WAITS.c["case_id"])
    return {int(case): until for case, until in line_of(tx).core.execute(statement)}


def longest(tx: Tx, programme: str, phase: str, since: date) -> str:
    """Return the number of the case that stands in a phase since a day, the oldest of several; empty for none."""
    line = line_of(tx)
    found = line.core.execute(
        select(CASES.c["number"])
        .where(
            CASES.c["programme_id"] == programme_id(line, programme), CASES.c["phase"] == phase, CASES.c["phase_since"] == since
        )
        .order_by(CASES.c["id"])
        .limit(1)
    ).scalar()
    return str(found or "")
