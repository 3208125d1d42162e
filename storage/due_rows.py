"""Due work in rows: what has come, what comes next, and pushing ahead what raised.

Every question is one range of a partial index over rows that still matter, whatever else the tables hold.

Several workers at once: SQLite has one writer anyway. On PostgreSQL a writing transaction that asks what is due takes the rows
of those cases, passing over cases that somebody holds; they come again. Promises are fired by one worker per programme at a
time, because what is due for one person on one day joins one mail, and two who do not see each other's mail would write two.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Table, bindparam, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.elements import TextClause

from engine.ports import DueItem
from storage.case_rows import CASES, PROGRAMMES, case_id
from storage.case_tables import PLANNED, WAKING, DeadlineRow, PromiseRow
from storage.columns import Instant, table_of
from storage.mapping import at_keys
from storage.mapping import update as prepared_update
from storage.outbox_tables import CLAIMED, QUEUED, MessageRow
from storage.statements import Line, Prepared

PROMISES = table_of(PromiseRow)
DEADLINES = table_of(DeadlineRow)
MESSAGES = table_of(MessageRow)


def _due(table: Table, instant: str, alive: TextClause, *, of: bool = False, take: bool = False) -> Prepared:
    columns: list[Any] = [CASES.c["number"], table.c["no"], table.c[instant]]
    statement = (
        select(*columns)
        .join_from(table, CASES, CASES.c["id"] == table.c["case_id"])
        .where(alive, table.c["wake_at"] <= bindparam("now", type_=Instant()))
        .order_by(table.c["wake_at"], table.c["case_id"], table.c["no"])
        .limit(bindparam("limit"))
    )
    if of:
        statement = statement.where(CASES.c["programme_id"] == func.any(bindparam("programmes", type_=ARRAY(Integer))))
    if take:
        statement = statement.with_for_update(of=CASES, skip_locked=True, key_share=True)
    return Prepared(statement, returns=columns)


def _earliest(table: Table, column: str, alive: TextClause) -> Prepared:
    # ORDER BY and LIMIT rather than min(): both databases then read one entry of the partial index.
    statement = select(table.c[column]).where(alive).order_by(table.c[column]).limit(1)
    return Prepared(statement, returns=[table.c[column]])


_DUE_PROMISES = _due(PROMISES, "due_at", PLANNED)
_OVERDUE_DEADLINES = _due(DEADLINES, "overdue_at", WAKING)
_TAKE_PROMISES = _due(PROMISES, "due_at", PLANNED, of=True, take=True)
_TAKE_DEADLINES = _due(DEADLINES, "overdue_at", WAKING, take=True)
_NEXT = (
    _earliest(PROMISES, "wake_at", PLANNED),
    _earliest(DEADLINES, "wake_at", WAKING),
    _earliest(MESSAGES, "not_before", QUEUED),
    _earliest(MESSAGES, "lease_until", CLAIMED),
)


def due_promises(line: Line, now: datetime, limit: int) -> Sequence[DueItem]:
    """Return planned promises whose time has come, neither held nor postponed, earliest first."""
    asked = {"now": now, "limit": limit}
    if not _takes(line):
        return _items(_DUE_PROMISES.rows(line, asked))
    programmes = _take_programmes(line, now, limit)
    return _items(_TAKE_PROMISES.rows(line, {**asked, "programmes": programmes})) if programmes else []


def overdue_deadlines(line: Line, now: datetime, limit: int) -> Sequence[DueItem]:
    """Return open deadlines whose `overdue_at` has come, earliest first."""
    statement = _TAKE_DEADLINES if _takes(line) else _OVERDUE_DEADLINES
    return _items(statement.rows(line, {"now": now, "limit": limit}))


def _takes(line: Line) -> bool:
    return line.writes and line.dialect.name == "postgresql"


def _take_programmes(line: Line, now: datetime, limit: int) -> list[int]:
    """Take programmes that have promises due and in which nobody else fires; return their ids."""
    tried: list[int] = []
    while waiting := _waiting_programmes(line, now, limit, tried):
        tried += waiting
        free = select(PROGRAMMES.c["id"]).where(PROGRAMMES.c["id"].in_(waiting)).order_by(PROGRAMMES.c["id"])
        taken = list(line.core.execute(free.with_for_update(skip_locked=True, key_share=True)).scalars())
        if taken:
            # Written, not only locked: whoever saw the rows as they were before this commit is refused and looks again.
            mine = PROGRAMMES.c["id"].in_(taken)
            line.core.execute(update(PROGRAMMES).where(mine).values(stamp=PROGRAMMES.c["stamp"]))
            return taken
    return []


def _waiting_programmes(line: Line, now: datetime, limit: int, tried: Sequence[int]) -> list[int]:
    first = (
        select(CASES.c["programme_id"])
        .join_from(PROMISES, CASES, CASES.c["id"] == PROMISES.c["case_id"])
        .where(PLANNED, PROMISES.c["wake_at"] <= literal(now, Instant()), CASES.c["programme_id"].not_in(tried))
        .order_by(PROMISES.c["wake_at"])
        .limit(limit)
        .subquery()
    )
    return list(line.core.execute(select(first.c["programme_id"]).distinct()).scalars())


def backlog(line: Line, now: datetime, most: int) -> int:
    """Return how many promises, deadlines and messages want to be looked at now, each kind counted up to `most`."""
    come = literal(now, Instant())
    kinds = (
        select(PROMISES.c["no"]).where(PLANNED, PROMISES.c["wake_at"] <= come),
        select(DEADLINES.c["no"]).where(WAKING, DEADLINES.c["wake_at"] <= come),
        select(MESSAGES.c["id"]).where(QUEUED, MESSAGES.c["not_before"] <= come),
        select(MESSAGES.c["id"]).where(CLAIMED, MESSAGES.c["lease_until"] < come),
    )
    counts = (select(func.count()).select_from(kind.limit(most).subquery()) for kind in kinds)
    return sum(int(line.core.execute(count).scalar_one()) for count in counts)


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
        if prepared_update(table, ("trouble", "wake_at"), ("case_id", "no")).run(
            line, {"wake_at": until, "trouble": why, **key}
        ):
            return


def _items(rows: Sequence[Sequence[Any]]) -> Sequence[DueItem]:
    return [DueItem(case=number, no=no, at=instant) for number, no, instant in rows]
