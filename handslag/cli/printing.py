"""Output for people and for programs: tables, pairs, JSON, errors. The only module that imports rich."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import typer

PIPE_WIDTH = 160
# Control characters could rewrite a reader's terminal; names and mails come from outside.
_CONTROL = {n: "�" for n in (*range(32), *range(127, 160)) if chr(n) not in "\n\t"}


def clean(value: object) -> str:
    """Return a value as text that cannot steer a terminal."""
    return str(value).translate(_CONTROL)


def say(*lines: object) -> None:
    """Print lines of text."""
    for line in lines:
        typer.echo(clean(line))


def note(line: object) -> None:
    """Print a line beside the result: on standard error, so that pipes get the result alone."""
    typer.echo(clean(line), err=True)


def print_json(value: Any) -> None:
    """Print a value as JSON, keys in the order in which they were made."""
    typer.echo(json.dumps(as_data(value), ensure_ascii=False, indent=2))


def as_data(value: Any) -> Any:
    """Return a value as JSON knows it: dataclasses and named tuples as maps, instants in UTC, the rest as text."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date() | Path():
            return value.isoformat() if isinstance(value, date) else str(value)
        case Mapping():
            return {str(key): as_data(item) for key, item in value.items()}
        case tuple() if hasattr(value, "_asdict"):
            return as_data(value._asdict())
        case list() | tuple() | set() | frozenset():
            return [as_data(item) for item in value]
    if is_dataclass(value):
        return {f.name: as_data(getattr(value, f.name)) for f in fields(value)}
    return str(value)


def table(titles: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str = "") -> None:
    """Print a calm table, or the sentence `empty` (what to do next) where there are no rows."""
    listed = [[_cell(value) for value in row] for row in rows]
    if not listed:
        if empty:
            say(empty)
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    made = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="dim")
    for title in titles:
        made.add_column(title, overflow="fold")
    for row in listed:
        made.add_row(*(Text(cell) for cell in row))
    width = None if sys.stdout.isatty() else max(PIPE_WIDTH, shutil.get_terminal_size().columns)
    Console(file=sys.stdout, width=width, highlight=False, markup=False).print(made)


def pairs(rows: Iterable[tuple[str, object]]) -> None:
    """Print names and values below each other; what is empty is left out."""
    shown = [(name, _cell(value)) for name, value in rows if value not in (None, "", (), [])]
    width = max((len(name) for name, _ in shown), default=0)
    for name, value in shown:
        first, *others = value.splitlines() or [""]
        say(f"{name:<{width}}  {first}", *(f"{'':<{width}}  {line}" for line in others))


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(_cell(item) for item in value)
    return clean(value)


def print_error(code: str, sentence: str, *, as_json: bool, error: object = None) -> None:
    """Print what went wrong on standard error; notes laid on the error follow, one a line."""
    notes = [str(line) for line in getattr(error, "__notes__", ())]
    if as_json:
        faults = as_data(getattr(error, "faults", ()))
        told = {"error": code, "sentence": sentence, "faults": faults, "notes": notes}
        typer.echo(json.dumps(told, ensure_ascii=False), err=True)
        return
    for line in (f"handslag: {sentence}", *notes):
        typer.echo(clean(line), err=True)
