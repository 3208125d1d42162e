"""Edited calendars at the desk: which open dates a day would move, and what moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from engine.ports import Tx
from handslag.administration import calendar as calendars
from handslag.administration.office import ADMINISTER
from handslag.cli.case_view import view_of
from handslag.cli.desk import Desk
from handslag.cli.given import bad
from handslag.cli.people import office_in, standing_in
from handslag.cli.printing import print_json, say, table


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
        office = office_in(desk, tx, programme, ADMINISTER)
        there = office.programme
        if not dry_run:
            calendars.set_day(tx, office, day, kind, name)
        found = calendars.would_move(tx, there, calendars.edited(there.calendar, day, kind, name))
        return list(_told(desk, tx, found))

    return desk.read(edit) if dry_run else desk.run(edit)


def replan_programme(desk: Desk, programme: str, reason: str, *, dry_run: bool) -> list[Moved]:
    """Move the dates of all open cases to what the calendar says now, an entry a case. Raises: NotPermitted, BadInput."""
    if not reason.strip():
        raise bad("--reason", "replanning needs a reason", code="missing")

    def replan(tx: Tx) -> list[Moved]:
        office = office_in(desk, tx, programme, calendars.REPLAN)
        found = calendars.would_move(tx, office.programme, office.programme.calendar)
        told = list(_told(desk, tx, found))
        if not dry_run:
            calendars.replan(tx, office, desk.house.tools, reason)
        return told

    return desk.read(replan) if dry_run else desk.run(replan)


def _told(desk: Desk, tx: Tx, moved: Iterable[calendars.Moved]) -> Iterator[Moved]:
    for m in moved:
        old = m.deadline
        yield Moved(
            case=m.case.number, no=old.no, what=view_of(desk, tx, m.case.number).owed(old), due_on=old.due_on,
            new_due_on=m.due_on, last_on=old.last_on, new_last_on=m.last_on,
        )  # fmt: skip


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
