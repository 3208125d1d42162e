"""`demo`: build a believable world and walk it through eighteen months, with a bar that shows how far it is."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handslag.cli.options import META
from handslag.cli.printing import note, print_json, say, table
from handslag.cli.serving import DEFAULT_PORT, Port, serve_house

if TYPE_CHECKING:  # they take a second to import, and `--help` must not wait for them
    from handslag.demo.report import Report
    from handslag.demo.walk import Scope, Tick

DEFAULT_FOLDER = "handslag-demo"
Serve = Annotated[bool, typer.Option("--serve", help="Serve its pages afterwards, to a browser on this machine.")]
Reset = Annotated[bool, typer.Option("--reset", help="Remove the demonstration that stands in the folder, and build it anew.")]
NEXT = (
    ("due --as anne", "what is owed in Anne's programme today, and by whom"),
    ("case show AAL-2025-0003 --as anne", "one partnership, whole"),
    ("case history AAL-2025-0003 --as anne", "who did what in it, when and why"),
    ("mail list --as mette --state failed", "the mails that could not leave, with the reason"),
    ("audit verify --as henrik", "that no entry of any history was changed"),
)
app = typer.Typer(rich_markup_mode=None)


def demo(context: typer.Context, reset: Reset = False, serve: Serve = False, port: Port = DEFAULT_PORT) -> None:
    """Build a world of some forty invented organisations and walk it through 18 months, day by day, in under a minute.

    It stands in a folder of its own (handslag-demo, or the one that --folder names): a movable clock, mails captured in a
    folder, nothing that could reach a real person. Each run gives the same world, down to the last hash. A second run leaves
    the first alone unless you say --reset. With --serve its pages are served afterwards, on this machine only; a demonstration
    that stands already is served as it is.
    """
    from handslag.demo.reopening import stands

    folder = Path(context.meta.get(META["folder"]) or DEFAULT_FOLDER).expanduser()
    if reset or not serve or not stands(folder):
        _build(context, folder, reset=reset)
    if serve:
        _serve(folder, port)


def _build(context: typer.Context, folder: Path, *, reset: bool) -> None:
    from handslag.demo.founding import make_way, remember
    from handslag.demo.report import report
    from handslag.demo.walk import Scope, walk

    make_way(folder, reset=reset)
    begun = time.perf_counter()
    scope = Scope()
    with _bar(scope) as tell:
        house = walk(folder, scope, tell)
    try:
        found = house.store.read(report)
    finally:
        house.close()
    seconds = round(time.perf_counter() - begun, 1)
    remember(folder, {"digest": found.digest, "from": str(scope.first), "to": str(scope.last)})
    if context.meta.get(META["as_json"]):
        print_json({"folder": folder.resolve(), "seconds": seconds, **_data(found)})
        return
    _tell(found, folder, scope, seconds)


def _serve(folder: Path, port: int) -> None:
    """Serve the pages of a demonstration, with its worker, to this machine only."""
    from handslag.demo.reopening import keep_clock, open_doors, reopen
    from handslag.web.passwords import hashed

    house = reopen(folder)
    try:
        password, doors = open_doors(house, hashed)
        say("", "Who may sign in, all with this password, which is new each time:", f"  {password}", "")
        table(("name", "person", "programme", "roles"), [(d.person, d.name, d.programme, d.roles) for d in doors])
        say("")
        serve_house(house, "127.0.0.1", port, worker=True)
        keep_clock(house)
    finally:
        house.close()


def _data(found: Report) -> dict[str, object]:
    tables = {t.title: [dict(zip(t.heads, row, strict=True)) for row in t.rows] for t in found.tables}
    counts = {"cases": found.cases, "entries": found.entries, "promises": found.promises, "digest": found.digest}
    return {**counts, **tables}


def _tell(found: Report, folder: Path, scope: Scope, seconds: float) -> None:
    for each in found.tables:
        say("", each.title)
        table(each.heads, each.rows)
    say(
        "",
        f"{found.cases} cases from {scope.first} to {scope.last}: {found.entries} entries of history,"
        f" {found.promises} promises, built in {seconds} seconds.",
        f"digest over every history: {found.digest}",
        "",
        f"The world stands in {folder}, and its clock on the evening of {scope.last}. Try next:",
        *_next(f"handslag --folder {folder} --now {scope.last}T16:00+01:00"),
    )


def _next(here: str) -> Iterator[str]:
    for command, what in NEXT:
        yield from ("", f"  # {what}", f"  {here} {command}")


@contextmanager
def _bar(scope: Scope) -> Iterator[Callable[[Tick], None]]:
    """Show a bar with the virtual date, cases and mails; without a terminal, a line each quarter of a year."""
    if not sys.stderr.isatty():
        yield _say_quarters
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        days = (scope.last - scope.first).days + 1
        task = progress.add_task("founding the programmes", total=days)

        def tell(tick: Tick) -> None:
            words = f"{tick.day:%a %d %b %Y}  {tick.cases:>2} cases  {tick.acts:>4} acts  {tick.mails:>4} mails"
            progress.update(task, completed=tick.days, description=words)

        yield tell


def _say_quarters(tick: Tick) -> None:
    if tick.day.day == 1 and tick.day.month % 3 == 1:
        note(f"{tick.day}  {tick.cases} cases  {tick.acts} acts  {tick.mails} mails")


def register(onto: typer.Typer) -> None:
    """Put the command onto a command line."""
    onto.command(name="demo")(demo)


register(app)
