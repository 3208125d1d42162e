"""Bulk moves in rows: what was asked, which cases wait, what became of each. Called within `store.read` or `store.run`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, insert, select, update

from engine.errors import NotFound
from engine.ports import Tx
from storage.bulk_tables import BulkCaseRow, BulkRow
from storage.case_rows import PROGRAMMES, programme_id
from storage.columns import table_of
from storage.reads import line_of

BULKS = table_of(BulkRow)
BULK_CASES = table_of(BulkCaseRow)
WAITING = "waiting"


class Bulk(NamedTuple):
    """What was asked. programme, person: keys; facts: as typed; seen_at: when the plan was confirmed."""

    id: int
    programme: str
    person: str
    transition: str
    reason: str
    facts: Mapping[str, Any]
    seen_at: datetime


class BulkCase(NamedTuple):
    """One case of it. state: waiting, moved, refused, changed, failed; entry: 0 until moved; sentence: why not, else empty."""

    place: int
    number: str
    title: str
    revision: int
    state: str
    entry: int
    sentence: str


def start(
    tx: Tx, programme: str, person: str, transition: str, reason: str, facts: Mapping[str, Any], cases: Iterable[BulkCase],
    now: datetime,
) -> int:  # fmt: skip
    """Note a bulk move with its cases and return its number."""
    line = line_of(tx)
    values = {"programme_id": programme_id(line, programme), "person": person, "transition": transition, "reason": reason}
    row = insert(BULKS).values(**values, facts=dict(facts), seen_at=now, touched_at=now).returning(BULKS.c["id"])
    bulk_id = int(line.core.execute(row).scalar_one())
    rows = [{"bulk_id": bulk_id, **case._asdict()} for case in cases]
    if rows:
        line.core.execute(insert(BULK_CASES), rows)
    return bulk_id


def bulk(tx: Tx, bulk_id: int) -> Bulk:
    """Return what was asked under a number. Raises: NotFound."""
    columns = (BULKS.c["id"], PROGRAMMES.c["key"], *(BULKS.c[name] for name in Bulk._fields[2:]))
    statement = select(*columns).join_from(BULKS, PROGRAMMES, PROGRAMMES.c["id"] == BULKS.c["programme_id"])
    found = line_of(tx).core.execute(statement.where(BULKS.c["id"] == bulk_id)).first()
    if found is None:
        raise NotFound(f"there is no bulk move {bulk_id}", bulk=bulk_id)
    return Bulk._make(found)


def take(tx: Tx, bulk_id: int, now: datetime, limit: int) -> Sequence[BulkCase]:
    """Return the next cases that wait, for this transaction alone: a second one that takes waits until this one has ended."""
    core = line_of(tx).core
    core.execute(update(BULKS).where(BULKS.c["id"] == bulk_id).values(touched_at=now))
    mine = (BULK_CASES.c["bulk_id"] == bulk_id) & (BULK_CASES.c["state"] == WAITING)
    statement = select(*_CASE).where(mine).order_by(BULK_CASES.c["place"]).limit(limit)
    return [BulkCase._make(row) for row in core.execute(statement)]


def note(tx: Tx, bulk_id: int, case: BulkCase) -> None:
    """Note what became of one case."""
    mine = (BULK_CASES.c["bulk_id"] == bulk_id) & (BULK_CASES.c["place"] == case.place)
    values = {"state": case.state, "entry": case.entry, "sentence": case.sentence}
    line_of(tx).core.execute(update(BULK_CASES).where(mine).values(**values))


def counts(tx: Tx, bulk_id: int) -> Mapping[str, int]:
    """Return how many cases of a bulk move are in each state."""
    statement = select(BULK_CASES.c["state"], func.count()).where(BULK_CASES.c["bulk_id"] == bulk_id)
    return {row[0]: row[1] for row in line_of(tx).core.execute(statement.group_by(BULK_CASES.c["state"]))}


def cases(tx: Tx, bulk_id: int, *, after: int = 0, limit: int = 1_000) -> Sequence[BulkCase]:
    """Return the cases of a bulk move in their order. after: place of the last one before."""
    mine = (BULK_CASES.c["bulk_id"] == bulk_id) & (BULK_CASES.c["place"] > after)
    statement = select(*_CASE).where(mine).order_by(BULK_CASES.c["place"]).limit(limit)
    return [BulkCase._make(row) for row in line_of(tx).core.execute(statement)]


_CASE = tuple(BULK_CASES.c[name] for name in BulkCase._fields)
