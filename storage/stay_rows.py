"""Finished stays in phases: one row for each change of phase, written by the entry that makes it and by nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, String, bindparam, select

from engine.case import Case
from engine.declared import Period
from engine.entry import Sealed
from storage.case_rows import CASES
from storage.case_tables import StayRow
from storage.columns import table_of
from storage.mapping import at_keys
from storage.statements import Line, Prepared

STAYS = table_of(StayRow)
TAKEN_OVER = "taken_over"
_GIVEN: Mapping[str, Any] = {
    "case_id": Integer, "no": Integer, "phase": String, "entered_on": Date, "left_on": Date, "to_phase": String,
    "period": Integer, "why": String,
}  # fmt: skip
# The case's own row knows programme and version; asking it in the same statement saves two questions.
_ADD = Prepared(
    STAYS.insert().from_select(
        [*_GIVEN, "programme_id", "version_id"],
        select(
            *(bindparam(f"at_{name}", type_=kind) for name, kind in _GIVEN.items()),
            CASES.c["programme_id"],
            CASES.c["version_id"],
        ).where(CASES.c["id"] == bindparam("at_case_id", type_=Integer)),
    )
)


def add(line: Line, before: Case, after: Case, sealed: Sealed, *, period: Period | None) -> None:
    """Note that a case has changed its phase, in the transaction that writes the entry.

    period: of its version; an agreement taken over in force counts from its own first day, not from the day of the takeover.
    """
    day = _day(before.phase_since, after.phase_since)
    if sealed.kind == TAKEN_OVER and period is not None:
        begun = after.facts.get(period.starts)
        day = date.fromisoformat(str(begun)) if begun else day
    if day is not None:
        entered = before.phase_since or day
        way = {"phase": before.phase, "entered_on": entered, "left_on": day, "to_phase": after.phase}
        _ADD.run(line, at_keys(case_id=after.id, no=sealed.no, **way, period=before.period, why=sealed.kind))


def _day(before: date | None, after: date | None) -> date | None:
    # A move taken back restores the day on which the earlier phase began; no stay ends before it began.
    return max(filter(None, (before, after)), default=None)
