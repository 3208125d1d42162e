"""`organisation add|change|list|show`: companies and other bodies, one row a programme."""

from __future__ import annotations

from typing import Annotated

import typer

from handslag.cli.desk import Desk
from handslag.cli.options import DryRun, InProgramme
from handslag.cli.printing import pairs, print_json, say, table

app = typer.Typer(rich_markup_mode=None)
Which = Annotated[str, typer.Argument(metavar="ORGANISATION", help="Id, CVR:NUMBER, or name.", show_default=False)]
Register = Annotated[str, typer.Option("--register", help="Register of the number: CVR or KVK.")]
RegisterNumber = Annotated[str, typer.Option("--number", help="Number in the register.")]
Cvr = Annotated[str, typer.Option("--cvr", metavar="NUMBER", help="Short for --register CVR --number NUMBER.")]
Kvk = Annotated[str, typer.Option("--kvk", metavar="NUMBER", help="Short for --register KVK --number NUMBER.")]
Kind = Annotated[str, typer.Option("--kind", help="company, network, municipality …")]
Note = Annotated[str, typer.Option("--note", help="A word about it.")]


@app.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", show_default=False)],
    programme: InProgramme = "",
    register: Register = "",
    number: RegisterNumber = "",
    cvr: Cvr = "",
    kvk: Kvk = "",
    kind: Kind = "company",
    note: Note = "",
    dry_run: DryRun = False,
) -> None:
    """Add an organisation to a programme; register and number are unique in it."""
    from handslag.cli.companies import keep
    from handslag.companies import Given, add_organisation

    desk = Desk(context)
    given = Given(name=name, register=register, number=number, cvr=cvr, kvk=kvk, kind=kind, note=note)
    made, warning = keep(
        desk, programme, lambda tx, keeper: add_organisation(tx, keeper, given, dry_run=dry_run), dry_run=dry_run
    )
    if desk.as_json:
        print_json({"organisation": made, "warning": warning, "done": not dry_run})
        return
    say(f"{'would add' if dry_run else 'added'} {made.name}, {made.register} {made.number}", *filter(None, [warning]))
    if not dry_run:
        say(f"organisation {made.id}; next: handslag contact add {made.id} 'Name' mail@example.org")


@app.command()
def change(
    context: typer.Context,
    which: Which,
    programme: InProgramme = "",
    name: Annotated[str, typer.Option("--name", help="New name; the titles of its open cases follow.")] = "",
    register: Register = "",
    number: RegisterNumber = "",
    cvr: Cvr = "",
    kvk: Kvk = "",
    kind: Kind = "",
    note: Note = "",
    dry_run: DryRun = False,
) -> None:
    """Change an organisation; each open case it takes part in gets an entry."""
    from handslag.cli.companies import keep
    from handslag.companies import Given, change_organisation

    desk = Desk(context)
    given = Given(name=name, register=register, number=number, cvr=cvr, kvk=kvk, kind=kind, note=note)
    changed = keep(
        desk, programme, lambda tx, keeper: change_organisation(tx, keeper, which, given, dry_run=dry_run), dry_run=dry_run
    )
    if desk.as_json:
        print_json(changed)
    else:
        say(*changed.lines())


@app.command("list")
def list_organisations(
    context: typer.Context,
    words: Annotated[str, typer.Argument(metavar="[WORDS]", help="Part of name or number.")] = "",
    programme: InProgramme = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 200,
) -> None:
    """List the organisations of a programme."""
    from handslag.cli.people import standing_in, the_programme
    from storage.programme_reads import organisations

    desk = Desk(context)
    key = desk.read(lambda tx: standing_in(desk, tx, the_programme(desk, tx, programme))).programme.key
    found = desk.read(lambda tx: organisations(tx, key, words=words, limit=limit))
    if desk.as_json:
        print_json(found)
        return
    rows = [(o.id, o.name, o.register, o.number, o.kind, o.note) for o in found]
    table(("id", "name", "register", "number", "kind", "note"), rows,
          empty=f"none yet; run: handslag organisation add 'Name' --cvr NUMBER --programme {key}")  # fmt: skip


@app.command()
def show(context: typer.Context, which: Which, programme: InProgramme = "") -> None:
    """Show an organisation: its contacts, and the open cases it takes part in."""
    from handslag.cli.companies import looked_at

    desk = Desk(context)
    seen = looked_at(desk, programme, which)
    if desk.as_json:
        print_json(seen)
        return
    found = seen.organisation
    pairs((("organisation", f"{found.id}  {found.name}"), ("number", f"{found.register} {found.number}"), ("kind", found.kind),
           ("note", found.note), ("open cases", seen.cases)))  # fmt: skip
    say("")
    rows = [(c.id, c.name, c.email, c.language, c.function, c.state) for c in seen.contacts]
    table(("id", "contact", "mail", "language", "function", "state"), rows,
          empty=f"no contacts yet; run: handslag contact add {found.id} 'Name' mail@example.org")  # fmt: skip
