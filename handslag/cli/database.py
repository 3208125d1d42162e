"""`db`: moving an installation to another database."""

from __future__ import annotations

from typing import Annotated

import typer

from handslag.cli.desk import Desk
from handslag.cli.options import DryRun
from handslag.cli.printing import note, print_json, say

app = typer.Typer(rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """Stand here so that a single command is still one of a group."""


@app.command()
def copy(
    context: typer.Context,
    to: Annotated[str, typer.Option("--to", metavar="URL", help="postgresql://USER@HOST/NAME, or sqlite:///FILE; empty.")],
    dry_run: DryRun = False,
) -> None:
    """Copy everything to another, empty database: rows counted and all chains verified on both sides before it counts.

    Stop the workers and the web first: what is written meanwhile stays behind. The copy may not send real mail until a person
    approves that there; this installation goes on using the old database until [database] url names the new one.
    """
    from handslag.wiring import load_version
    from storage import copying
    from storage.connect import parse_url

    desk = Desk(context)
    target = parse_url(to)
    shown = target.render_as_string(hide_password=True)
    if dry_run:
        say(f"would copy {desk.house.store.url.render_as_string(hide_password=True)} to {shown}; nothing was changed")
        return
    done = copying.copy(desk.settings.database.url, to, load_version=load_version, tell=note)
    if desk.as_json:
        print_json({"to": shown, "rows": done.rows, "chains": done.chains})
        return
    say(
        f"copied {sum(done.rows.values())} rows to {shown}; {done.chains} chains verified on both sides",
        f'next: put url = "{shown}" into [database] of config.toml (with the password, if it has one), then:',
        "  handslag doctor",
        "  handslag send approve --as PERSON     real mail leaves only after this",
    )


def register(parent: typer.Typer) -> None:
    """Add the group to a tree of commands."""
    parent.add_typer(app, name="db", help="The database: copy it to another one.")
