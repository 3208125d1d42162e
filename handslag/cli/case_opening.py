"""`case open|list`: new cases, and which there are."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.acts import OpenCase
from engine.declared import Version
from engine.ports import Tx
from handslag.acting import Standing
from handslag.cli.desk import Desk
from handslag.cli.given import read_pairs, read_version
from handslag.cli.options import Change, InProgramme, Values, changing
from handslag.cli.printing import note, print_json, table

app = typer.Typer(rich_markup_mode=None)


@app.command("open")
@changing
def open_(
    context: typer.Context,
    organisation: Annotated[str, typer.Argument(metavar="ORGANISATION", help="Id, CVR:NUMBER, or name.", show_default=False)],
    values: Values = None,
    programme: InProgramme = "",
    workflow: Annotated[str, typer.Option("--workflow", "-w", metavar="KEY[@N]", help="Else the only published one.")] = "",
    contact: Annotated[
        list[str] | None, typer.Option("--contact", metavar="[ROLE=]CONTACT", help="Id or address; else the only contact.")
    ] = None,
    person: Annotated[
        list[str] | None, typer.Option("--person", metavar="ROLE=PERSON", help="Else a coordinator who opens it takes it.")
    ] = None,
    title: Annotated[str, typer.Option("--title", help="Else the organisation's name.")] = "",
    *,
    change: Change,
) -> None:
    """Open a case in the first phase of a workflow, for an organisation of the programme, with facts as KEY=VALUE.

    A fact `cvr` or `kvk` that the workflow knows and that is not given is taken from the organisation.
    """
    from handslag.cli.doing import open_case
    from handslag.cli.people import standing_in, the_programme
    from handslag.opening import Wanted, prepare

    desk = Desk(context)
    wanted = Wanted(
        workflow=read_version(workflow) if workflow else None,
        organisation=organisation,
        contacts=tuple(contact or ()),
        people=read_pairs(person),
        facts=read_pairs(values),
        title=title,
    )

    def ask(tx: Tx) -> tuple[Standing, Version, OpenCase]:
        standing = standing_in(desk, tx, the_programme(desk, tx, programme), "open_case")
        return standing, *prepare(tx, standing, wanted)

    standing, version, act = desk.read(ask)
    open_case(desk, standing, version, act, change)


@app.command("list")
def list_cases(
    context: typer.Context,
    words: Annotated[str, typer.Argument(metavar="[WORDS]", help="Part of title or number.")] = "",
    programme: InProgramme = "",
    phase: Annotated[str, typer.Option("--phase", help="Only cases in this phase.")] = "",
    person: Annotated[str, typer.Option("--person", help="Only cases in which this person has a seat.")] = "",
    closed: Annotated[bool, typer.Option("--closed", help="Closed cases instead of open ones.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Open and closed ones.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many, newest first.")] = 50,
) -> None:
    """List the cases that the acting person may see, newest first."""
    from handslag.cli.people import readable
    from storage import reads

    desk = Desk(context)

    def ask(tx: Tx) -> list[reads.CaseLine]:
        found: list[reads.CaseLine] = []
        for seen, whole in readable(desk, tx, programme):
            mine = person if whole else desk.who
            is_open = None if every else not closed
            found += reads.cases(tx, programme=seen.key, phase=phase, person=mine, words=words, is_open=is_open, limit=limit)
        return found[:limit]

    lines = desk.read(ask)
    if desk.as_json:
        print_json([{name: value for name, value in line._asdict().items() if name != "id"} for line in lines])
        return
    rows = [
        (line.number, line.title, line.phase, line.phase_since, line.coordinator or "", line.next_on, line.outcome)
        for line in lines
    ]
    titles = ("case", "title", "phase", "since", "coordinator", "next due", "outcome")
    table(titles, rows, empty="no such case here; open one: handslag case open ORGANISATION --programme KEY")
    if len(lines) == limit:
        note(f"only the newest {limit} are shown; --limit shows more")
