"""`deadline list|show|submit|return|accept|confirm|cancel|extend`: things owed, by name."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.acts import Fulfil
from engine.ports import Tx
from handslag.cli.desk import Desk
from handslag.cli.given import read_address, read_pairs
from handslag.cli.options import Address, Change, Number, Reason, Values, changing
from handslag.cli.printing import print_json, table

app = typer.Typer(rich_markup_mode=None)
Text = Annotated[str, typer.Option("--text", metavar="TEXT", help="What is said with it.")]


@app.command("list")
def list_deadlines(
    context: typer.Context,
    case: Number,
    ended: Annotated[bool, typer.Option("--all", help="Ended ones too.")] = False,
) -> None:
    """List what is owed in a case, in the order in which it is due."""
    from handslag.cli.case_view import view_of
    from handslag.cli.owed_told import deadline_row
    from storage.due_reads import deadlines

    desk = Desk(context)
    view, lines = desk.read(lambda tx: (view_of(desk, tx, case, whole=True), deadlines(tx, case)))
    lines = [line for line in lines if ended or line.ended_on is None]
    if desk.as_json:
        print_json(lines)
        return
    titles = ("no", "what", "by", "due", "state", "ended", "why")
    table(titles, [deadline_row(view, line) for line in lines], empty="nothing is owed here now; --all shows what was")


@app.command()
def show(
    context: typer.Context,
    address: Address,
    explain: Annotated[bool, typer.Option("--explain", help="How the date came about, step by step.")] = False,
) -> None:
    """Show one thing owed: by whom, until when, and every promise about it."""
    from handslag.cli.case_view import CaseView, view_of
    from handslag.cli.deadline_told import deadline_of, show_deadline
    from storage.due_reads import PromiseLine, promises

    desk = Desk(context)
    number, no = read_address(address)

    def ask(tx: Tx) -> tuple[CaseView, list[PromiseLine]]:
        return view_of(desk, tx, number, whole=True), [line for line in promises(tx, number) if line.about == no]

    view, promised = desk.read(ask)
    deadline = deadline_of(view, no)
    if desk.as_json:
        print_json({"deadline": deadline, "title": view.owed(deadline), "promises": promised})
    else:
        show_deadline(view, deadline, promised, explained=explain)


@app.command()
@changing
def submit(context: typer.Context, address: Address, values: Values = None, text: Text = "", *, change: Change) -> None:
    """Note that something was handed in, with facts as KEY=VALUE; its reviewer then accepts or returns it."""
    _fulfil(context, address, Fulfil(what="submit", deadline=0, text=text, values=read_pairs(values)), change)


@app.command("return")
@changing
def return_(
    context: typer.Context,
    address: Address,
    text: Annotated[str, typer.Option("--text", "--questions", metavar="TEXT", help="The questions to be answered.")] = "",
    term: Annotated[str, typer.Option("--term", metavar="TERM", help="Time to answer, e.g. '10 wd'; else as declared.")] = "",
    *,
    change: Change,
) -> None:
    """Return what was handed in, with questions; a new date is set for the answer."""
    _fulfil(context, address, Fulfil(what="return", deadline=0, text=text, term=term), change)


@app.command()
@changing
def accept(context: typer.Context, address: Address, text: Text = "", *, change: Change) -> None:
    """Accept what was handed in."""
    _fulfil(context, address, Fulfil(what="accept", deadline=0, text=text), change)


@app.command()
@changing
def confirm(context: typer.Context, address: Address, text: Text = "", *, change: Change) -> None:
    """Note that a task has been done."""
    _fulfil(context, address, Fulfil(what="confirm", deadline=0, text=text), change)


@app.command()
@changing
def cancel(context: typer.Context, address: Address, reason: Reason = "", *, change: Change) -> None:
    """Cancel something owed, with a reason; its reminders end with it."""
    _fulfil(context, address, Fulfil(what="cancel", deadline=0, text=reason), change)


@app.command()
@changing
def extend(context: typer.Context, address: Address, reason: Reason = "", *, change: Change) -> None:
    """Extend something owed, where the workflow declares it: once, by the declared term, with a reason."""
    _fulfil(context, address, Fulfil(what="extend", deadline=0, text=reason), change)


def _fulfil(context: typer.Context, address: str, act: Fulfil, change: Change) -> None:
    from dataclasses import replace

    from handslag.cli.doing import do

    number, no = read_address(address)
    do(Desk(context), number, replace(act, deadline=no), change)
