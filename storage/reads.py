"""Questions of screens about cases: lists, counts, history. Answers are named tuples, which templates read fastest.

Called within `store.read`: `store.read(lambda tx: reads.cases(tx, programme="aal"))`. Who may see what is asked before, in
`engine.policy`; nothing here knows readers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, bindparam, func, literal, literal_column, or_, select, tuple_
from sqlalchemy.sql.elements import ColumnElement

from engine.entry import Private, Sealed
from engine.ports import Tx
from engine.replay import reveal
from storage.case_rows import CASES, PROGRAMMES, VERSIONS, case_id
from storage.case_tables import OPEN_DEADLINES, SEATED, WITHIN_CASE
from storage.company_rows import COORDINATOR, PARTIES, SEATS
from storage.due_rows import DEADLINES
from storage.entry_rows import entries
from storage.mapping import bool_of
from storage.statements import Line, Prepared
from storage.transaction import SqlTx

PAGE = 50
_LIKE_MARKS = re.compile(r"[/%_]")


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
    asked: dict[str, Any] = {
        "programme": programme, "phase": phase, "person": person, "organisation": organisation, "before": before,
    }  # fmt: skip
    asked = {name: value for name, value in asked.items() if value}
    if words:
        asked["words"] = f"%{_LIKE_MARKS.sub(_escaped, words.lower())}%"
    if is_open is not None:
        asked["open" if is_open else "closed"] = True
    rows = _cases_by(frozenset(asked)).rows(line_of(tx), {**asked, "limit": limit})
    return [CaseLine._make(row) for row in rows]


def _escaped(mark: re.Match[str]) -> str:
    return f"/{mark[0]}"


@cache
def _cases_by(asked: frozenset[str]) -> Prepared:
    """Return the statement for a set of filters, made once: building it anew would take longer than it takes to run."""
    conditions: Mapping[str, Callable[[], ColumnElement[bool]]] = {
        "programme": _is_in,
        "phase": lambda: bool_of(CASES.c["phase"] == bindparam("phase")),
        "person": _is_seated,
        "words": lambda: or_(*(func.lower(CASES.c[name]).like(bindparam("words"), escape="/") for name in ("title", "number"))),
        "organisation": _takes_part,
        "open": lambda: CASES.c["closed_on"].is_(None),
        "closed": lambda: CASES.c["closed_on"].is_not(None),
        "before": lambda: bool_of(CASES.c["id"] < bindparam("before")),
    }
    wanted = [condition() for name, condition in conditions.items() if name in asked]
    columns = case_columns()
    statement = (
        select(*columns)
        .join_from(CASES, PROGRAMMES, PROGRAMMES.c["id"] == CASES.c["programme_id"] + 0)
        .join(VERSIONS, VERSIONS.c["id"] == CASES.c["version_id"] + 0)
        .where(*wanted)
        .order_by(CASES.c["id"].desc())
        .limit(bindparam("limit"))
    )
    return Prepared(statement, returns=columns)


def _is_in() -> ColumnElement[bool]:
    # By the programme's id, and joined by `+ 0`: so cases are walked in the order of the list, and none has to be sorted.
    its_id = select(PROGRAMMES.c["id"]).where(PROGRAMMES.c["key"] == bindparam("programme")).scalar_subquery()
    return bool_of(CASES.c["programme_id"] == its_id)


def _is_seated() -> ColumnElement[bool]:
    return CASES.c["id"].in_(seated_in(bindparam("person")))


def seated_in(person: Any) -> Any:
    """Return the question for the cases in which a person has a seat now: text, or a parameter of a prepared statement."""
    # `SEATED` word for word, or SQLite cannot tell that the index over filled seats holds them all.
    return select(SEATS.c["case_id"]).where(SEATS.c["person"] == person, SEATED)


def _takes_part() -> ColumnElement[bool]:
    taking_part = select(PARTIES.c["case_id"]).where(PARTIES.c["organisation"] == bindparam("organisation"))
    return CASES.c["id"].in_(taking_part)


def case_columns() -> list[Any]:
    """Return the columns of `CaseLine`, of cases joined with their programme and version."""
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
    case = (CASES.c["id"], CASES.c["number"], PROGRAMMES.c["key"], *(CASES.c[name] for name in plain))
    return [*case, VERSIONS.c["key"], VERSIONS.c["number"], coordinator, next_on]


def counts(tx: Tx, programme: str = "", *, person: str = "") -> Sequence[PhaseCount]:
    """Return the number of cases by programme, phase and outcome. person: only those in which it holds a seat now."""
    columns = (PROGRAMMES.c["key"], CASES.c["phase"], CASES.c["outcome"])
    statement = (
        select(*columns, func.count())
        .join_from(CASES, PROGRAMMES, PROGRAMMES.c["id"] == CASES.c["programme_id"])
        .group_by(*columns)
        .order_by(*columns)
    )
    if programme:
        statement = statement.where(PROGRAMMES.c["key"] == programme)
    if person:
        statement = statement.where(_is_seated()).params(person=person)
    return [PhaseCount._make(row) for row in line_of(tx).core.execute(statement)]


def heads(tx: Tx) -> Sequence[HeadLine]:
    """Return the last entry of every opened case."""
    columns = [CASES.c[name] for name in ("number", "revision", "head")]
    statement = select(*columns).where(CASES.c["revision"] > 0).order_by(CASES.c["id"])
    return [HeadLine._make(row) for row in line_of(tx).core.execute(statement)]


def history(tx: Tx, number: str, *, after: int = 0, limit: int | None = None) -> Sequence[EntryLine]:
    """Return the entries of a case in order, after entry number `after`. Raises: NotFound."""
    found = []
    line = line_of(tx)
    for (*row, body), privates in entries(line, case_id(line, number), after, limit):
        words = {path: value for path, _salt, _digest, value in privates if value is not None}
        found.append(EntryLine._make((*row, reveal(body, words))))
    return found


def sealed(tx: Tx, number: str) -> Sequence[Sealed]:
    """Return the chain of a case with all private texts, erased ones too, for `engine.chain.verify`. Raises: NotFound."""
    line = line_of(tx)
    return sealed_from(line, case_id(line, number))


def sealed_from(line: Line, case: int, *, after: int = 0, limit: int | None = None) -> Sequence[Sealed]:
    """Return the chain of a case by its id, after an entry and at most so many."""
    found = []
    for (*row, body), privates in entries(line, case, after, limit):
        named = dict(zip(EntryLine._fields, row, strict=False))
        kept = {name: named[name] for name in ("no", "kind", "previous", "hash", "recorded_at", "happened_at")}
        shown = {name: named[name] for name in ("actor_key", "transition", "source", "target")}
        words = tuple(Private(path=path, salt=salt, digest=digest, value=value) for path, salt, digest, value in privates)
        found.append(Sealed(body=body, privates=words, shown=shown, **kept))
    return found
