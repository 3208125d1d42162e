"""The sum behind a date: a list of steps that a reader can redo with a calendar and a pencil.

A sum is a tuple of JSON maps, one per step, each with `op` and the day `on` which it arrives:

- `start`: on, why (reason code), ref;
- `add`: term, free (days passed over because they are free, with their names; weekends are not listed), waits
  (spans not counted);
- `roll`: from, why (the name of the free day): a due day that is not a working day moves to the next one;
- `extend`: term, granted by an extension, like `add`; then rolls by itself;
- `grace`: term in which it is late but not yet missed, like `add`.

`due_of` reads the due date, `last_of` the end of grace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Protocol

from engine.calendar import ONE_DAY, SATURDAY, Calendar
from engine.terms import Term, parse_term

Step = Mapping[str, Any]
Sum = tuple[Step, ...]


class Pause(Protocol):
    """Days that do not count: from `first` to before `until`."""

    @property
    def first(self) -> date:
        """The first day that does not count."""

    @property
    def until(self) -> date:
        """The first day that counts again."""


def started(on: date, why: str, ref: str = "") -> Step:
    """Return the first step of a sum."""
    return {"op": "start", "on": on.isoformat(), "why": why, "ref": ref}


def reckon(ops: Iterable[Step], calendar: Calendar, waits: Sequence[Pause] = ()) -> Sum:
    """Carry out the operations in order and return them with their days filled in.

    ops: steps whose first is a `start`; results of an earlier reckoning are ignored, so a sum can be reckoned again with
    another calendar or other waits. A due day that is free rolls forward; the roll is a step of its own.
    """
    done: list[Step] = []
    day = date.min
    for op in ops:
        match op["op"]:
            case "start":
                day = date.fromisoformat(op["on"])
                done.append(op)
            case "add":
                day = _add(done, op, day, calendar, waits)
            case "extend" | "grace":
                day = _roll(done, day, calendar)
                day = _add(done, op, day, calendar, waits)
            case _:
                continue
        if op["op"] == "extend":
            day = _roll(done, day, calendar)
    if not any(step["op"] == "grace" for step in done):
        _roll(done, day, calendar)
    return tuple(done)


def due_of(steps: Sum) -> date:
    """Return the due date: the day of the last step that is not grace."""
    return date.fromisoformat(next(step["on"] for step in reversed(steps) if step["op"] != "grace"))


def last_of(steps: Sum) -> date:
    """Return the last day on which it is not missed: the due date, or the end of grace."""
    return date.fromisoformat(steps[-1]["on"])


def _roll(done: list[Step], day: date, calendar: Calendar) -> date:
    rolled = calendar.roll_forward(day)
    if rolled != day:
        done.append({"op": "roll", "from": day.isoformat(), "why": calendar.why_free(day), "on": rolled.isoformat()})
    return rolled


def _add(done: list[Step], op: Step, day: date, calendar: Calendar, waits: Sequence[Pause]) -> date:
    term = parse_term(op["term"])
    arrived, free, paused = add_term(day, term, calendar, waits)
    step: dict[str, Any] = {"op": op["op"], "term": str(term), "on": arrived.isoformat()}
    if free:
        step["free"] = free
    if paused:
        step["waits"] = paused
    done.append(step)
    return arrived


def add_term(
    day: date, term: Term, calendar: Calendar, waits: Sequence[Pause] = ()
) -> tuple[date, dict[str, str], list[list[str]]]:
    """Add a term; of working days only those count that lie in no wait.

    Returns the day, the named free days passed over, and the waits (first, until) that touched the span.
    Overlapping waits count once, because each day is asked only whether it lies in any.
    """
    if term.unit != "wd":
        return calendar.add(day, term), {}, []
    step = ONE_DAY if term.count > 0 else -ONE_DAY
    begin, left, free = day, abs(term.count), dict[str, str]()
    while left:
        day += step
        if any(wait.first <= day < wait.until for wait in waits):
            continue
        if calendar.is_working(day):
            left -= 1
        elif day.weekday() < SATURDAY:
            free[day.isoformat()] = calendar.why_free(day)
    low, high = min(begin, day), max(begin, day)
    touched = [
        [wait.first.isoformat(), wait.until.isoformat()]
        for wait in waits
        if wait.first <= high and wait.until - timedelta(days=1) > low
    ]
    return day, free, touched
