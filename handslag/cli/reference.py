"""Writes `docs/reference/commands.md` from the commands themselves: `python -m handslag.cli.reference` writes it anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from handslag.cli.main import app

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "commands.md"
WIDTH = 100
HEAD = """\
# Commands

Written by `python -m handslag.cli.reference` from the program itself; a test holds it equal. Each block is what
`handslag COMMAND --help` prints. The options of the top may stand before or after a command.
"""


def text() -> str:
    """Return the whole page."""
    top: Any = typer.main.get_command(app)
    context = typer.Context(top, info_name="handslag", terminal_width=WIDTH)
    parts = [HEAD, _block("handslag", top, context, level=2)]
    for name in top.list_commands(context):
        command = top.get_command(context, name)
        if command is not None:
            parts += _pages(name, command, context, level=2)
    return "\n".join(parts)


def _pages(name: str, command: Any, parent: typer.Context, *, level: int) -> Iterator[str]:
    context = typer.Context(command, info_name=name, parent=parent, terminal_width=WIDTH)
    yield _block(context.command_path, command, context, level=level)
    if isinstance(command, TyperGroup):
        for inner_name, inner in command.commands.items():
            yield from _pages(inner_name, inner, context, level=level + 1)


def _block(title: str, command: Any, context: typer.Context, *, level: int) -> str:
    shown = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    return f"{'#' * level} {title}\n\n```text\n{shown}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
