"""What lies beyond the rows: occurrences of follow-ups that are not opened yet, from the same planner that will open them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from engine.draft import Draft
from engine.followups import occurrences, period_of, series_of
from engine.seats import distinct_owners
from engine.sums import due_of, reckon


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """An occurrence to come: it is not owed yet, and its date may still move with the calendar."""

    rule: str
    seat: str
    occurrence: str
    due_on: date


def forecast(draft: Draft, until: date) -> tuple[Foreseen, ...]:
    """Return what follow-ups will bring up to a day, beyond what stands in rows, in order of date."""
    period = period_of(draft)
    if period is None:
        return ()
    found: list[Foreseen] = []
    for followup in draft.version.followups.values():
        if draft.case.phase not in followup.during or followup.anchor.after:
            continue
        for seat in distinct_owners(draft, followup.owner):
            last = draft.case.schedule.get(series_of(draft, followup.key, seat), "")
            dated = (
                (o.key, due_of(reckon(o.ops, draft.programme.calendar)))
                for o in occurrences(followup, draft.case.facts, draft.programme, period)
            )
            ahead = takewhile(lambda pair: pair[1] <= until, dated)
            found += [Foreseen(rule=followup.key, seat=seat, occurrence=key, due_on=due) for key, due in ahead if key > last]
    return tuple(sorted(found, key=lambda f: (f.due_on, f.rule, f.seat)))
