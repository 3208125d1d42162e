"""`programme outlook`: will the targets be met, which case must move by when, and where the time goes."""

from __future__ import annotations

import typer

from handslag.cli.desk import Desk
from handslag.cli.options import Programme
from handslag.cli.printing import print_json, say, table

app = typer.Typer(rich_markup_mode=None)


@app.command()
def outlook(context: typer.Context, programme: Programme) -> None:
    """Show each target with what is signed, likely and missing, which case must move by when, and the time in each phase.

    For coordinators, managers, heads of department, auditors and administrators.
    """
    from handslag.cli.outlook_told import case_rows, described, phase_rows, summary
    from handslag.cli.people import standing_in
    from handslag.overview import overview

    desk = Desk(context)
    found = desk.read(lambda tx: standing_in(desk, tx, programme, "overview")).programme
    today = found.calendar.local_day(desk.now(found.calendar.zone))
    seen = desk.read(lambda tx: overview(tx, found, today))
    if desk.as_json:
        print_json(described(seen))
        return
    for aim in seen.aims:
        say(*summary(aim))
        titles = ("case", "company", "phase", "days there", "must leave it by", "signing expected", "")
        table(titles, case_rows(aim.outlook, seen), empty="no open case is on its way to an agreement")
        say("")
    if not seen.aims:
        say("this programme declares no target; add one to its file under 'targets'", "")
    titles = ("phase", "waits for", "cases", "usual", "slowest tenth", "from", "longest now")
    table(titles, phase_rows(seen), empty="there is no case in this programme yet")
    if seen.is_partial:
        say(f"only the {seen.judged} open cases nearest to an agreement are reckoned")
