"""The command line: the only folder that imports typer and rich. Light at the door, heavy things inside the commands."""

from __future__ import annotations

from handslag.cli.main import main

__all__ = ["main"]
