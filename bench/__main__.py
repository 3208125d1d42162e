"""Runs the measurements: `./dev bench [NAME …] [--rounds N] [--quick] [--full]`. See the README beside this file."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC
from pathlib import Path

from bench import mailing, moving, paging, plotting, reading, searching, starting, sweeping
from bench.measuring import Line, Options, table
from handslag.clock import SystemClock

WORKLOADS: Mapping[str, Callable[[Options], Iterator[Line]]] = {
    "move": moving.move,
    "move-concurrent": moving.concurrent,
    "bulk": moving.bulk,
    "due": sweeping.due,
    "mail": mailing.mail,
    "reads": reading.reading,
    "search": searching.searching,
    "pages": paging.paging,
    "start": starting.start,
    "growth": moving.growth,
    "long": moving.long,
    "many-workflows": moving.many_workflows,
}
RESULTS = Path(__file__).parent / "results"


def main(arguments: Sequence[str]) -> int:
    """Run what was asked for, print a table, and keep the figures as JSON and a plot."""
    asked = _asked(arguments)
    seconds = asked.seconds or (0.5 if asked.quick else 1.5)
    options = Options(rounds=asked.rounds, seconds=seconds, quick=asked.quick, full=asked.full)
    lines: list[Line] = []
    for name in asked.names or WORKLOADS:
        print(f"{name} …", file=sys.stderr, flush=True)
        found = list(WORKLOADS[name](options))
        lines += found
        print(table(found), file=sys.stderr, flush=True)
    print(table(lines))
    print(f"\n{_keep(lines, options)}", file=sys.stderr)
    return 0


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench", description="Measure Handslag beside hand-written twins.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(WORKLOADS)}; all where left out")
    parser.add_argument("--rounds", type=int, default=5, help="paired rounds (default 5)")
    parser.add_argument("--seconds", type=float, help="of one variant in one round (default 1.5, with --quick 0.5)")
    parser.add_argument("--quick", action="store_true", help="small databases: to see that it runs, not to quote")
    parser.add_argument("--full", action="store_true", help="a million cases too; takes gigabytes and an hour")
    asked = parser.parse_args(arguments)
    if unknown := [name for name in asked.names if name not in WORKLOADS]:
        parser.error(f"there is no workload {unknown[0]!r}; there are {', '.join(WORKLOADS)}")
    if asked.rounds < 1:
        parser.error("at least one round")
    return asked


def _keep(lines: Sequence[Line], options: Options) -> str:
    now = SystemClock().now().astimezone(UTC)
    found = {
        "at": now.isoformat(timespec="seconds"),
        "commit": _commit(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "cores": os.cpu_count(),
        "rounds": options.rounds,
        "seconds": options.seconds,
        "lines": [line.as_json() for line in lines],
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{now:%Y%m%d-%H%M%S}.json"
    path.write_text(json.dumps(found, indent=1), encoding="utf-8")
    path.with_suffix(".svg").write_text(plotting.svg(lines), encoding="utf-8")
    return f"kept as bench/results/{path.name} and {path.with_suffix('.svg').name}"


def _commit() -> str:
    try:
        said = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return said.stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
