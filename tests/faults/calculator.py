"""A calculator for dates: redoes a sum from its print, with a calendar and nothing of ours.

It reads the English lines that `handslag deadline show --explain` prints, and counts them again its own way. It knows the free
days as a published list would give them, one ISO date each; weekends it knows itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import date, timedelta
from itertools import count

DAY = timedelta(days=1)
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ISO = re.compile(r"\d{4}-\d\d-\d\d")
DATE = re.compile(r"\((\d{4}-\d\d-\d\d), (\w+)\)")
COUNTED = re.compile(r"([+-]\d+) (working day|day|week|month|year)s?\b")


class WrongSum(AssertionError):
    """A step that does not lead where its print says."""


def redo(lines: Iterable[str], free: Set[str]) -> tuple[date, date]:
    """Carry out a printed sum; return the due date and the last day that is not missed yet.

    Raises: WrongSum naming the line that does not follow.
    """
    day = due = date.min
    graced = False
    for line, notes in _steps(lines):
        said = [_date(found, line) for found in DATE.finditer(line)]
        if line.startswith("start:"):
            day = said[0]
        elif " is no working day " in line:
            _sure(said[0] == day and not _works(day, free), line, "the day before the arrow is not the one to roll from")
            day = next(found for found in _days(day, 1) if _works(found, free))
            _sure(said[1] == day, line, f"the next working day is {day}")
        else:
            day = _counted(day, line, notes, free)
            _sure(said[-1] == day, line, f"it is {day}")
        graced = graced or line.startswith("grace:")
        due = due if graced else day
    if not _works(due, free):
        raise WrongSum(f"the due date {due} is no working day")
    return due, day


def _steps(lines: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield each step with the indented notes below it."""
    step, notes = "", list[str]()
    for line in lines:
        if line.startswith("    "):
            notes.append(line.strip())
            continue
        if step:
            yield step, notes
        step, notes = line, []
    if step:
        yield step, notes


def _date(found: re.Match[str], line: str) -> date:
    day = date.fromisoformat(found[1])
    _sure(NAMES[day.weekday()] == found[2], line, f"{day} is a {NAMES[day.weekday()]}")
    return day


def _counted(day: date, line: str, notes: Sequence[str], free: Set[str]) -> date:
    found = COUNTED.search(line)
    if found is None:
        raise WrongSum(f"{line!r} counts nothing")
    number, unit = int(found[1]), found[2]
    match unit:
        case "day":
            return day + number * DAY
        case "week":
            return day + 7 * number * DAY
        case "month":
            return _months(day, number)
        case "year":
            return _months(day, 12 * number)
    return _working_days(day, number, line, notes, free)


def _months(day: date, number: int) -> date:
    """Count month by month on the fingers, then take the same day or the last one there is."""
    year, month = day.year, day.month
    for _ in range(abs(number)):
        month += 1 if number > 0 else -1
        if month in (0, 13):
            year, month = (year - 1, 12) if month == 0 else (year + 1, 1)
    for last in range(day.day, 27, -1):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    return date(year, month, day.day)


def _working_days(day: date, number: int, line: str, notes: Sequence[str], free: Set[str]) -> date:
    """Strike out on the calendar what does not count, and take the nth day that is left."""
    passed = {iso for note in notes if note.startswith("passed over besides") for iso in ISO.findall(note)}
    rests = [ISO.findall(note) for note in notes if note.startswith("not counted")]
    waits = [(date.fromisoformat(both[0]), date.fromisoformat(both[-1])) for both in rests]
    if number == 0:
        return day
    left, met = abs(number), set[str]()
    for found in _days(day, 1 if number > 0 else -1):
        if any(first <= found < until for first, until in waits):
            continue
        if found.weekday() < 5 and found.isoformat() in free:
            met.add(found.isoformat())
        left -= _works(found, free)
        if left == 0:
            _sure(met == passed, line, f"free days passed over are {sorted(met)}, named are {sorted(passed)}")
            return found
    raise WrongSum(line)


def _days(day: date, step: int) -> Iterator[date]:
    return (day + n * step * DAY for n in count(1))


def _works(day: date, free: Set[str]) -> bool:
    return day.weekday() < 5 and day.isoformat() not in free


def _sure(holds: bool, line: str, said: str) -> None:
    if not holds:
        raise WrongSum(f"{line!r}: {said}")
