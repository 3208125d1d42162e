"""`programme calendar`: free and quiet days, and what an edited day would move."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from handslag.cli.desk import Desk
from handslag.cli.given import bad, read_day
from handslag.cli.options import DryRun, Programme
from handslag.cli.printing import say

app = typer.Typer(rich_markup_mode=None)


class Kind(StrEnum):
    """What a day can be besides an ordinary one."""

    free = "free"
    quiet = "quiet"


@app.command()
def calendar(
    context: typer.Context,
    programme: Programme,
    year: Annotated[int, typer.Option("--year", help="Show the days of this year; else of the present one.")] = 0,
    set_day: Annotated[str, typer.Option("--set", metavar="DAY", help="Make this day free or quiet.")] = "",
    clear_day: Annotated[str, typer.Option("--clear", metavar="DAY", help="Make this day an ordinary one again.")] = "",
    kind: Annotated[Kind, typer.Option("--kind", help="free (no working day) or quiet (no mail to companies).")] = Kind.free,
    name: Annotated[str, typer.Option("--name", help="With --set: what the day is called.")] = "",
    dry_run: DryRun = False,
) -> None:
    """Show the free and quiet days of a programme, or edit one.

    Editing moves no date: it shows which open deadlines would move, and a manager decides with `case replan` or
    `programme replan`. What is planned from then on uses the new calendar.
    """
    from handslag.cli.replanning import edit_day, show_days, show_moved

    desk = Desk(context)
    if not set_day and not clear_day:
        show_days(desk, programme, year)
        return
    if set_day and clear_day:
        raise bad("--clear", "one day at a time: either --set or --clear")
    if set_day and not name:
        raise bad("--name", "say what the day is called", code="missing")
    day = read_day(set_day or clear_day, "--set" if set_day else "--clear")
    moved = edit_day(desk, programme, day, kind.value if set_day else "", name, dry_run=dry_run)
    show_moved(desk, moved)
    if not desk.as_json:
        say("nothing was changed" if dry_run else f"{day} is now {f'{kind.value}: {name}' if set_day else 'an ordinary day'}")
        if moved and not dry_run:
            say(f"no date was moved; to move them: handslag programme replan {programme} --reason TEXT --as MANAGER")
