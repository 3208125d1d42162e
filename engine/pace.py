"""How long a phase takes: from finished stays where there are enough of them, else from what the method declares.

Days are working days of the programme's calendar. A median of an even number of stays is the longer of the two in the middle,
so that it is a stay somebody has really had, and the reckoning errs on the late side.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from engine.calendar import ONE_DAY, Calendar
from engine.terms import Term

ENOUGH = 5
STAYS, FEW, DECLARED, UNKNOWN = "stays", "few", "declared", "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What is known about the length of a phase.

    basis: `stays` (enough finished ones), `declared` (the method's longest stay), `few` (fewer than enough, and nothing is
    declared), `unknown`. observed: lengths of finished stays, shortest first. declared: the longest stay as a term, if any.
    """

    phase: str
    basis: str
    usual: int
    slow: int
    observed: tuple[int, ...] = ()
    declared: Term | None = None

    def left(self, spent: int) -> int:
        """Return how many days a case that has been here for `spent` will usually still stay; 0 where it is overdue.

        Asked of the stays that lasted at least as long: a case that is late is not expected to go today.
        """
        if self.basis not in (STAYS, FEW):
            return max(0, self.usual - spent)
        longer = self.observed[bisect_left(self.observed, spent) :]
        return middle(longer) - spent if longer else 0

    def slowly_left(self, spent: int) -> int:
        """Return how many days it still stays if it is as slow as the slowest tenth."""
        return max(self.slow - spent, self.left(spent))

    def is_beyond(self, spent: int) -> bool:
        """Tell whether a case has been here longer than any before it, or than the method allows where that is all we know."""
        return spent > (self.observed[-1] if self.basis in (STAYS, FEW) else self.usual)

    def longer_than(self, spent: int) -> int:
        """Return how many finished stays lasted at least so long."""
        return len(self.observed) - bisect_left(self.observed, spent)


def pace_of(phase: str, lengths: Iterable[int], declared: Term | None, days: int) -> Pace:
    """Return the pace of a phase from the lengths of finished stays. declared, days: its longest stay, as term and reckoned."""
    observed = tuple(sorted(lengths))
    if len(observed) >= ENOUGH or (observed and declared is None):
        basis = STAYS if len(observed) >= ENOUGH else FEW
        return Pace(phase=phase, basis=basis, usual=middle(observed), slow=ninetieth(observed), observed=observed,
                    declared=declared)  # fmt: skip
    basis = UNKNOWN if declared is None else DECLARED
    return Pace(phase=phase, basis=basis, usual=days, slow=days, observed=observed, declared=declared)


def middle(lengths: Sequence[int]) -> int:
    """Return the median of sorted lengths, the upper one of two."""
    return lengths[len(lengths) // 2]


def ninetieth(lengths: Sequence[int]) -> int:
    """Return the length that nine of ten do not exceed (nearest rank)."""
    return lengths[-(-len(lengths) * 9 // 10) - 1]


class Workdays:
    """Counts the working days of a calendar between any two days of a span, each span reckoned once."""

    def __init__(self, calendar: Calendar, first: date, last: date) -> None:
        self.calendar, self._first = calendar, first
        days = max(0, (last - first).days) + 1
        self._until = list(accumulate(calendar.is_working(first + timedelta(days=n)) for n in range(days)))

    def after(self, start: date, end: date) -> int:
        """Count the working days in (start, end]; 0 where end is not later. Both within the span."""
        return self._until[(end - self._first).days] - self._until[(start - self._first).days] if end > start else 0


def declared_days(calendar: Calendar, stay: Term | None, today: date) -> int:
    """Return a declared stay in working days, one in months reckoned from today; 0 for none."""
    if stay is None:
        return 0
    return stay.count if stay.unit == "wd" else calendar.working_days_after(today, calendar.add(today, stay))


def ahead(calendar: Calendar, day: date, days: int) -> date:
    """Return the day that lies so many working days after a day (before it, for a negative count)."""
    return calendar.add(day, Term(days, "wd"))


def last_working(calendar: Calendar, day: date) -> date:
    """Return the last working day up to a day."""
    while not calendar.is_working(day):
        day -= ONE_DAY
    return day
