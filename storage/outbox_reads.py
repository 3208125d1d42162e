"""Questions of screens about mail: lists by state, of a case or person; the tries of one message; workers' signs of life."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import exists, func, select
from sqlalchemy.sql.elements import ColumnElement

from engine.ports import Tx
from storage.case_rows import PROGRAMMES, case_id
from storage.due_rows import MESSAGES, PROMISES
from storage.head_rows import WORKERS
from storage.outbox_rows import ATTEMPTS, LINKS
from storage.reads import PAGE, keys, line_of


class MessageLine(NamedTuple):
    """A message in a list, without its words."""

    id: str
    programme: str
    recipient: str
    address: str
    language: str
    subject: str
    code: str
    thread: str
    day: date
    state: str
    not_before: datetime
    created_at: datetime
    ended_at: datetime | None
    attempts: int
    uncertain: bool
    last_words: str


class AttemptLine(NamedTuple):
    """One try to send."""

    at: datetime
    outcome: str
    code: int
    words: str


class StateCount(NamedTuple):
    """How many messages stand in a state."""

    state: str
    messages: int


class WorkerLine(NamedTuple):
    """A worker's last sign of life."""

    name: str
    seen_at: datetime
    note: str


_MESSAGE = [PROGRAMMES.c["key"] if name == "programme" else MESSAGES.c[name] for name in MessageLine._fields]


def messages(
    tx: Tx,
    *,
    programme: str = "",
    state: str = "",
    recipient: str = "",
    case: str = "",
    alone: bool = False,
    unanswered: bool = False,
    before: tuple[datetime, str] | None = None,
    limit: int = PAGE,
) -> Sequence[MessageLine]:
    """Return messages, newest first. Raises: NotFound.

    alone: only those that tell of no case but `case`; unanswered: only those of which something has not been promised again
    since; before: (created_at, id) of the last line of the page before.
    """
    line = line_of(tx)
    wanted: list[ColumnElement[bool]] = []
    if programme:
        wanted.append(PROGRAMMES.c["key"] == programme)
    if state:
        wanted.append(MESSAGES.c["state"] == state)
    if recipient:
        wanted.append(MESSAGES.c["recipient"] == recipient)
    if case:
        # Through the case's promises, which lie together; the link table is ordered by message.
        here = case_id(line, case)
        theirs = select(PROMISES.c["message"]).where(PROMISES.c["case_id"] == here)
        wanted.append(MESSAGES.c["id"].in_(theirs))
        if alone:
            others = exists().where(LINKS.c["message_id"] == MESSAGES.c["id"], LINKS.c["case_id"] != here)
            wanted.append(~others)
    if unanswered:
        wanted.append(_unanswered())
    order = (MESSAGES.c["created_at"], MESSAGES.c["id"])
    if before is not None:
        last, there = keys(order, before)
        wanted.append(last < there)
    statement = (
        select(*_MESSAGE)
        .join_from(MESSAGES, PROGRAMMES, PROGRAMMES.c["id"] == MESSAGES.c["programme_id"])
        .where(*wanted)
        .order_by(*(column.desc() for column in order))
        .limit(limit)
    )
    return [MessageLine._make(row) for row in line.core.execute(statement)]


def _unanswered() -> ColumnElement[bool]:
    again = exists().where(PROMISES.c["case_id"] == LINKS.c["case_id"], PROMISES.c["resend_of"] == LINKS.c["promise_no"])
    return exists().where(LINKS.c["message_id"] == MESSAGES.c["id"], ~again)


def attempts(tx: Tx, message_id: str) -> Sequence[AttemptLine]:
    """Return every try of a message, oldest first."""
    columns = [ATTEMPTS.c[name] for name in AttemptLine._fields]
    statement = select(*columns).where(ATTEMPTS.c["message_id"] == message_id).order_by(ATTEMPTS.c["id"])
    return [AttemptLine._make(row) for row in line_of(tx).core.execute(statement)]


def message_counts(tx: Tx, programme: str = "") -> Sequence[StateCount]:
    """Return the number of messages by state."""
    statement = (
        select(MESSAGES.c["state"], func.count())
        .join_from(MESSAGES, PROGRAMMES, PROGRAMMES.c["id"] == MESSAGES.c["programme_id"])
        .group_by(MESSAGES.c["state"])
        .order_by(MESSAGES.c["state"])
    )
    if programme:
        statement = statement.where(PROGRAMMES.c["key"] == programme)
    return [StateCount._make(row) for row in line_of(tx).core.execute(statement)]


def workers(tx: Tx) -> Sequence[WorkerLine]:
    """Return every worker that has ever been seen, latest first."""
    columns = [WORKERS.c[name] for name in WorkerLine._fields]
    statement = select(*columns).order_by(WORKERS.c["seen_at"].desc(), WORKERS.c["name"])
    return [WorkerLine._make(row) for row in line_of(tx).core.execute(statement)]
