"""Questions of screens about cases: lists, counts, history. Answers are named tuples, which templates read fastest.

Called within `store.read`: `store.read(lambda tx: reads.cases(tx, programme="aal"))`. Who may see what is asked before, in
`engine.policy`; nothing here knows readers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, func, literal, literal_column, or_, select, tuple_
from sqlalchemy.sql.elements import ColumnElement

from engine.entry import Private, Sealed
from engine.ports import Tx
from engine.replay import reveal
from storage.case_rows import CASES, PROGRAMMES, VERSIONS, case_id
from storage.case_tables import OPEN_DEADLINES, WITHIN_CASE
from storage.company_rows import COORDINATOR, PARTIES, SEATS
from storage.due_rows import DEADLINES
from storage.statements import Line
from storage.transaction import SqlTx
from storage.writing import HISTORY, PRIVATES

PAGE = 50


class CaseLine(NamedTuple):
    """A case in a list. id: for paging; coordinator: key of a person; next_on: earliest day on which something is due."""

    id: int
    number: str
    programme: str
    title: str
    phase: str
    phase_since: date | None
    revision: int
    opened_on: date | None
    closed_on: date | None
    outcome: str
    version: str
    version_number: int
    coordinator: str | None
    next_on: date | None


class EntryLine(NamedTuple):
    """An entry of a history. entry: the body with names and texts put back; an erased one reads `(erased)`."""

    no: int
    kind: str
    recorded_at: datetime
    happened_at: datetime
    actor_key: str
    transition: str
    source: str
    target: str
    previous: str
    hash: str
    entry: dict[str, Any]


class PhaseCount(NamedTuple):
    """How many cases of a programme stand in a phase; closed ones count by outcome too."""

    programme: str
    phase: str
    outcome: str
    cases: int


class HeadLine(NamedTuple):
    """The last entry of a case."""

    case: str
    entry: int
    hash: str


def line_of(tx: Tx) -> Line:
    """Return the connection of a transaction of ours."""
    assert isinstance(tx, SqlTx), "questions of screens are asked of a SQL store"
    return tx.line


def keys(columns: Sequence[Any], values: Sequence[Any]) -> tuple[Any, Any]:
    """Return the ordering columns and one line's values of them as row values, for a page that starts after that line."""
    given = (literal(value, column.type) for column, value in zip(columns, values, strict=True))
    return tuple_(*columns), tuple_(*given)


def cases(
    tx: Tx,
    *,
    programme: str = "",
    phase: str = "",
    person: str = "",
    words: str = "",
    organisation: int = 0,
    is_open: bool | None = None,
    before: int = 0,
    limit: int = PAGE,
) -> Sequence[CaseLine]:
    """Return cases, newest first. person: holds a seat in it now; words: part of title or number; organisation: id of one
    that has a part in it, now or once; before: id of the last one on the page before, 0 for the first page.
    """
    wanted: list[ColumnElement[bool]] = []
    if programme:
        wanted.append(PROGRAMMES.c["key"] == programme)
    if phase:
        wanted.append(CASES.c["phase"] == phase)
    if person:
        seated = select(SEATS.c["case_id"]).where(SEATS.c["person"] == person, SEATS.c["ended_on"].is_(None))
        wanted.append(CASES.c["id"].in_(seated))
    if words:
        places = (func.lower(CASES.c["title"]), func.lower(CASES.c["number"]))
        wanted.append(or_(*(place.contains(words.lower(), autoescape=True) for place in places)))
    if organisation:
        taking_part = select(PARTIES.c["case_id"]).where(PARTIES.c["organisation"] == organisation)
        wanted.append(CASES.c["id"].in_(taking_part))
    if is_open is not None:
        wanted.append(CASES.c["closed_on"].is_(None) if is_open else CASES.c["closed_on"].is_not(None))
    if before:
        wanted.append(CASES.c["id"] < before)
    statement = _case_lines().where(*wanted).order_by(CASES.c["id"].desc()).limit(limit)
    return [CaseLine._make(row) for row in line_of(tx).core.execute(statement)]


