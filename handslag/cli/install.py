"""`init` and `doctor`: making an installation, and looking whether it is sound."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import typer

from handslag.cli.desk import Desk
from handslag.cli.options import DryRun
from handslag.cli.printing import note, print_json, say, table

EVERY = 20  # of the lines that say how far a step is
app = typer.Typer(rich_markup_mode=None)


@app.command()
def init(context: typer.Context, dry_run: DryRun = False) -> None:
    """Make an installation in the folder, or bring an older one up to date.

    Writes config.toml and audit.key, makes or migrates the database, and publishes the workflows that come with Handslag. What
    is there already stays; published workflows and running cases are never changed.
    """
    from handslag.cli.installing import Installing

    desk = Desk(context)
    plan = Installing(desk.folder)
    for line in plan.said():
        note(line)
    if dry_run:
        say("nothing was changed")
        return
    plan.make_files()
    with _telling() as tell:
        plan.make_database(tell)
    published = plan.publish_shipped(desk.house)
    if desk.as_json:
        print_json({"folder": desk.folder.resolve(), "published": published})
        return
    for line in published:
        say(line)
    say("", f"the installation in {desk.folder.resolve()} is ready; next:", *plan.next_steps())


@contextmanager
def _telling() -> Iterator[Callable[[str], None]]:
    """Show how far a migration is: in place on a terminal, else a line for each step and for every so many rows."""
    if not sys.stderr.isatty():
        yield _say_some()
        return
    from rich.console import Console

    with Console(stderr=True).status("the database") as status:
        yield status.update


def _say_some() -> Callable[[str], None]:
    heard = count()

    def tell(line: str) -> None:
        if line.startswith("schema ") or next(heard) % EVERY == 0:
            note(line)

    return tell


@app.command()
def doctor(context: typer.Context) -> None:
    """Look at folder, settings, database, history's protection, sending, workers and what is stuck; say what to do."""
    from handslag.cli.examining import examine

    desk = Desk(context)
    findings = examine(desk)
    if desk.as_json:
        print_json(findings)
    else:
        table(("", "what", "found", "what to do"), [("ok" if f.ok else "!!", f.what, f.found, f.advice) for f in findings])
    if not all(finding.ok for finding in findings):
        raise typer.Exit(5)
