"""Questions of an auditor: every chain as it is stored, and the signed lists beside it. Anything may be damaged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.elements import ColumnElement

from engine.entry import Sealed
from engine.heads import SignedHead
from engine.ports import Tx
from storage.case_rows import CASES, PROGRAMMES
from storage.head_rows import HEADS
from storage.reads import line_of, sealed_from
from storage.writing import HISTORY

UNREADABLE = (DBAPIError, ValueError, TypeError, OverflowError)


class ChainLine(NamedTuple):
    """A case as its own row has it: number, how many entries, hash of the last."""

    id: int
    case: str
    entries: int
    head: str


def chains(tx: Tx) -> Sequence[ChainLine]:
    """Return every case of the installation."""
    columns = [CASES.c[name] for name in ("id", "number", "revision", "head")]
    return [ChainLine._make(row) for row in line_of(tx).core.execute(select(*columns).order_by(CASES.c["id"]))]


def chains_of(tx: Tx, programme: str, *, after: int = 0, limit: int) -> Sequence[ChainLine]:
    """Return the cases of a programme by id, from the one after."""
    columns = [CASES.c[name] for name in ("id", "number", "revision", "head")]
    statement = select(*columns).join_from(CASES, PROGRAMMES, PROGRAMMES.c["id"] == CASES.c["programme_id"])
    chosen = statement.where(PROGRAMMES.c["key"] == programme, CASES.c["id"] > after).order_by(CASES.c["id"]).limit(limit)
    return [ChainLine._make(row) for row in line_of(tx).core.execute(chosen)]


def chain_of(tx: Tx, case: int) -> ChainLine:
    """Return one case by its id."""
    columns = [CASES.c[name] for name in ("id", "number", "revision", "head")]
    return ChainLine._make(line_of(tx).core.execute(select(*columns).where(CASES.c["id"] == case)).one())


def strays(tx: Tx) -> Sequence[tuple[int, int]]:
    """Return the ids of cases that are not there and yet have entries, each with its first entry."""
    known = select(CASES.c["id"])
    statement = select(HISTORY.c["case_id"], func.min(HISTORY.c["no"])).where(HISTORY.c["case_id"].not_in(known))
    return [(row[0], row[1]) for row in line_of(tx).core.execute(statement.group_by(HISTORY.c["case_id"]))]


def entries(tx: Tx, case: int) -> tuple[Sequence[Sealed], int]:
    """Return the chain of a case, and the number of the entry at which it cannot be read any further, 0 where it all can."""
    line = line_of(tx)
    with _any_bytes(tx):
        try:
            return sealed_from(line, case), 0
        except UNREADABLE:
            found: list[Sealed] = []
        try:
            while some := sealed_from(line, case, after=found[-1].no if found else 0, limit=1):
                found += some
        except UNREADABLE:
            return found, (found[-1].no if found else 0) + 1
        return found, 0


@contextmanager
def _any_bytes(tx: Tx) -> Iterator[None]:
    """Let SQLite hand out text that is none: it is compared with what was sealed, and differs."""
    line = line_of(tx)
    if line.dialect.name != "sqlite":
        yield
        return
    driver = line.core.connection.driver_connection
    assert driver is not None
    usual, driver.text_factory = driver.text_factory, lambda found: found.decode(errors="replace")
    try:
        yield
    finally:
        driver.text_factory = usual


def signed_days(tx: Tx) -> Sequence[date]:
    """Return the days whose heads are stored."""
    return list(line_of(tx).core.execute(select(HEADS.c["day"]).distinct().order_by(HEADS.c["day"])).scalars())


def stored_heads(tx: Tx, day: date) -> Sequence[SignedHead]:
    """Return a day's stored list in its order, each line beside what stands there now."""
    return [head for _, head in _stored(tx, HEADS.c["day"] == day)]


def heads_of(tx: Tx, case: int) -> Sequence[tuple[date, SignedHead]]:
    """Return what the stored lists say about one case, with their days."""
    return _stored(tx, HEADS.c["case_id"] == case)


def _stored(tx: Tx, chosen: ColumnElement[bool]) -> Sequence[tuple[date, SignedHead]]:
    columns = [HEADS.c[name] for name in ("day", "number", "entry_no", "hash", "signature")]
    there = (HISTORY.c["case_id"] == HEADS.c["case_id"]) & (HISTORY.c["no"] == HEADS.c["entry_no"])
    statement = (
        select(*columns, CASES.c["number"], HISTORY.c["hash"])
        .select_from(HEADS)
        .outerjoin(CASES, CASES.c["id"] == HEADS.c["case_id"])
        .outerjoin(HISTORY, there)
        .where(chosen)
        .order_by(HEADS.c["day"], HEADS.c["case_id"])
    )
    names = ("number", "entry", "hash", "signature", "case_now", "hash_now")
    with _any_bytes(tx):
        found = line_of(tx).core.execute(statement).all()
    return [(day, SignedHead(**dict(zip(names, line, strict=True)))) for day, *line in found]


def opened_before(tx: Tx, day: date) -> Sequence[str]:
    """Return the cases that were opened before a day began (UTC), which every list of that day names."""
    first = (HISTORY.c["case_id"] == CASES.c["id"]) & (HISTORY.c["no"] == 1)
    begun = HISTORY.c["recorded_at"] < datetime.combine(day, time(), UTC)
    statement = select(CASES.c["number"]).join_from(CASES, HISTORY, first).where(begun).order_by(CASES.c["id"])
    return list(line_of(tx).core.execute(statement).scalars())
