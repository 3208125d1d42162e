"""`contact add|change|leave|list`: people at organisations who get mail."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import typer

from handslag.cli.desk import Desk
from handslag.cli.options import DryRun, InProgramme
from handslag.cli.printing import print_json, say, table

app = typer.Typer(rich_markup_mode=None)
At = Annotated[str, typer.Argument(metavar="ORGANISATION", help="Id, CVR:NUMBER, or name.", show_default=False)]
Which = Annotated[str, typer.Argument(metavar="CONTACT", help="Id or mail address.", show_default=False)]
Language = Annotated[str, typer.Option("--language", help="Of the mails to this person; else the programme's first.")]
Function = Annotated[str, typer.Option("--function", help="What the person does there.")]


class State(StrEnum):
    """Whether mail reaches a contact."""

    active = "active"
    left = "left"
    undeliverable = "undeliverable"


@app.command()
def add(
    context: typer.Context,
    organisation: At,
    name: Annotated[str, typer.Argument(metavar="NAME", show_default=False)],
    email: Annotated[str, typer.Argument(metavar="MAIL", show_default=False)],
    programme: InProgramme = "",
    language: Language = "",
    function: Function = "",
    dry_run: DryRun = False,
) -> None:
    """Add a contact to an organisation; each open case of the organisation gets an entry."""
    from handslag.cli.companies import keep
    from handslag.companies import add_contact

    desk = Desk(context)
    changed = keep(
        desk,
        programme,
        lambda tx, keeper: add_contact(tx, keeper, organisation, name, email, language, function, dry_run=dry_run),
        dry_run=dry_run,
    )
    _told(desk, changed)


@app.command()
def change(
    context: typer.Context,
    contact: Which,
    programme: InProgramme = "",
    name: Annotated[str, typer.Option("--name")] = "",
    email: Annotated[str, typer.Option("--email")] = "",
    language: Language = "",
    function: Function = "",
    state: Annotated[State | None, typer.Option("--state", help="active, left, undeliverable.")] = None,
    dry_run: DryRun = False,
) -> None:
    """Change a contact; each open case of the organisation gets an entry. Promises yet to be fired use the new address."""
    desk = Desk(context)
    given = {"name": name, "email": email, "language": language, "function": function, "state": state.value if state else ""}
    _change(desk, programme, contact, given, dry_run=dry_run)


@app.command()
def leave(context: typer.Context, contact: Which, programme: InProgramme = "", dry_run: DryRun = False) -> None:
    """Note that a contact has left the organisation; nothing more is mailed there. Seats pass on by `case assign`."""
    desk = Desk(context)
    _change(desk, programme, contact, {"state": "left"}, dry_run=dry_run)


@app.command("list")
def list_contacts(context: typer.Context, organisation: At, programme: InProgramme = "") -> None:
    """List the contacts of an organisation."""
    from handslag.cli.companies import looked_at

    desk = Desk(context)
    seen = looked_at(desk, programme, organisation)
    if desk.as_json:
        print_json(seen.contacts)
        return
    rows = [(c.id, c.name, c.email, c.language, c.function, c.state) for c in seen.contacts]
    table(("id", "contact", "mail", "language", "function", "state"), rows,
          empty=f"no contacts yet; run: handslag contact add {seen.organisation.id} 'Name' mail@example.org")  # fmt: skip


def _change(desk: Desk, programme: str, contact: str, given: Mapping[str, str], *, dry_run: bool) -> None:
    from handslag.cli.companies import keep
    from handslag.companies import change_contact

    changed = keep(
        desk, programme, lambda tx, keeper: change_contact(tx, keeper, contact, given, dry_run=dry_run), dry_run=dry_run
    )
    _told(desk, changed)


def _told(desk: Desk, changed: object) -> None:
    from handslag.companies import Changed

    assert isinstance(changed, Changed)
    if desk.as_json:
        print_json(changed)
    else:
        say(*changed.lines())
