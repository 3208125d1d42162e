"""The board as it stood at an instant: for each case its last change of phase before it, found by the table of stays.

A stay names the entry that ended it, so one search per case in a table that holds only changes of phase is enough; no history
is replayed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, func, select

from engine.ports import Tx
from storage.case_rows import CASES, PROGRAMMES
from storage.reads import line_of
from storage.stay_rows import STAYS
from storage.writing import HISTORY


class StoodLine(NamedTuple):
    """A case in its phase then. held: how many cases stood in that phase."""

    id: int
    number: str
    phase: str
    held: int


def board_then(
    tx: Tx, programme: str, until: datetime, *, happened: bool = False, phase: str = "", before: int = 0, limit: int
) -> Sequence[StoodLine]:
    """Return the newest cases of each phase, or of one phase those before a case's id. until: what came before counts.

    happened: by the time at which a move happened, else by the time at which it was recorded.
    """
    stood = _stood(programme, until, happened=happened).subquery("stood")
    named = stood.c["phase"] == phase if phase else stood.c["phase"].is_not(None)
    # Counted before the page is cut off, so that every page of a phase tells how many there are.
    held = func.count().over(partition_by=stood.c["phase"])
    counted = select(stood.c["id"], stood.c["number"], stood.c["phase"], held.label("held")).where(named).subquery("counted")
    turn = func.row_number().over(partition_by=counted.c["phase"], order_by=counted.c["id"].desc())
    earlier = counted.c["id"] < before if before else counted.c["id"] > 0
    ranked = select(counted, turn.label("turn")).where(earlier).subquery("ranked")
    columns = [ranked.c[name] for name in StoodLine._fields]
    statement = select(*columns).where(ranked.c["turn"] <= limit).order_by(ranked.c["phase"], ranked.c["id"].desc())
    return [StoodLine._make(row) for row in line_of(tx).core.execute(statement)]


def _stood(programme: str, until: datetime, *, happened: bool) -> Any:
    by = HISTORY.c["happened_at"] if happened else HISTORY.c["recorded_at"]
    there = and_(HISTORY.c["case_id"] == STAYS.c["case_id"], HISTORY.c["no"] == STAYS.c["no"])
    phase = (
        select(STAYS.c["to_phase"])
        .join_from(STAYS, HISTORY, there)
        .where(STAYS.c["case_id"] == CASES.c["id"], by < until)
        .order_by(STAYS.c["no"].desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(CASES.c["id"], CASES.c["number"], phase.label("phase"))
        .join_from(CASES, PROGRAMMES, PROGRAMMES.c["id"] == CASES.c["programme_id"])
        .where(PROGRAMMES.c["key"] == programme)
    )