@cache
def _case_lines() -> Any:
    plain = ("title", "phase", "phase_since", "revision", "opened_on", "closed_on", "outcome")
    coordinator = (
        select(func.min(SEATS.c["person"]))
        .where(SEATS.c["case_id"] == CASES.c["id"], SEATS.c["role"] == COORDINATOR, SEATS.c["ended_on"].is_(None))
        .scalar_subquery()
    )
    # `+ 0` on both sides: compared with a plain column, which has a type, SQLite cannot search the index of an expression.
    next_on = (
        select(func.min(DEADLINES.c["due_on"]))
        .where(literal_column(WITHIN_CASE.replace("case_id", "deadline.case_id"), Integer) == CASES.c["id"] + 0, OPEN_DEADLINES)
        .scalar_subquery()
    )
    return (
        select(
            CASES.c["id"],
            CASES.c["number"],
            PROGRAMMES.c["key"],
            *(CASES.c[name] for name in plain),
            VERSIONS.c["key"],
            VERSIONS.c["number"],
            coordinator,
            next_on,
        )
        .join_from(CASES, PROGRAMMES, PROGRAMMES.c["id"] == CASES.c["programme_id"])
        .join(VERSIONS, VERSIONS.c["id"] == CASES.c["version_id"])
    )


def counts(tx: Tx, programme: str = "") -> Sequence[PhaseCount]:
    """Return the number of cases by programme, phase and outcome."""
    columns = (PROGRAMMES.c["key"], CASES.c["phase"], CASES.c["outcome"])
    statement = (
        select(*columns, func.count())
        .join_from(CASES, PROGRAMMES, PROGRAMMES.c["id"] == CASES.c["programme_id"])
        .group_by(*columns)
        .order_by(*columns)
    )
    if programme:
        statement = statement.where(PROGRAMMES.c["key"] == programme)
    return [PhaseCount._make(row) for row in line_of(tx).core.execute(statement)]


def heads(tx: Tx) -> Sequence[HeadLine]:
    """Return the last entry of every opened case."""
    columns = [CASES.c[name] for name in ("number", "revision", "head")]
    statement = select(*columns).where(CASES.c["revision"] > 0).order_by(CASES.c["id"])
    return [HeadLine._make(row) for row in line_of(tx).core.execute(statement)]


def history(tx: Tx, number: str, *, after: int = 0, limit: int | None = None) -> Sequence[EntryLine]:
    """Return the entries of a case in order, after entry number `after`. Raises: NotFound."""
    line = line_of(tx)
    found = []
    for row, privates in _entries(line, case_id(line, number), after, limit):
        values = {name: row[name] for name in EntryLine._fields if name != "entry"}
        found.append(EntryLine(**values, entry=reveal(row["body"], privates)))
    return found


def sealed(tx: Tx, number: str) -> Sequence[Sealed]:
    """Return the chain of a case with all private texts, erased ones too, for `engine.chain.verify`. Raises: NotFound."""
    line = line_of(tx)
    return sealed_from(line, case_id(line, number))


def sealed_from(line: Line, case: int, *, after: int = 0, limit: int | None = None) -> Sequence[Sealed]:
    """Return the chain of a case by its id, after an entry and at most so many."""
    found = []
    for row, privates in _entries(line, case, after, limit):
        values = {name: row[name] for name in ("no", "kind", "body", "previous", "hash", "recorded_at", "happened_at")}
        shown = {name: row[name] for name in ("actor_key", "transition", "source", "target")}
        found.append(Sealed(**values, privates=tuple(privates), shown=shown))
    return found


def _entries(line: Line, case: int, after: int, limit: int | None) -> Iterator[tuple[Mapping[Any, Any], Sequence[Private]]]:
    mine = (HISTORY.c["case_id"] == case) & (HISTORY.c["no"] > after)
    rows = line.core.execute(select(HISTORY).where(mine).order_by(HISTORY.c["no"]).limit(limit)).mappings().all()
    if not rows:
        return
    privates: dict[int, list[Private]] = {}
    theirs = (PRIVATES.c["case_id"] == case) & PRIVATES.c["entry_no"].between(rows[0]["no"], rows[-1]["no"])
    for private in line.core.execute(select(PRIVATES).where(theirs).order_by(PRIVATES.c["path"])).mappings():
        kept = {name: private[name] for name in ("path", "salt", "digest", "value")}
        privates.setdefault(private["entry_no"], []).append(Private(**kept))
    for row in rows:
        yield row, privates.get(row["no"], [])
