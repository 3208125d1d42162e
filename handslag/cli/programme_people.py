"""`programme person|absence`: who works in a programme, and who is away."""

from __future__ import annotations

from typing import Annotated

import typer

from handslag.cli.desk import Desk
from handslag.cli.given import bad, read_day
from handslag.cli.options import DryRun, Programme
from handslag.cli.printing import print_json, say

app = typer.Typer(rich_markup_mode=None)
Key = Annotated[str, typer.Argument(metavar="PERSON", help="Key of the person.", show_default=False)]


@app.command()
def person(
    context: typer.Context,
    programme: Programme,
    key: Key,
    name: Annotated[str, typer.Option("--name")] = "",
    email: Annotated[str, typer.Option("--email")] = "",
    language: Annotated[str, typer.Option("--language")] = "",
    role: Annotated[list[str] | None, typer.Option("--role", help="All roles from now on; may be repeated.")] = None,
    function: Annotated[str, typer.Option("--function")] = "",
    department: Annotated[str, typer.Option("--department")] = "",
    deputy: Annotated[str, typer.Option("--deputy", metavar="PERSON", help="Who stands in.")] = "",
    active: Annotated[bool | None, typer.Option("--active/--left", help="Whether the person still works here.")] = None,
    dry_run: DryRun = False,
) -> None:
    """Add a person to a programme, or change one: only what is given changes."""
    from handslag.cli.staff import save_person

    given = {
        "name": name,
        "email": email,
        "language": language,
        "roles": tuple(role or ()),
        "function": function,
        "department": department,
        "deputy": deputy,
        "active": active,
    }
    desk = Desk(context)
    saved = save_person(desk, programme, key, {k: v for k, v in given.items() if v not in ("", (), None)}, dry_run=dry_run)
    if desk.as_json:
        print_json(saved)
        return
    say(f"{saved.key}: {saved.name} <{saved.email}> ({saved.language}), {', '.join(saved.roles)}")
    if dry_run:
        say("nothing was changed")


@app.command()
def absence(
    context: typer.Context,
    programme: Programme,
    key: Key,
    first: Annotated[str, typer.Option("--from", metavar="DAY", help="First day away.")],
    last: Annotated[str, typer.Option("--to", metavar="DAY", help="Last day away.")],
    deputy: Annotated[str, typer.Option("--deputy", metavar="PERSON", help="Who stands in; else the person's own.")] = "",
    end: Annotated[bool, typer.Option("--end", help="End this absence: back from today on, or not away at all.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Note that a person is away: mails go to the deputy, and the deputy may act for the person."""
    from handslag.cli.staff import end_absence, save_absence

    desk = Desk(context)
    days = read_day(first, "--from"), read_day(last, "--to")
    if end:
        if dry_run:
            raise bad("--end", "ending an absence has no rehearsal", code="value")
        left = end_absence(desk, programme, key, days)
        say(f"{key} was away until {left.last} and is back" if left else f"{key} is not away")
        return
    saved = save_absence(desk, programme, key, days, deputy, dry_run=dry_run)
    if desk.as_json:
        print_json(saved)
        return
    say(f"{saved.person} is away from {saved.first} to {saved.last}; {saved.deputy} stands in")
    if dry_run:
        say("nothing was changed")
