"""Questions of `doctor`: whether the clocks agree, what is stuck, and how far the calendars reach."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import NamedTuple

from sqlalchemy import func, literal, select, text

from engine.ports import Tx
from storage.case_rows import CASES, PROGRAMMES
from storage.case_tables import PLANNED, WAKING
from storage.columns import Instant
from storage.due_rows import DEADLINES, MESSAGES, PROMISES
from storage.outbox_rows import LINKS
from storage.outbox_tables import CLAIMED, QUEUED
from storage.programme_rows import DAYS
from storage.reads import line_of


class Stuck(NamedTuple):
    """Work that nobody has done although its time has come. unnoted: promises that wait for a mail that has left."""

    promises: int
    deadlines: int
    troubled: int
    unsent: int
    lapsed: int
    unnoted: int


class CalendarEnd(NamedTuple):
    """The last free day that a programme's calendar knows, None where it knows none."""

    programme: str
    last: date | None


def database_time(tx: Tx) -> datetime | None:
    """Return what time the database server thinks it is; None on SQLite, which has no clock of its own."""
    line = line_of(tx)
    if line.dialect.name == "sqlite":
        return None
    found: datetime = line.core.execute(text("SELECT clock_timestamp()")).scalar_one()
    return found.astimezone(UTC)


def stuck(tx: Tx, since: datetime) -> Stuck:
    """Count what has been due since an instant or longer, what was pushed ahead, and what a mail's end was not noted in."""
    line, come = line_of(tx), literal(since, Instant())
    left = (
        select(PROMISES.c["no"])
        .join_from(LINKS, MESSAGES, MESSAGES.c["id"] == LINKS.c["message_id"])
        .join(PROMISES, (PROMISES.c["case_id"] == LINKS.c["case_id"]) & (PROMISES.c["no"] == LINKS.c["promise_no"]))
        .where(text("message.state = 'sent'"), text("promise.state = 'queued'"))
    )
    questions = (
        select(PROMISES.c["no"]).where(PLANNED, PROMISES.c["wake_at"] < come),
        select(DEADLINES.c["no"]).where(WAKING, DEADLINES.c["wake_at"] < come),
        select(PROMISES.c["no"]).where(PLANNED, PROMISES.c["trouble"] != "").union_all(
            select(DEADLINES.c["no"]).where(WAKING, DEADLINES.c["trouble"] != "")
        ),
        select(MESSAGES.c["id"]).where(QUEUED, MESSAGES.c["not_before"] < come),
        select(MESSAGES.c["id"]).where(CLAIMED, MESSAGES.c["lease_until"] < come),
        left,
    )  # fmt: skip
    counts = (select(func.count()).select_from(question.subquery()) for question in questions)
    return Stuck(*(int(line.core.execute(count).scalar_one()) for count in counts))


def first_trouble(tx: Tx) -> tuple[str, int, str]:
    """Return case, number and trouble of a row that was pushed ahead; empty ones where there is none."""
    for table, alive in ((PROMISES, PLANNED), (DEADLINES, WAKING)):
        first = (
            select(CASES.c["number"], table.c["no"], table.c["trouble"])
            .join_from(table, CASES, CASES.c["id"] == table.c["case_id"])
            .where(alive, table.c["trouble"] != "")
            .limit(1)
        )
        found = line_of(tx).core.execute(first).first()
        if found is not None:
            return found[0], found[1], found[2]
    return "", 0, ""


def calendar_ends(tx: Tx) -> list[CalendarEnd]:
    """Return the last free day of each programme's calendar, by programme."""
    last = func.max(DAYS.c["day"])
    statement = (
        select(PROGRAMMES.c["key"], last)
        .join_from(PROGRAMMES, DAYS, (DAYS.c["programme_id"] == PROGRAMMES.c["id"]) & (DAYS.c["kind"] == "free"), isouter=True)
        .group_by(PROGRAMMES.c["key"])
        .order_by(PROGRAMMES.c["key"])
    )
    return [CalendarEnd(*row) for row in line_of(tx).core.execute(statement)]
