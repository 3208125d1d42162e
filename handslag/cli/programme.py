"""`programme add|list|show|replan`: one city's undertaking."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from handslag.cli.desk import Desk
from handslag.cli.options import DryRun, Programme, Reason
from handslag.cli.printing import pairs, print_json, say, table

app = typer.Typer(rich_markup_mode=None)


@app.command()
def add(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Programme file, or the name of one that is shipped.")],
    dry_run: DryRun = False,
) -> None:
    """Add a programme from its file; from then on its calendar and people are data, changed by commands.

    The first programme of an installation needs no --as; later ones need a manager or administrator of any programme.
    """
    from handslag.cli.people import require_anywhere
    from handslag.cli.undertakings import read_file

    desk = Desk(context)
    desk.read(lambda tx: require_anywhere(desk, tx, "programme"))
    declared = desk.read(lambda tx: read_file(tx, file, desk.house.clock.now()))
    if not dry_run:
        desk.run(lambda tx: tx.add_programme(declared))
    if desk.as_json:
        print_json({"programme": declared.key, "added": not dry_run})
        return
    say(f"{declared.key}: {declared.name}, {len(declared.people)} people, {len(declared.calendar_days)} calendar days")
    if dry_run:
        say("nothing was changed")
        return
    who = next((p.key for p in declared.people if "coordinator" in p.roles), "PERSON")
    say("next:", f"  handslag programme show {declared.key} --as {who}")
    say(f"  handslag organisation add --programme {declared.key} --as {who} 'Company name' --cvr 13585628")


@app.command("list")
def list_programmes(context: typer.Context) -> None:
    """List the programmes in which the acting person works; all of them for whoever holds an empty installation."""
    from handslag.cli.people import known
    from storage.programme_reads import people, programmes

    desk = Desk(context)
    mine = desk.read(lambda tx: {line.programme for line in known(desk, tx)} if people(tx) else set[str]())
    lines = [line for line in desk.read(programmes) if line.key in mine]
    if desk.as_json:
        print_json(lines)
        return
    rows = [(line.key, line.code, line.name, line.zone, line.open_cases, line.cases) for line in lines]
    empty = "there is no programme yet; run: handslag programme add aalborg"
    table(("programme", "code", "name", "zone", "open cases", "cases"), rows, empty=empty)


@app.command()
def show(context: typer.Context, programme: Programme) -> None:
    """Show a programme: hours, sender, people, absences, events, targets, and the free and quiet days to come."""
    from handslag.cli.people import standing_in
    from handslag.cli.undertakings import described, people_rows

    desk = Desk(context)
    found = desk.read(lambda tx: standing_in(desk, tx, programme)).programme
    if desk.as_json:
        print_json(described(found))
        return
    today = found.calendar.local_day(desk.now(found.calendar.zone))
    pairs(
        (
            ("programme", f"{found.key} ({found.code})"),
            ("name", found.name),
            ("zone", found.calendar.zone),
            ("mails to companies", f"{found.calendar.opens:%H:%M}-{found.calendar.closes:%H:%M} on working days"),
            ("sender", f"{found.sender_name} <{found.sender}>"),
            ("replies to", found.reply_to),
            ("languages", found.languages),
            ("targets", "\n".join(f"{t.count} by {t.last}: {t.title}" for t in found.targets)),
            ("absent", "\n".join(f"{a.person} {a.first} to {a.last}, {a.deputy} stands in" for a in found.absences)),
            ("next free days", ", ".join(f"{d} {n}" for d, n in sorted(found.calendar.free.items()) if d >= today)[:400]),
        )
    )
    say("")
    table(("person", "name", "roles", "function", "mail", "language", "deputy"), people_rows(found))


@app.command()
def replan(context: typer.Context, programme: Programme, reason: Reason = "", dry_run: DryRun = False) -> None:
    """Reckon the dates of all open cases again after the calendar was edited: a manager's decision, noted on each case."""
    from handslag.cli.replanning import replan_programme, show_moved

    desk = Desk(context)
    moved = replan_programme(desk, programme, reason, dry_run=dry_run)
    show_moved(desk, moved)
    if not desk.as_json:
        say("nothing was changed" if dry_run else f"{len({m.case for m in moved})} case(s) were replanned")
