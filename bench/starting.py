"""Starting: how long `handslag` takes to answer, and what it holds in memory, against a bare interpreter."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter

from bench.measuring import Line, Options, in_turn

PROGRAM = Path(sys.executable).with_name("handslag")
BARE = [sys.executable, "-c", "pass"]
# What an installation uses, without a line of ours.
LIBRARIES = ("sqlmodel", "alembic.command", "transitions", "jinja2", "mjml", "pydantic_settings", "ruamel.yaml", "babel.dates",
             "icalendar", "aiosmtplib", "cel", "structlog", "uuid_utils")  # fmt: skip
# Each prints what it holds at its end, in kilobytes.
_HOLDS = "print(next(line for line in open('/proc/self/status') if line.startswith('VmRSS')).split()[1])"
_HOUSE = """
import pathlib, tempfile
from handslag.settings import load_settings
from handslag.wiring import open_house
from storage.schema import migrate
with tempfile.TemporaryDirectory() as folder:
    settings = load_settings(pathlib.Path(folder))
    migrate(settings.database.url)
    house = open_house(pathlib.Path(folder), settings)
    house.store.read(lambda tx: tx.next_due())
    house.close()
"""
MEMORY = {
    "bare": "",
    "cli": "import handslag.cli",
    "house": _HOUSE,
    "libraries": "import " + ", ".join(LIBRARIES),
}


def start(options: Options) -> Iterator[Line]:
    """G6s, G7b: the wall clock of the small commands, and the memory of an installation plugged together."""
    commands = {"--version": [str(PROGRAM), "--version"], "--help": [str(PROGRAM), "--help"]}
    found = in_turn(options.rounds * 2, {name: partial(_wall, line) for name, line in {"bare": BARE, **commands}.items()})
    for name in commands:
        yield Line(
            workload="start", variant=f"handslag {name}", against="bare interpreter", unit="ms",
            ours=found[name], theirs=found["bare"], goal=6, floor=12, fewer=True,
        )  # fmt: skip
    if not Path("/proc/self/status").exists():
        return
    memory = in_turn(3, {name: partial(_memory, code) for name, code in MEMORY.items()})
    yield Line(
        workload="start", variant="the door of the command line, memory", against="bare interpreter", unit="MB",
        ours=memory["cli"], theirs=memory["bare"], fewer=True,
    )  # fmt: skip
    yield Line(
        workload="start", variant="an open installation, memory", against="its libraries alone", unit="MB",
        ours=memory["house"], theirs=memory["libraries"], goal=1.4, floor=2.0, fewer=True,
    )  # fmt: skip


def _wall(line: Sequence[str]) -> float:
    start = perf_counter()
    subprocess.run(line, check=True, stdout=subprocess.DEVNULL, cwd=Path(sys.prefix))
    return (perf_counter() - start) * 1000


def _memory(code: str) -> float:
    line = [sys.executable, "-c", f"{code}\n{_HOLDS}"]
    return int(subprocess.run(line, check=True, capture_output=True, text=True, cwd=Path(sys.prefix)).stdout) / 1024
