"""Terms such as `10 wd`, `-6 months` or `3 years`: how cities write spans of time.

`wd` are working days of the programme's calendar; months and years follow the calendar (31 January + 1 month = 28 February).
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

UNITS = ("wd", "days", "weeks", "months", "years")
_ALIASES = {"wd": "wd", "day": "days", "days": "days", "week": "weeks", "weeks": "weeks", "month": "months",
            "months": "months", "year": "years", "years": "years"}  # fmt: skip
_TERM = re.compile(r"^\s*([+\-−]?\d+)\s*([a-z]+)\s*$")


@dataclass(frozen=True, slots=True)
class Term:
    """A signed count of one unit; `str(term)` is the form a declaration writes.

    >>> str(parse_term("-6 month"))
    '-6 months'
    """

    count: int
    unit: str

    def __str__(self) -> str:
        """Return the canonical form, e.g. `10 wd` or `1 months`."""
        return f"{self.count} {self.unit}"


def parse_term(text: str) -> Term:
    """Read a term.

    Raises: ValueError, saying which form would have been right.
    """
    match = _TERM.match(text)
    if match is None or match[2] not in _ALIASES:
        raise ValueError(f"{text!r} is not a term; write a whole number and one of {', '.join(UNITS)}, e.g. '10 wd'")
    return Term(int(match[1].replace("−", "-")), _ALIASES[match[2]])


def add_months(day: date, months: int) -> date:
    """Return the same day of a later (or earlier) month, or that month's last day where it is shorter.

    >>> add_months(date(2028, 3, 31), -1)
    datetime.date(2028, 2, 29)
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def add_calendar(day: date, term: Term) -> date:
    """Add a term that needs no working-day calendar.

    Raises: ValueError for a term in working days.
    """
    match term.unit:
        case "days":
            return day + timedelta(days=term.count)
        case "weeks":
            return day + timedelta(weeks=term.count)
        case "months":
            return add_months(day, term.count)
        case "years":
            return add_months(day, 12 * term.count)
        case _:
            raise ValueError(f"{term} counts working days; ask the calendar")
