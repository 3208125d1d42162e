"""Edited calendars: which open dates a day would move, and moving them when a manager has decided so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from engine import use_cases
from engine.acts import Replan
from engine.calendar import Calendar
from engine.case import Case, Deadline
from engine.draft import Call
from engine.errors import BadInput, Fault
from engine.policy import require
from engine.ports import Tx
from engine.programme import Programme
from engine.sums import due_of, last_of, reckon
from engine.use_cases import Tools
from handslag.acting import actor_on
from handslag.administration.office import ADMINISTER, Office
from storage.reads import cases

REPLAN = "replan"
KINDS = ("free", "quiet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """An open deadline whose date another calendar would move."""

    case: Case
    deadline: Deadline
    due_on: date
    last_on: date


def edited(calendar: Calendar, day: date, kind: str, name: str) -> Calendar:
    """Return a calendar with a day made free or quiet, or, with an empty kind, an ordinary one."""
    free = {d: n for d, n in calendar.free.items() if d != day or kind == "quiet"}
    quiet = {d: n for d, n in calendar.quiet.items() if d != day or kind == "free"}
    added = {"free": free, "quiet": quiet}.get(kind)
    if added is not None:
        added[day] = name
    return replace(calendar, free=free, quiet=quiet)


def would_move(tx: Tx, programme: Programme, calendar: Calendar) -> Iterator[Moved]:
    """Yield the open deadlines of a programme whose dates another calendar reckons differently."""
    for number in open_cases(tx, programme.key):
        case = tx.case(number)
        for deadline in case.open_deadlines():
            steps = reckon(deadline.sum, calendar, tuple(case.waits.values()))
            due_on, last_on = due_of(steps), last_of(steps)
            if (due_on, last_on) != (deadline.due_on, deadline.last_on):
                yield Moved(case=case, deadline=deadline, due_on=due_on, last_on=last_on)


def set_day(tx: Tx, office: Office, day: date, kind: str, name: str) -> None:
    """Make a day free or quiet, or, with an empty kind, an ordinary one; no date moves by it.

    Raises: NotPermitted, BadInput.
    """
    require(office.actor, ADMINISTER)
    if kind and kind not in KINDS:
        raise _bad("kind", f"a calendar day is {' or '.join(KINDS)}, not {kind!r}")
    if kind and not name.strip():
        raise _bad("name", "say what the day is called")
    programme = office.programme
    kinds = {"free": programme.calendar.free, "quiet": programme.calendar.quiet}
    was = [(then, days[day]) for then, days in kinds.items() if day in days]
    tx.save_calendar_day(programme.key, day, kind, name)
    old = ", ".join(f"{k}: {n}" for k, n in was) or None
    changes = {"day": (old, f"{kind}: {name}" if kind else None)}
    office.note(tx, "calendar_day", day.isoformat(), changes)


def replan(tx: Tx, office: Office, tools: Tools, reason: str) -> list[Moved]:
    """Move the dates of all open cases to what the calendar says now, an entry a case; return what moved.

    Raises: NotPermitted, BadInput.
    """
    require(office.actor, REPLAN)
    if not reason.strip():
        raise _bad("reason", "replanning needs a reason")
    moved = list(would_move(tx, office.programme, office.programme.calendar))
    call_on = _caller(office, office.now, tools)
    for number, case in {m.case.number: m.case for m in moved}.items():
        use_cases.perform(tx, tools, number, Replan(reason=reason), call_on(case))
    if moved:
        office.note(tx, "replanned", office.programme.key, {"dates": (None, len(moved))})
    return moved


def open_cases(tx: Tx, programme: str) -> Iterator[str]:
    """Yield the numbers of a programme's open cases, newest first."""
    before = 0
    while page := cases(tx, programme=programme, is_open=True, before=before):
        yield from (line.number for line in page)
        before = page[-1].id


def _caller(office: Office, now: datetime, tools: Tools) -> Callable[[Case], Call]:
    def call_on(case: Case) -> Call:
        actor = actor_on(office.programme, case, office.actor.key, now, surface=office.actor.surface)
        return Call(actor=actor, now=now, ids=tools.ids)

    return call_on


def _bad(place: str, sentence: str) -> BadInput:
    return BadInput([Fault(place=place, code="missing", sentence=sentence)], what="the calendar")
