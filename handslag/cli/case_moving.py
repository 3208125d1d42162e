"""`case advance|correct|undo|pause|resume|extend`: moves of a case."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.acts import Advance, Correct, Fulfil, Undo
from engine.errors import NotFound
from engine.ports import Tx
from handslag.cli.desk import Desk
from handslag.cli.given import read_pairs
from handslag.cli.options import Change, Number, Reason, Values, changing

app = typer.Typer(rich_markup_mode=None)
Move = Annotated[str, typer.Argument(metavar="MOVE", help="Key of the move, as `case moves` lists it.", show_default=False)]
Suppressed = Annotated[
    list[str] | None,
    typer.Option("--suppress", metavar="MAIL=WHY", help="Do not send this mail of the move, e.g. M03='I call'. Repeatable."),
]
HeldBack = Annotated[
    list[str] | None,
    typer.Option("--hold", metavar="MAIL=TIME", help="Send this mail of the move later, e.g. M03=2026-04-10. Repeatable."),
]
Entry = Annotated[int, typer.Option("--entry", metavar="N", help="Number of the move's entry; else the last move.")]
WhichMove = Annotated[str, typer.Option("--move", help="Which move, where the phase has several of the kind.")]


@app.command()
@changing
def advance(
    context: typer.Context,
    case: Number,
    move: Move,
    values: Values = None,
    reason: Reason = "",
    suppress: Suppressed = None,
    hold: HeldBack = None,
    *,
    change: Change,
) -> None:
    """Make a declared move, with the facts it takes as KEY=VALUE.

    --dry-run shows the new phase, the deadlines opened and closed with their sums, what is promised and taken back, automatic
    moves, and every mail in full. Its mails leave when the hold time is over ([sending] hold_minutes); until then `case undo`
    takes all of it back. MAIL is the code of a mail, or CODE:SEAT where several people get it.
    """
    from handslag.cli.case_view import view_of
    from handslag.cli.doing import do
    from handslag.cli.mail_choices import read_choices

    desk = Desk(context)
    choices = read_choices(suppress, hold, lambda: desk.read(lambda tx: view_of(desk, tx, case)).programme.calendar.zone)
    do(desk, case, Advance(transition=move, reason=reason, facts=read_pairs(values)), change, mails=choices)


@app.command()
@changing
def correct(
    context: typer.Context,
    case: Number,
    to: Annotated[str, typer.Option("--to", metavar="PHASE", help="The phase in which it should stand.")],
    reason: Reason = "",
    mails: Annotated[bool, typer.Option("--mails", help="Send the mails of the move into that phase.")] = False,
    *,
    change: Change,
) -> None:
    """Put a case into another phase because it stands in a wrong one: for a manager, without guards, noted as a correction."""
    from handslag.cli.doing import do

    do(Desk(context), case, Correct(phase=to, reason=reason, mails=mails), change)


@app.command()
@changing
def undo(context: typer.Context, case: Number, reason: Reason = "", entry: Entry = 0, *, change: Change) -> None:
    """Take the last move back within the hold time: no mail of it leaves, and every date is what it was. History keeps both."""
    from engine.undo_offer import last_move
    from handslag.cli.case_view import view_of
    from handslag.cli.doing import do

    desk = Desk(context)

    def find(tx: Tx) -> int:
        stands = view_of(desk, tx, case).case
        move = last_move(tx, stands)
        return int(move["no"]) if move else stands.revision

    do(desk, case, Undo(entry=entry or desk.read(find), reason=reason), change)


@app.command()
@changing
def pause(
    context: typer.Context, case: Number, values: Values = None, move: WhichMove = "", reason: Reason = "", *, change: Change
) -> None:
    """Pause a case with the move that its workflow declares for it, e.g. restart_on=2026-09-01."""
    _paused(Desk(context), case, "pause", move, Advance(transition="", reason=reason, facts=read_pairs(values)), change)


@app.command()
@changing
def resume(
    context: typer.Context, case: Number, values: Values = None, move: WhichMove = "", reason: Reason = "", *, change: Change
) -> None:
    """Take a paused case up again."""
    _paused(Desk(context), case, "resume", move, Advance(transition="", reason=reason, facts=read_pairs(values)), change)


def _paused(desk: Desk, case: str, what: str, named: str, act: Advance, change: Change) -> None:
    from dataclasses import replace

    from handslag.cli.case_view import view_of
    from handslag.cli.doing import do
    from handslag.lookup import pausing

    view = desk.read(lambda tx: view_of(desk, tx, case))
    move = pausing(view.version, view.case, what, named)
    do(desk, case, replace(act, transition=move.key), change)


@app.command()
@changing
def extend(context: typer.Context, case: Number, reason: Reason = "", *, change: Change) -> None:
    """Extend the present phase, where the workflow declares it: once, by the declared term."""
    from handslag.cli.case_view import view_of
    from handslag.cli.doing import do

    desk = Desk(context)
    stands = desk.read(lambda tx: view_of(desk, tx, case)).case
    own = [d for d in stands.open_deadlines() if d.kind == "phase" and d.rule == stands.phase]
    if not own:
        raise NotFound(f"case {case}: the phase {stands.phase!r} has no deadline to extend")
    do(desk, case, Fulfil(what="extend", deadline=own[-1].no, text=reason), change)
