"""`promise show|suppress|hold`: planned mails and escalations."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.acts import Hold, Suppress
from engine.errors import NotFound
from engine.ports import Tx
from handslag.cli.desk import Desk
from handslag.cli.given import read_address, read_instant
from handslag.cli.options import Address, Change, Reason, changing
from handslag.cli.printing import pairs, print_json

app = typer.Typer(rich_markup_mode=None)


@app.command()
def show(context: typer.Context, address: Address) -> None:
    """Show one promise: to whom, when, in which mail it left, and if it did not, why not."""
    from engine.undo_offer import held_entry
    from handslag.cli.case_view import CaseView, view_of
    from handslag.cli.owed_told import promise_row
    from storage.due_reads import PromiseLine, promises

    desk = Desk(context)
    number, no = read_address(address)

    def ask(tx: Tx) -> tuple[CaseView, list[PromiseLine], int]:
        view = view_of(desk, tx, number, whole=True)
        held = held_entry(tx, desk.house.tools, view.case, view.now)
        return view, [line for line in promises(tx, number) if line.no == no], held[0] if held else 0

    view, found, held = desk.read(ask)
    if not found:
        raise NotFound(f"case {number}: nothing is promised under {no}; list: handslag case promises {number}", no=no)
    line = found[0]
    if desk.as_json:
        print_json(line)
        return
    titles = ("promise", "kind", "what", "about", "to", "when", "state", "ended", "why")
    rest = (("step", line.step), ("round", line.round), ("entry", line.entry), ("message", line.message))
    pairs((*zip(titles, promise_row(view, line, held), strict=True), *rest))


@app.command()
@changing
def suppress(context: typer.Context, address: Address, reason: Reason = "", *, change: Change) -> None:
    """Take a pending promise back, with a reason; history keeps who did and why."""
    from handslag.cli.doing import do

    number, no = read_address(address)
    do(Desk(context), number, Suppress(promise=no, reason=reason), change)


@app.command()
@changing
def hold(
    context: typer.Context,
    address: Address,
    until: Annotated[str, typer.Option("--until", metavar="TIME", help="Day or time until which it is held back.")],
    reason: Reason = "",
    *,
    change: Change,
) -> None:
    """Hold a planned promise back until a time."""
    from handslag.cli.case_view import view_of
    from handslag.cli.doing import do

    desk = Desk(context)
    number, no = read_address(address)
    zone = desk.read(lambda tx: view_of(desk, tx, number)).programme.calendar.zone
    do(desk, number, Hold(promise=no, until=read_instant(until, "--until", zone), reason=reason), change)
