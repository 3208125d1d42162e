"""`backup FILE` and `restore FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from handslag.cli.desk import Desk
from handslag.cli.printing import note, print_json, say

app = typer.Typer(rich_markup_mode=None)
File = Annotated[Path, typer.Argument(metavar="FILE", show_default=False)]


@app.command()
def backup(context: typer.Context, file: File) -> None:
    """Copy the database to a new private file while others work on it. Config and audit.key are files: copy them yourself."""
    from storage import backup as saving

    desk = Desk(context)
    made = saving.backup(desk.settings.database.url, file)
    if desk.as_json:
        print_json({"file": made})
    else:
        say(f"saved to {made}")


@app.command()
def restore(context: typer.Context, file: File) -> None:
    """Make the database anew from a backup, where none stands. Sending is switched off until a person approves it again."""
    from storage import backup as saving
    from storage import schema

    desk = Desk(context)
    made = saving.restore(file, desk.settings.database.url)
    schema.migrate(desk.settings.database.url)
    due = _overdue(desk)
    if desk.as_json:
        print_json({"file": made, "due": due})
        return
    say(f"restored to {made}; sending is switched off")
    note(f"{len(due)} promise(s) have fallen due since; look: handslag due, then approve: handslag send approve --as PERSON")


def _overdue(desk: Desk) -> list[str]:
    now = desk.house.clock.now()
    return [f"{item.case}/{item.no}" for item in desk.read(lambda tx: tx.due_promises(now, 1000))]
