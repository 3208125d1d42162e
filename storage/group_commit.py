"""Group commit on SQLite: many callers, one transaction, one flush to the disk; each caller hears its own outcome.

A flush costs more than all else a move does, and SQLite has one writer. Whoever comes while nobody writes is the writer and
runs at once, in his own thread: alone he pays nothing for the others. Whoever comes meanwhile waits in the queue; when the
writer is done, the first in the queue is the next writer and takes all that waits, each in a savepoint, under one commit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from threading import Lock, get_ident
from typing import Any, Generic, TypeVar

from engine.ports import Store, Tx
from storage.cache import Cache
from storage.connect import Engines
from storage.library_rows import LoadVersion
from storage.passing import is_passing
from storage.snapshot_rows import Snapshots
from storage.statements import Line
from storage.store import Bell, SqlStore, commit, no_bell, open_connection, patiently, take_back, tell
from storage.transaction import SqlTx

T = TypeVar("T")
MOST = 256


class _Task(Generic[T]):
    """A use case that waits, and what became of it."""

    __slots__ = ("answer", "error", "is_done", "use_case", "wake")

    def __init__(self, use_case: Callable[[Tx], T]) -> None:
        self.use_case = use_case
        self.answer: T
        self.error: BaseException | None = None
        self.is_done = False
        self.wake = Lock()  # held until there is news: it is done, or it is its turn to write
        self.wake.acquire()

    def settle(self, answer: T) -> None:
        self.answer, self.is_done = answer, True

    def fail(self, error: BaseException) -> None:
        self.error, self.is_done = error, True

    def outcome(self) -> T:
        if self.error is not None:
            raise self.error
        return self.answer


class GroupStore(SqlStore):
    """A store on SQLite whose callers share commits."""

    def __init__(
        self,
        url: str,
        *,
        load_version: LoadVersion,
        snapshots: Snapshots | None = None,
        synchronous: str = "FULL",
        bell: Bell = no_bell,
    ) -> None:
        super().__init__(url, load_version=load_version, snapshots=snapshots, synchronous=synchronous, bell=bell)
        self._mutex = Lock()
        self._waiting: deque[_Task[Any]] = deque()
        self._writer: int | None = None

    def run(self, use_case: Callable[[Tx], T]) -> T:
        """Run in a writing transaction, perhaps one shared with others, and return once it is committed.

        Raises: what `SqlStore.run` raises; RuntimeError where a use case runs another one.
        """
        task = _Task(use_case)
        if not self._comes_first(task):
            task.wake.acquire()
            if task.is_done:
                return task.outcome()
            self._writer = get_ident()
        group = self._next_group()
        try:
            self._work_off(group)
        finally:
            self._hand_over(task, group)
        return task.outcome()

    def _comes_first(self, task: _Task[Any]) -> bool:
        with self._mutex:
            if self._writer == get_ident():
                raise RuntimeError("a use case runs in a transaction already; hand it on instead of running another one")
            self._waiting.append(task)
            if self._writer is None:
                self._writer = get_ident()
                return True
            return False

    def _next_group(self) -> list[_Task[Any]]:
        with self._mutex:
            return [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]

    def _hand_over(self, mine: _Task[Any], group: list[_Task[Any]]) -> None:
        """Wake all that are done, and make the first of those that wait the next writer."""
        with self._mutex:
            # Only where the writer himself was interrupted, the others are not done: they come first next time.
            self._waiting.extendleft(task for task in reversed(group) if not task.is_done and task is not mine)
            # Nobody can be the writer by number until he wakes, and nobody may think that there is none.
            self._writer = -1 if self._waiting else None
            following = self._waiting[0] if self._waiting else None
        for task in group:
            if task.is_done and task is not mine:
                task.wake.release()
        if following is not None:
            following.wake.release()

    def _work_off(self, group: list[_Task[Any]]) -> None:
        if len(group) > 1:
            # Where the whole transaction is lost (disk full, an error that ends it), each hears its own fault below.
            with suppress(Exception):
                patiently(lambda: _Together(self._engines, self._cache, self._ring, group).run())
        for task in group:
            if not task.is_done:
                self._alone(task)

    def _alone(self, task: _Task[Any]) -> None:
        try:
            answer = patiently(lambda: self._write(task.use_case), self.url)
        except Exception as error:
            task.fail(error)
        else:
            task.settle(answer)


class _Together:
    """One try to run a group in one transaction."""

    def __init__(self, engines: Engines, cache: Cache, ring: Callable[[SqlTx], None], group: list[_Task[Any]]) -> None:
        self._engines, self._cache, self._ring, self._group = engines, cache, ring, group
        self._changed: set[str] = set()
        self._ended: list[tuple[_Task[Any], SqlTx, Any, Exception | None]] = []

    def run(self) -> None:
        """Run each in a savepoint, commit, and settle them all. Raises: where the transaction as a whole is lost."""
        with open_connection(self._engines.writing) as connection:
            transaction = connection.begin()
            try:
                line = Line(connection, writes=True)
                try:
                    for task in self._group:
                        self._one(line, task)
                finally:
                    line.close()
            except BaseException:
                take_back(connection, transaction)
                raise
            commit(connection, transaction)
        for task, tx, answer, error in self._ended:
            if error is not None:
                task.fail(error)
                continue
            task.settle(answer)
            tell(tx.afterwards)

    def _one(self, line: Line, task: _Task[Any]) -> None:
        # What one of the group changed in a programme is not committed yet: none of them may leave it in the cache.
        tx = SqlTx(line, self._cache, changed=self._changed)
        line.cursor.execute("SAVEPOINT act")
        try:
            answer = task.use_case(tx)
            self._ring(tx)
        except Exception as error:
            if is_passing(error):
                raise
            line.cursor.execute("ROLLBACK TO act")
            line.cursor.execute("RELEASE act")
            self._ended.append((task, tx, None, error))
        else:
            line.cursor.execute("RELEASE act")
            self._ended.append((task, tx, answer, None))


_: type[Store] = GroupStore
