"""From values to places: days along a line, whole numbers up a side, and where their marks stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.terms import add_months

STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Days from `first` to `last` laid out from `left` to `right`; a day beyond stands at the edge."""

    first: date
    last: date
    left: float
    right: float

    def at(self, day: date) -> float:
        """Return the place of a day."""
        whole = max(1, (self.last - self.first).days)
        part = (min(max(day, self.first), self.last) - self.first).days / whole
        return self.left + part * (self.right - self.left)

    def months(self, room: float) -> list[date]:
        """Return firsts of months, so many that each label has its room."""
        start = self.first.replace(day=1)
        every = next(n for n in (1, 2, 3, 6, 12, 24, 60, 120) if self._count(n) * room <= self.right - self.left or n == 120)
        marks = [add_months(start, n) for n in range(0, 1200, every) if add_months(start, n) <= self.last]
        return [day for day in marks if day >= self.first]

    def _count(self, months: int) -> int:
        return (self.last - self.first).days // (30 * months) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """Whole numbers from 0 to `most` laid out from `zero` to `end`."""

    most: int
    zero: float
    end: float

    def at(self, amount: float) -> float:
        """Return the place of an amount."""
        return self.zero + amount / max(1, self.most) * (self.end - self.zero)

    def marks(self, count: int = 5) -> list[int]:
        """Return round numbers, about so many."""
        step = next(s * 10**n for n in range(9) for s in STEPS if self.most <= s * 10**n * count)
        return list(range(0, self.most + 1, step))
