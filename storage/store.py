"""The store: opens transactions, runs use cases in them, commits, and tries again where the database says so.

Group commit will be a second implementation of `run` (one writer thread, each use case in a savepoint, one commit).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import nullcontext
from threading import RLock
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from engine.errors import EnvironmentFault
from engine.ports import Store, Tx
from storage.cache import Cache
from storage.connect import connect, is_sqlite
from storage.library_rows import LoadVersion
from storage.statements import Line
from storage.transaction import SqlTx

T = TypeVar("T")
ATTEMPTS = 8
FIRST_WAIT_S = 0.005
_SQLITE_BUSY = frozenset({"SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_BUSY_RECOVERY", "SQLITE_LOCKED"})
_PG_AGAIN = frozenset({"40001", "40P01", "55P03"})  # serialization failure, deadlock, lock not available


class SqlStore:
    """A store on SQLite or PostgreSQL. `load_version` reads the stored files of a version into the engine's value."""

    def __init__(self, url: str, *, load_version: LoadVersion, synchronous: str = "FULL") -> None:
        self._engines = connect(url, synchronous=synchronous)
        self._cache = Cache(load_version)
        # SQLite has one writer; threads that queue here wait less than in its busy handler, which sleeps blindly.
        self._turnstile = RLock() if is_sqlite(self.url) else nullcontext()

    @property
    def url(self) -> URL:
        """Where the cases live."""
        return self._engines.url

    def run(self, use_case: Callable[[Tx], T]) -> T:
        """Run in a writing transaction and commit; run again, a few times, where another transaction was in the way.

        Raises: whatever the use case raises, after taking everything back; EnvironmentFault where the database stays busy.
        """
        with self._turnstile:
            return _patiently(lambda: _turn(self._engines.writing, self._cache, use_case, keep=True))

    def read(self, question: Callable[[Tx], T]) -> T:
        """Run in a reading transaction that sees one state and cannot write."""
        return _patiently(lambda: _turn(self._engines.reading, self._cache, question, keep=False))

    def close(self) -> None:
        """Let go of every connection."""
        self._engines.close()


def _turn(engine: Engine, cache: Cache, use_case: Callable[[Tx], T], *, keep: bool) -> T:
    with _connection(engine) as connection, connection.begin() as transaction:
        line = Line(connection)
        try:
            answer = use_case(SqlTx(line, cache))
        finally:
            line.close()
        if not keep:
            transaction.rollback()
        return answer


def _connection(engine: Engine) -> Connection:
    try:
        return engine.connect()
    except DBAPIError as error:
        if _is_passing(error):
            raise
        raise EnvironmentFault(f"cannot open the database at {engine.url}: {error.orig}") from error


def _patiently(turn: Callable[[], T]) -> T:
    for attempt in range(ATTEMPTS):
        try:
            return turn()
        except Exception as error:
            if not _is_passing(error):
                raise
            last = error
        # Jitter, so that two workers that met once do not meet again in step.
        time.sleep(FIRST_WAIT_S * 2**attempt * random.random())
    raise EnvironmentFault(f"the database stayed busy through {ATTEMPTS} tries: {last}") from last


def _is_passing(error: Exception) -> bool:
    cause = getattr(error, "orig", error)
    return getattr(cause, "sqlite_errorname", "") in _SQLITE_BUSY or getattr(cause, "sqlstate", "") in _PG_AGAIN


_: type[Store] = SqlStore
