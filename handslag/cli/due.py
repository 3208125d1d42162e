"""`due`: what is owed, to whom, and when, over all cases."""

from __future__ import annotations

from typing import Annotated

import typer

from handslag.cli.desk import Desk
from handslag.cli.options import InProgramme
from handslag.cli.printing import note, print_json, table

app = typer.Typer(rich_markup_mode=None)


@app.command()
def due(
    context: typer.Context,
    before: Annotated[str, typer.Option("--before", metavar="DAY", help="Due before this day; else within 30 days.")] = "",
    person: Annotated[str, typer.Option("--person", help="Owed by this person; else by anybody.")] = "",
    programme: InProgramme = "",
    missed: Annotated[bool, typer.Option("--missed", help="Only what was missed.")] = False,
    escalated: Annotated[bool, typer.Option("--escalated", help="Only what was escalated to the manager.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 100,
) -> None:
    """Show what is owed, by whom, and when; what was missed or escalated says so."""
    from handslag.cli.owed import Asked, due_items

    desk = Desk(context)
    asked = Asked(before=before, person=person, programme=programme, missed=missed, escalated=escalated, limit=limit)
    items = due_items(desk, asked)
    if desk.as_json:
        print_json([item.as_data() for item in items])
        return
    titles = ("due", "address", "case", "what", "by", "state")
    table(titles, [item.row() for item in items], empty="nothing is due; --before looks further ahead")
    if len(items) == limit:
        note(f"only the first {limit} are shown; --limit shows more")
