"""An installation and its command line, in process: `desk.run("case", "list")`. The cast: Anne coordinates, Bo is her deputy,
Mette manages, Henrik administers, Peter brings companies in; Charlie works in another programme and must see nothing.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from handslag.cli.installing import Installing
from handslag.cli.main import app
from storage.migration_steps import silent

HERE = Path(__file__).parent
METHOD = HERE / "method"
FIRST_DAY = "2026-04-07T09:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command said. code: its exit code."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The JSON it printed."""
        return json.loads(self.out)


@contextmanager
def own_logging() -> Iterator[None]:
    """Give the process its own logging back after a command has set up its own."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        logging.captureWarnings(capture=False)
        root.handlers, root.level = handlers, level


@dataclass(frozen=True, slots=True, kw_only=True)
class CliDesk:
    """The command line of one installation. who, now: of every command that says no other; the clock is movable."""

    folder: Path
    who: str = "anne"
    now: str = FIRST_DAY

    def run(self, *words: str, who: str = "", now: str = "", code: int = 0) -> Answer:
        """Run a command and make sure of its exit code."""
        line = ["--folder", str(self.folder), "--as", who or self.who, "--now", now or self.now, *words]
        with own_logging():
            result = CliRunner().invoke(app, line)
        answer = Answer(code=result.exit_code, out=result.stdout, err=result.stderr)
        assert answer.code == code, f"{' '.join(words)}\n{answer.out}\n{answer.err}"
        return answer

    def json(self, *words: str, who: str = "", now: str = "", code: int = 0) -> Any:
        """Run a command with `--json` and return what it printed."""
        return self.run(*words, "--json", who=who, now=now, code=code).data


def found_installation(folder: Path) -> None:
    """Make an installation with the small method and two programmes; dear, so once a session."""
    plan = Installing(folder)
    plan.make_files()
    plan.make_database(silent)
    config = folder / "config.toml"
    text = config.read_text(encoding="utf-8").replace("movable = false", "movable = true")
    config.write_text(text.replace('"FULL"\n', '"NORMAL"\n'), encoding="utf-8")
    desk = CliDesk(folder=folder)
    desk.run("workflow", "publish", str(METHOD))
    desk.run("programme", "add", "aalborg")
    desk.run("programme", "add", str(HERE / "nabo.yaml"), who="henrik")
    desk.run("organisation", "add", "Nordhavn Bryg A/S", "--cvr", "13585628")
    desk.run("contact", "add", "1", "Mia Lund", "mia@nordhavn.example.org", "--language", "en")


def copied(template: Path, folder: Path) -> CliDesk:
    """Return a desk at a copy of an installation."""
    shutil.copytree(template, folder)
    return CliDesk(folder=folder)
