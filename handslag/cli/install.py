"""`init` and `doctor`: making an installation, and looking whether it is sound."""

from __future__ import annotations

import typer

from handslag.cli.desk import Desk
from handslag.cli.options import DryRun
from handslag.cli.printing import note, print_json, say, table

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
    plan.make_database()
    published = plan.publish_shipped(desk.house)
    if desk.as_json:
        print_json({"folder": desk.folder.resolve(), "published": published})
        return
    for line in published:
        say(line)
    say("", f"the installation in {desk.folder.resolve()} is ready; next:", *plan.next_steps())


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
