"""`workflow`: check, publish, list, show and draw declared methods."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from handslag.cli.desk import Desk
from handslag.cli.given import read_version
from handslag.cli.options import DryRun
from handslag.cli.printing import note, pairs, print_json, say, table

app = typer.Typer(rich_markup_mode=None)
FolderGiven = Annotated[Path, typer.Argument(metavar="PATH", help="Workflow folder, or the name of one that is shipped.")]
Which = Annotated[str, typer.Argument(metavar="KEY[@NUMBER]", help="Published version; the newest without a number.")]
Language = Annotated[str, typer.Option("--language", help="Of titles; else the fallback of the workflow.")]


class Form(StrEnum):
    """How a method is drawn."""

    mermaid = "mermaid"
    dot = "dot"
    svg = "svg"


@app.command()
def check(context: typer.Context, path: FolderGiven) -> None:
    """Check a workflow folder: every name, phase, ladder and guard, and every mail in every use and language."""
    from handslag.cli.publishing import check_folder, folder_of
    from notifications.rendering import LetterRenderer
    from notifications.words import Words

    desk = Desk(context)
    found = check_folder(LetterRenderer(Words()), folder_of(path))
    if desk.as_json:
        print_json({"version": found.version and found.version.name, "faults": found.faults, "notes": found.notes})
    else:
        say(*found.faults, *(f"note: {line}" for line in found.notes))
    if found.version is None:
        note(f"{len(found.faults)} fault(s)")
        raise typer.Exit(2)
    if not desk.as_json:
        say(f"{found.version.name} is sound: {_counted(found.version)}")


@app.command()
def publish(context: typer.Context, path: FolderGiven, dry_run: DryRun = False) -> None:
    """Publish a checked folder as an immutable version. The same content again does nothing.

    Cases are opened under a version and stay with it; changed content needs a new number in workflow.yaml.
    """
    from handslag.cli.people import require_anywhere
    from handslag.cli.publishing import check_folder, folder_of, publish_folder

    desk = Desk(context)
    desk.read(lambda tx: require_anywhere(desk, tx, "publish"))
    folder = folder_of(path)
    checked = check_folder(desk.house.tools.render, folder)
    if dry_run:
        say(*checked.faults, "nothing was published")
        return
    made = desk.run(lambda tx: publish_folder(tx, desk.house, checked, folder))
    if desk.as_json:
        print_json({"version": made.name, "hash": made.version.hash, "is_new": made.is_new})
    else:
        say(f"{made.name} {'is published' if made.is_new else 'was published already, with the same content'}")


@app.command("list")
def list_versions(context: typer.Context) -> None:
    """List the published versions."""
    from storage.programme_reads import versions

    desk = Desk(context)
    lines = desk.read(versions)
    if desk.as_json:
        print_json(lines)
        return
    rows = [(line.key, line.number, line.cases, f"{line.published_at:%Y-%m-%d}", line.hash[:12]) for line in lines]
    table(("workflow", "number", "cases", "published", "hash"), rows, empty="nothing is published yet; run: handslag init")


@app.command()
def show(context: typer.Context, which: Which, language: Language = "") -> None:
    """Show a published version: phases, moves, roles, facts, records, follow-ups."""
    from handslag.methods import describe, published

    desk = Desk(context)
    version = desk.read(lambda tx: published(tx, *read_version(which)))
    told = describe(version, language or version.fallback)
    if desk.as_json:
        print_json(told)
        return
    pairs((("workflow", version.name), ("title", told["title"]), ("languages", version.languages), ("hash", version.hash)))
    for name in ("phases", "moves", "facts", "records", "follow-ups", "roles"):
        rows = told[name]
        if rows:
            say("", f"{name}:")
            table(tuple(rows[0]), [tuple(row.values()) for row in rows])


@app.command()
def diagram(context: typer.Context, which: Which, form: Annotated[Form, typer.Option("--format")] = Form.mermaid,
            language: Language = "") -> None:  # fmt: skip
    """Draw a published version as Mermaid or Graphviz text, or as SVG where the extra `diagrams` is installed."""
    from handslag.methods import drawn, published

    desk = Desk(context)
    version = desk.read(lambda tx: published(tx, *read_version(which)))
    typer.echo(drawn(version, form.value, language or version.fallback), nl=False)


def _counted(version: object) -> str:
    names = ("phases", "transitions", "followups", "mails")
    return ", ".join(f"{len(getattr(version, name))} {name}" for name in names)
