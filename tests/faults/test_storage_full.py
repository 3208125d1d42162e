"""No room left, and files that somebody else holds: a clear word, nothing half-written, and all well when it has passed."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from engine import acts
from engine.errors import EnvironmentFault
from handslag.clock import MovedClock
from handslag.settings import load_settings
from handslag.wiring import SeededIds, open_house
from storage import connect as connect_module
from storage import store as store_module
from tests.world import World, at

ROOT = Path(__file__).parents[2]
LONG = "a long comment " * 400


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "handslag", now="2026-02-02 08:00")
    yield made
    made.close()


def fill(world: World, number: str) -> int:
    """Comment until there is no more room; return how often it went well. The fault must be clear and name the file."""
    for times in range(400):
        try:
            world.do(number, acts.Comment(text=f"{times} {LONG}"))
        except EnvironmentFault as fault:
            assert "no room" in fault.sentence
            assert "handslag.db" in fault.sentence
            return times
    raise AssertionError("there was always room")


def comments(world: World, number: str) -> int:
    return sum(entry["kind"] == "commented" for entry in world.history(number))


def test_full_database_refuses_clearly_and_goes_on_when_there_is_room(world: World) -> None:
    number = world.candidate()
    engine: Any = world.house.store._engines.writing
    pages = [200]

    def limit(raw: Any, *_: Any) -> None:
        raw.execute(f"PRAGMA max_page_count = {pages[0]}")

    event.listen(engine, "checkout", limit)

    done = fill(world, number)

    assert comments(world, number) == done
    assert world.verify(number) is None
    pages[0] = 100_000
    world.do(number, acts.Comment(text="there is room again"))
    assert (comments(world, number), world.verify(number)) == (done + 1, None)


FILLING = """
import resource
import signal
import sys
from pathlib import Path
from engine import acts
from handslag.wiring import SeededIds, open_house
from handslag.clock import MovedClock
from handslag.settings import load_settings
from tests.faults.test_storage_full import fill, reopened
world = reopened(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
size = sum(path.stat().st_size for path in Path(sys.argv[1]).glob("handslag.db*"))
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 200_000, size + 200_000))
print(fill(world, sys.argv[2]))
"""


def reopened(folder: Path) -> World:
    """An installation opened again, without making anything anew."""
    world = World.__new__(World)
    world.folder, world.clock = folder, MovedClock(at("2026-02-02 09:00"))
    world.house = open_house(folder, load_settings(folder), clock=world.clock, ids=SeededIds(9))
    return world


def test_file_that_may_not_grow_leaves_nothing_half_written(world: World) -> None:
    number = world.candidate()

    said = subprocess.run(
        [sys.executable, "-c", FILLING, str(world.folder), number], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert said.returncode == 0, said.stderr
    assert comments(world, number) == int(said.stdout)
    assert world.verify(number) is None
    world.do(number, acts.Comment(text="and on"))
    with closing(sqlite3.connect(world.folder / "handslag.db")) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)


HOLDING = """
import sqlite3
import sys
raw = sqlite3.connect(sys.argv[1], isolation_level=None)
raw.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
raw.execute("ROLLBACK")
"""


def test_file_that_another_process_holds_is_said_to_be_busy_and_nothing_is_half_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = world.candidate()
    world.close()
    monkeypatch.setattr(connect_module, "BUSY_MS", 10)
    monkeypatch.setattr(store_module, "FIRST_WAIT_S", 0)
    hurried = reopened(world.folder)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(world.folder / "handslag.db")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"

    with pytest.raises(EnvironmentFault, match="stayed busy through 10 tries"):
        hurried.do(number, acts.Comment(text="while it is held"))
    assert comments(hurried, number) == 0, "who only looks is not kept waiting"
    holder.communicate("")
    hurried.do(number, acts.Comment(text="when it is free again"))

    assert (comments(hurried, number), hurried.verify(number)) == (1, None)
    hurried.close()


def test_file_that_nobody_may_write_is_named(world: World) -> None:
    number = world.candidate()
    engine: Any = world.house.store._engines.writing
    event.listen(engine, "checkout", lambda raw, *_: raw.execute("PRAGMA query_only = ON"))

    with pytest.raises(EnvironmentFault, match=r"handslag\.db may not be written; nothing was changed"):
        world.do(number, acts.Comment(text="no"))
