"""Killing for real: a forked process gets SIGKILL before the k-th statement that it hands to SQLite, for every k."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import event

from tests.world import World

Tables = dict[str, list[tuple[Any, ...]]]


def database(world: World) -> Path:
    """The file of a world."""
    return Path(str(world.house.store.url.database))


def tables(path: Path) -> Tables:
    """Every row of every table."""
    with closing(sqlite3.connect(path)) as line:
        names = [row[0] for row in line.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: sorted(line.execute(f'SELECT * FROM "{name}"'), key=repr) for name in names}


def kill_everywhere(world: World, act: Callable[[World], object], *, stride: int = 1) -> Iterator[tuple[int, bool]]:
    """Do an act again and again from the same start, killed before statement 1, 2, 3 …, and yield after each death.

    Yields the statement and whether the process lived through to its end, which is the last time. Each start has the same
    database; what the caller does to the world in between is forgotten. stride: kill at every so manieth statement only.
    """
    world.close()
    path = database(world)
    start = path.read_bytes()
    for k in range(1, 10_000, stride):
        _put_back(path, start)
        alive = _run(world, act, k)
        yield k, alive
        world.close()
        if alive:
            return


def _put_back(path: Path, start: bytes) -> None:
    for tail in ("-wal", "-shm"):
        path.with_name(path.name + tail).unlink(missing_ok=True)
    path.write_bytes(start)


def _run(world: World, act: Callable[[World], object], k: int) -> bool:
    child = os.fork()
    if child == 0:
        _die_before(world, k)
        code = 1
        try:
            act(world)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.WEXITSTATUS(status) == 0, "the act failed by itself"
    return True


def _die_before(world: World, k: int) -> None:
    done = 0

    def count(_statement: str) -> None:
        nonlocal done
        done += 1
        if done == k:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(raw: Any, _record: Any) -> None:
        raw.set_trace_callback(count)

    event.listen(world.house.store._engines.writing, "connect", watch)
