"""`import`: companies and running partnerships from CSV or XLSX. Here stand the options, the progress bar and the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handslag.cli.desk import Desk
from handslag.cli.options import InProgramme
from handslag.cli.printing import print_json, say, table

if TYPE_CHECKING:  # as in `desk`: the heavy parts wait until the command runs
    from handslag.intake.report import ImportReport, RowReport

REFUSED_EXIT = 2
SAID = {
    "opened": "opened",
    "taken_over": "taken over",
    "already_there": "already there",
    "held_back": "held back",
    "refused": "refused",
}

File = Annotated[Path, typer.Argument(metavar="FILE", help="CSV or XLSX with one company a row.", show_default=False)]
Workflow = Annotated[str, typer.Option("--workflow", "-w", metavar="KEY", help="Workflow; else the only one published.")]
LookOnly = Annotated[bool, typer.Option("--dry-run", help="Report everything, change nothing.")]
AllOrNothing = Annotated[bool, typer.Option("--all-or-nothing", help="One bad row keeps all of them out.")]
Records = Annotated[
    list[str] | None,
    typer.Option("--records", metavar="LIST=FILE", help="A CSV file of records, e.g. visits=visits.csv; may be repeated."),
]


def register(app: typer.Typer) -> None:
    """Add the command to an app."""
    app.command("import")(import_companies)


def import_companies(
    context: typer.Context,
    file: File,
    programme: InProgramme = "",
    workflow: Workflow = "",
    dry_run: LookOnly = False,
    all_or_nothing: AllOrNothing = False,
    records: Records = None,
) -> None:
    """Open a case for each row of a table; a bad row is reported and the others go in.

    Rows with a phase take over running partnerships half-way: nothing is mailed about the past. In a workbook, further sheets
    are record lists. Importing the same file again changes nothing. Exit code 2 where a row was refused.
    """
    from handslag.cli.people import the_programme
    from handslag.intake.running import run_import
    from handslag.intake.tables import read_sheets, records_option

    desk = Desk(context)
    sheets = read_sheets(file, records_option(records or ()).items())
    where = desk.read(lambda tx: the_programme(desk, tx, programme))
    house = desk.at_now()
    with _bar(shown=not desk.as_json) as progress:
        report = run_import(
            house, desk.who, where, workflow, sheets, dry_run=dry_run, all_or_nothing=all_or_nothing, progress=progress
        )
    if desk.as_json:
        print_json(report.as_json())
    else:
        _tell(report)
    if report.has_refused:
        raise typer.Exit(REFUSED_EXIT)


@contextmanager
def _bar(*, shown: bool) -> Iterator[Callable[[int, int], None]]:
    """Show how far it is, on standard error where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("importing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    hidden = not shown or not console.is_terminal
    with Progress(*columns, console=console, disable=hidden, transient=True) as progress:
        task = progress.add_task("importing", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _tell(report: ImportReport) -> None:
    rows = [(row.line, row.name, SAID[row.outcome], row.case, row.phase, _remark(row)) for row in report.rows]
    say(f"{report.file} into {report.programme}, {report.workflow}", "")
    table(("line", "company", "what", "case", "phase", ""), rows, empty="the file has no rows")
    _tell_details(report)
    say("")
    table(("what", "rows"), [(SAID[outcome], count) for outcome, count in report.counts.items()])
    if report.dry_run:
        say("", "looked only, nothing was changed")


def _remark(row: RowReport) -> str:
    told = [f"{len(row.faults)} fault(s)" if row.faults else "", f"{len(row.unmet)} guard(s) unmet" if row.unmet else ""]
    return ", ".join(part for part in told if part)


def _tell_details(report: ImportReport) -> None:
    """List every fault with its place, every unmet guard of a case taken over, and what is worth knowing."""
    if report.faults:
        say("", "Refused, because:", *report.faults)
    for row in report.rows:
        if row.unmet or row.notes:
            unmet = (f"  {guard}: {sentence}" for guard, sentence in row.unmet)
            say("", f"Line {row.line}, {row.name}, taken over with these guards unmet:" if row.unmet else f"Line {row.line}:")
            say(*unmet, *(f"  note: {note}" for note in row.notes))


app = typer.Typer(rich_markup_mode=None)
register(app)
