"""The store: opens transactions, runs use cases in them, commits, and tries again where the database says so.

`storage.group_commit` is the second implementation of `run`, for many callers at once on SQLite.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from threading import RLock
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL, RootTransaction
from sqlalchemy.exc import DBAPIError

from engine.errors import EnvironmentFault
from engine.ports import Store, Tx
from storage.cache import Cache
from storage.connect import connect, is_sqlite
from storage.library_rows import LoadVersion
from storage.passing import is_lost, is_passing, what_is_wrong
from storage.snapshot_rows import Snapshots
from storage.statements import Line
from storage.transaction import SqlTx

T = TypeVar("T")
Bell = Callable[[SqlTx], None]
ATTEMPTS = 10
FIRST_WAIT_S = 0.005
LONGEST_WAIT_S = 0.5


def no_bell(tx: SqlTx) -> None:
    """Tell nobody about due work."""


class SqlStore:
    """A store on SQLite or PostgreSQL. `load_version` reads the stored files of a version into the engine's value.

    snapshots: how what it came to is kept beside the files; None for not at all.
    bell: called at the end of each writing transaction that leaves something to be done at some time (`tx.soonest`), in it.
    """

    def __init__(
        self,
        url: str,
        *,
        load_version: LoadVersion,
        snapshots: Snapshots | None = None,
        synchronous: str = "FULL",
        bell: Bell = no_bell,
    ) -> None:
        self._engines = connect(url, synchronous=synchronous)
        self._cache = Cache(load_version, snapshots)
        self._bell = bell
        # SQLite has one writer; threads that queue here wait less than in its busy handler, which sleeps blindly.
        self._turnstile: AbstractContextManager[object] = RLock() if is_sqlite(self.url) else nullcontext()

    @property
    def url(self) -> URL:
        """Where the cases live."""
        return self._engines.url

    def run(self, use_case: Callable[[Tx], T]) -> T:
        """Run in a writing transaction and commit; run again, a few times, where another transaction was in the way.

        Raises: whatever the use case raises, after taking everything back; EnvironmentFault where the database stays busy,
        or where the connection was lost while committing, so that nobody knows whether it was done.
        """
        with self._turnstile:
            return patiently(lambda: self._write(use_case), self.url)

    def read(self, question: Callable[[Tx], T]) -> T:
        """Run in a reading transaction that sees one state and cannot write."""
        return patiently(lambda: self._look(question), self.url)

    def close(self) -> None:
        """Let go of every connection."""
        self._engines.close()

    def _write(self, use_case: Callable[[Tx], T]) -> T:
        with open_connection(self._engines.writing) as connection:
            transaction = connection.begin()
            try:
                line = Line(connection, writes=True)
                try:
                    tx = SqlTx(line, self._cache)
                    answer = use_case(tx)
                    self._ring(tx)
                finally:
                    line.close()
            except BaseException:
                take_back(connection, transaction)
                raise
            commit(connection, transaction)
        tell(tx.afterwards)
        return answer

    def _look(self, question: Callable[[Tx], T]) -> T:
        with open_connection(self._engines.reading) as connection:
            transaction = connection.begin()
            line = Line(connection, writes=False)
            try:
                return question(SqlTx(line, self._cache))
            finally:
                line.close()
                take_back(connection, transaction)

    def _ring(self, tx: SqlTx) -> None:
        if tx.soonest is not None:
            self._bell(tx)


def open_connection(engine: Engine) -> Connection:
    """Take a connection. Raises: EnvironmentFault where there can be none, whatever the driver says where it may pass."""
    try:
        return engine.connect()
    except DBAPIError as error:
        if is_passing(error):
            raise
        raise EnvironmentFault(f"cannot open the database at {engine.url}: {error.orig}") from error


def take_back(connection: Connection, transaction: RootTransaction) -> None:
    """Roll back; a connection that cannot even do that is thrown away, so that its fault does not hide the first one."""
    try:
        transaction.rollback()
    except DBAPIError:
        connection.invalidate()


def commit(connection: Connection, transaction: RootTransaction) -> None:
    """Commit. Raises: EnvironmentFault where the connection was lost on the way: then nobody knows whether it was done."""
    try:
        transaction.commit()
    except DBAPIError as error:
        take_back(connection, transaction)
        if is_lost(error):
            said = "the connection was lost while writing, so it may or may not have been done; look before trying again"
            raise EnvironmentFault(said) from error
        raise


def tell(afterwards: Iterable[Callable[[], None]]) -> None:
    """Do what was to be done once the transaction stands."""
    for act in afterwards:
        act()


def patiently(turn: Callable[[], T], where: object = "") -> T:
    """Try again where another transaction was in the way or the connection was lost before the commit.

    where: the database, for the sentence of a fault that a person has to mend (no room, no right to write, damaged).
    """
    for attempt in range(ATTEMPTS):
        try:
            return turn()
        except Exception as error:
            if said := what_is_wrong(error):
                raise EnvironmentFault(f"the database at {where} {said}; nothing was changed") from error
            if not is_passing(error):
                raise
            last = error
        # Jitter, so that two workers that met once do not meet again in step.
        time.sleep(min(FIRST_WAIT_S * 2**attempt, LONGEST_WAIT_S) * random.random())
    if is_lost(last):
        raise EnvironmentFault(f"the database cannot be reached: {getattr(last, 'orig', last)}") from last
    raise EnvironmentFault(f"the database stayed busy through {ATTEMPTS} tries: {last}") from last


_: type[Store] = SqlStore
