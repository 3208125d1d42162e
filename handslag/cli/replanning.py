"""Edited calendars: which open dates a day would move, and moving them when a manager has decided so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from engine import use_cases
from engine.acts import Replan
from engine.calendar import Calendar
from engine.case import Case
from engine.policy import require
from engine.ports import Tx
from engine.programme import Programme
from engine.sums import due_of, last_of, reckon
from handslag.acting import call_on
from handslag.cli.case_view import view_of
from handslag.cli.desk import Desk
from handslag.cli.given import bad
from handslag.cli.people import standing_in
from handslag.cli.printing import print_json, say, table
from storage.reads import cases


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """An open deadline whose date another calendar would move."""

    case: str
    no: int
    what: str
    due_on: date
    new_due_on: date
    last_on: date
    new_last_on: date


def edit_day(desk: Desk, programme: str, day: date, kind: str, name: str, *, dry_run: bool) -> list[Moved]:
    """Write a calendar day and return what it would move; nothing moves. kind: empty for an ordinary day.

    Raises: NotFound, NotPermitted.
    """

    def edit(tx: Tx) -> list[Moved]:
        there = standing_in(desk, tx, programme, "programme").programme
        if not dry_run:
            tx.save_calendar_day(programme, day, kind, name)
        return list(_moved(desk, tx, there, _edited(there.calendar, day, kind, name)))

    return desk.read(edit) if dry_run else desk.run(edit)


def replan_programme(desk: Desk, programme: str, reason: str, *, dry_run: bool) -> list[Moved]:
    """Move the dates of all open cases to what the calendar says now, an entry a case. Raises: NotPermitted, BadInput."""
    if not reason.strip():
        raise bad("--reason", "replanning needs a reason", code="missing")

    def replan(tx: Tx) -> list[Moved]:
        standing = standing_in(desk, tx, programme)
        require(standing.actor, "replan")
        found = list(_moved(desk, tx, standing.programme, standing.programme.calendar))
        for number in dict.fromkeys(m.case for m in found) if not dry_run else ():
            now = desk.now(standing.programme.calendar.zone)
            call = call_on(tx, number, desk.who, now, desk.house.tools.ids)
            use_cases.perform(tx, desk.house.tools, number, Replan(reason=reason), call)
        return found

    return desk.read(replan) if dry_run else desk.run(replan)


def _edited(calendar: Calendar, day: date, kind: str, name: str) -> Calendar:
    free = {d: n for d, n in calendar.free.items() if d != day or kind == "quiet"}
    quiet = {d: n for d, n in calendar.quiet.items() if d != day or kind == "free"}
    added = {"free": free, "quiet": quiet}.get(kind)
    if added is not None:
        added[day] = name
    return replace(calendar, free=free, quiet=quiet)


def _moved(desk: Desk, tx: Tx, programme: Programme, calendar: Calendar) -> Iterator[Moved]:
    for number in open_cases(tx, programme.key):
        view = view_of(desk, tx, number)
        for no, due_on, last_on in _redated(view.case, calendar):
            old = view.case.deadlines[no]
            yield Moved(
                case=number, no=no, what=view.owed(old), due_on=old.due_on, new_due_on=due_on, last_on=old.last_on,
                new_last_on=last_on,
            )  # fmt: skip


def _redated(case: Case, calendar: Calendar) -> Iterator[tuple[int, date, date]]:
    for deadline in case.open_deadlines():
        steps = reckon(deadline.sum, calendar, tuple(case.waits.values()))
        if (due_of(steps), last_of(steps)) != (deadline.due_on, deadline.last_on):
            yield deadline.no, due_of(steps), last_of(steps)


def open_cases(tx: Tx, programme: str) -> Iterator[str]:
    """Yield the numbers of a programme's open cases, newest first."""
    before = 0
    while page := cases(tx, programme=programme, is_open=True, before=before):
        yield from (line.number for line in page)
        before = page[-1].id


def show_moved(desk: Desk, moved: Iterable[Moved]) -> None:
    """Print what would move, or has moved."""
    rows = list(moved)
    if desk.as_json:
        print_json(rows)
        return
    shown = [(f"{m.case}/{m.no}", m.what, m.due_on, m.new_due_on) for m in rows]
    table(("address", "what", "due", "by the calendar"), shown, empty="no open date differs from the calendar")


def show_days(desk: Desk, programme: str, year: int) -> None:
    """Print the free and quiet days of a year. Raises: NotFound, NotPermitted."""
    found = desk.read(lambda tx: standing_in(desk, tx, programme)).programme
    calendar = found.calendar
    wanted = year or calendar.local_day(desk.now(calendar.zone)).year
    days = [(day, "free", name) for day, name in calendar.free.items()]
    days += [(day, "quiet", name) for day, name in calendar.quiet.items()]
    rows = sorted(row for row in days if row[0].year == wanted)
    if desk.as_json:
        print_json([{"day": day, "kind": kind, "name": name} for day, kind, name in rows])
        return
    say(f"{found.name}, {wanted}; besides weekends:")
    table(("day", "", "kind", "name"), [(day, f"{day:%a}", kind, name) for day, kind, name in rows], empty="no such days")
