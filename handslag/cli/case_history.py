"""`case history|promises|export|replan`: what happened, what was promised, and one case as a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.acts import Replan
from engine.ports import Tx
from handslag.cli.desk import Desk
from handslag.cli.options import Change, Number, Reason, changing
from handslag.cli.printing import print_json, say, table

app = typer.Typer(rich_markup_mode=None)
PromiseState = Annotated[str, typer.Option("--state", help="Only planned, queued, sent, skipped …")]


@app.command()
def history(
    context: typer.Context,
    case: Number,
    after: Annotated[int, typer.Option("--after", metavar="N", help="Only entries after number N.")] = 0,
) -> None:
    """Show who did what when, in which role and for whom: reasons, what each guard answered, and what changed."""
    from handslag.cli.case_view import view_of
    from handslag.cli.history_told import entry_lines
    from storage import reads

    desk = Desk(context)
    view, entries = desk.read(lambda tx: (view_of(desk, tx, case, whole=True), reads.history(tx, case, after=after)))
    if desk.as_json:
        print_json([{**line.entry, "hash": line.hash} for line in entries])
        return
    say(f"{case}  {view.case.title}  ({view.programme.calendar.zone})")
    if not entries:
        say(f"no entries after {after}; there are {view.case.revision}")
    for line in entries:
        say("", *entry_lines(view, line))


@app.command()
def promises(context: typer.Context, case: Number, state: PromiseState = "") -> None:
    """List every promise of a case, ended ones too: to whom, when, in which words, and if it did not leave, why not."""
    from engine.undo_offer import held_entry
    from handslag.cli.case_view import CaseView, view_of
    from handslag.cli.owed_told import promise_row
    from storage.due_reads import PromiseLine
    from storage.due_reads import promises as promised

    desk = Desk(context)

    def ask(tx: Tx) -> tuple[CaseView, list[PromiseLine], int]:
        view = view_of(desk, tx, case, whole=True)
        held = held_entry(tx, desk.house.tools, view.case, view.now)
        return view, list(promised(tx, case)), held[0] if held else 0

    view, lines, held = desk.read(ask)
    lines = [line for line in lines if state in ("", line.state)]
    if desk.as_json:
        print_json(lines)
        return
    titles = ("no", "kind", "what", "about", "to", "when", "state", "ended", "why")
    table(titles, [promise_row(view, line, held) for line in lines], empty="nothing is promised here")


@app.command()
def export(
    context: typer.Context,
    case: Number,
    target: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.", show_default=False)],
) -> None:
    """Write one case as a folder: entries, mails as sent, version, documents, a readable page, and a list of check sums."""
    from handslag.cli.case_view import view_of
    from handslag.export import export_case

    desk = Desk(context)

    def write(tx: Tx) -> list[str]:
        view = view_of(desk, tx, case, whole=True)
        return export_case(tx, view.case, view.programme, view.version, target, at=view.now)

    files = desk.read(write)
    if desk.as_json:
        print_json({"folder": target.resolve(), "files": files})
    else:
        say(f"{len(files)} files in {target.resolve()}; check them: cd {target} && sha256sum -c SHA256SUMS")


@app.command()
@changing
def replan(
    context: typer.Context,
    case: Number,
    deadline: Annotated[
        list[int] | None, typer.Option("--deadline", metavar="NO", help="Only this one; else all open.")
    ] = None,
    reason: Reason = "",
    *,
    change: Change,
) -> None:
    """Reckon the open dates of a case again after its calendar was edited: a manager's decision."""
    from handslag.cli.doing import do

    do(Desk(context), case, Replan(reason=reason, deadlines=tuple(deadline or ())), change)
