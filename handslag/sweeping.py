"""Working off due rows: a batch a transaction; where a batch cannot be written, row by row, and what raises is pushed ahead."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine import due_work
from engine.due_work import Worked
from engine.errors import CaseConflict, EnvironmentFault
from engine.ports import DueItem, Store, Tx
from engine.use_cases import Tools
from storage.passing import is_passing

POSTPONED_BY = timedelta(hours=1)
BATCH = 100
# So often a batch is begun anew because somebody wrote one of its cases; then its rows are taken one by one.
TRIES = 3
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of due row. due: finds the earliest; act: works off the earliest, each case as it stands in the transaction."""

    name: str
    due: Callable[[Tx, datetime, int], Sequence[DueItem]]
    act: Callable[[Tx, Tools, datetime, int], Worked]


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """How many rows were worked off, and how many were pushed ahead because they raised."""

    done: int = 0
    failed: int = 0

    def __add__(self, other: Swept) -> Swept:
        return Swept(done=self.done + other.done, failed=self.failed + other.failed)


DEADLINES = Kind(
    name="deadline", due=lambda tx, now, limit: tx.overdue_deadlines(now, limit), act=due_work.mark_missed
)  # fmt: skip
PROMISES = Kind(name="promise", due=lambda tx, now, limit: tx.due_promises(now, limit), act=due_work.fire_due)


def sweep(store: Store, tools: Tools, kind: Kind, now: datetime, stop: Callable[[], bool]) -> Swept:
    """Work off what is due, until a batch comes back short or `stop` says so. Raises: EnvironmentFault."""
    total = Swept()
    while not stop():
        batch = _batch(store, tools, kind, now)
        total += batch
        if batch.done + batch.failed < BATCH:
            break
    return total


def _batch(store: Store, tools: Tools, kind: Kind, now: datetime) -> Swept:
    for _ in range(TRIES):
        try:
            worked = store.run(lambda tx: kind.act(tx, tools, now, BATCH))
        except CaseConflict:
            continue
        except EnvironmentFault:
            raise
        except Exception:
            _log.exception("batch_failed", extra={"kind": kind.name})
            break
        for item, error in worked.failed:
            _push_ahead(store, kind, item, error, now)
        return Swept(done=worked.fired + worked.missed, failed=len(worked.failed))
    return _row_by_row(store, tools, kind, now)


def _row_by_row(store: Store, tools: Tools, kind: Kind, now: datetime) -> Swept:
    """Do the batch again, each row in a transaction of its own, so that a row that cannot be written stands alone."""
    total = Swept()
    for _ in range(BATCH):
        row = _one(store, tools, kind, now)
        if row == Swept():
            break
        total += row
    return total


def _one(store: Store, tools: Tools, kind: Kind, now: datetime) -> Swept:
    found: list[DueItem] = []

    def earliest(tx: Tx) -> Worked:
        found[:] = kind.due(tx, now, 1)
        return kind.act(tx, tools, now, 1)

    try:
        worked = store.run(earliest)
    except EnvironmentFault:
        raise
    except Exception as raised:
        if not found or is_passing(raised):
            raise
        worked = Worked(fired=0, missed=0, failed=((found[0], raised),))
    for item, error in worked.failed:
        _push_ahead(store, kind, item, error, now)
    return Swept(done=worked.fired + worked.missed, failed=len(worked.failed))


def _push_ahead(store: Store, kind: Kind, item: DueItem, error: Exception, now: datetime) -> None:
    """Push a row that raised ahead in its own transaction, and log it whole, once."""
    _log.error("due_row_failed", extra={"kind": kind.name, "case": item.case, "no": item.no}, exc_info=error)
    store.run(lambda tx: tx.postpone(item, now + POSTPONED_BY, f"{type(error).__name__}: {error}"))
