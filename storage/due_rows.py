"""Due work in rows: what has come, what comes next, and pushing ahead what raised.

Every question is one range of a partial index over rows that still matter, whatever else the tables hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, select
from sqlalchemy.sql.elements import TextClause

from engine.ports import DueItem
from storage.case_rows import CASES, case_id
from storage.case_tables import PLANNED, WAKING, DeadlineRow, PromiseRow
from storage.columns import Instant, table_of
from storage.mapping import at_keys, update
from storage.outbox_tables import CLAIMED, QUEUED, MessageRow
from storage.statements import Line, Prepared

PROMISES = table_of(PromiseRow)
DEADLINES = table_of(DeadlineRow)
MESSAGES = table_of(MessageRow)


def _due(table: Table, instant: str, alive: TextClause) -> Prepared:
    columns: list[Any] = [CASES.c["number"], table.c["no"], table.c[instant]]
    statement = (
        select(*columns)
        .join_from(table, CASES, CASES.c["id"] == table.c["case_id"])
        .where(alive, table.c["wake_at"] <= bindparam("now", type_=Instant()))
        .order_by(table.c["wake_at"], table.c["case_id"], table.c["no"])
        .limit(bindparam("limit"))
    )
    return Prepared(statement, returns=columns)


def _earliest(table: Table, column: str, alive: TextClause) -> Prepared:
    # ORDER BY and LIMIT rather than min(): both databases then read one entry of the partial index.
    statement = select(table.c[column]).where(alive).order_by(table.c[column]).limit(1)
    return Prepared(statement, returns=[table.c[column]])


_DUE_PROMISES = _due(PROMISES, "due_at", PLANNED)
_OVERDUE_DEADLINES = _due(DEADLINES, "overdue_at", WAKING)
_NEXT = (
    _earliest(PROMISES, "wake_at", PLANNED),
    _earliest(DEADLINES, "wake_at", WAKING),
    _earliest(MESSAGES, "not_before", QUEUED),
    _earliest(MESSAGES, "lease_until", CLAIMED),
)


def due_promises(line: Line, now: datetime, limit: int) -> Sequence[DueItem]:
    """Return planned promises whose time has come, neither held nor postponed, earliest first."""
    return _items(_DUE_PROMISES.rows(line, {"now": now, "limit": limit}))


def overdue_deadlines(line: Line, now: datetime, limit: int) -> Sequence[DueItem]:
    """Return open deadlines whose `overdue_at` has come, earliest first."""
    return _items(_OVERDUE_DEADLINES.rows(line, {"now": now, "limit": limit}))


def next_due(line: Line) -> datetime | None:
    """Return the earliest instant of a promise, deadline, queued message or lapsing lease; None where nothing is pending."""
    found = [row[0] for statement in _NEXT if (row := statement.first(line, {})) is not None]
    return min(found, default=None)


def postpone(line: Line, item: DueItem, until: datetime, why: str) -> None:
    """Look at a promise or deadline again at `until` only, and keep why.

    It is no part of the case (its instant stands, history knows nothing): the next change of that instant takes it away.
    """
    key = at_keys(case_id=case_id(line, item.case), no=item.no)
    for table in (PROMISES, DEADLINES):
        if update(table, ("trouble", "wake_at"), ("case_id", "no")).run(line, {"wake_at": until, "trouble": why, **key}):
            return


def _items(rows: Sequence[Sequence[Any]]) -> Sequence[DueItem]:
    return [DueItem(case=number, no=no, at=instant) for number, no, instant in rows]
