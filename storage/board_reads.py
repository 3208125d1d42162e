"""Questions of the board: cases of one phase through its filters, newest first, and how many there are.

Every question walks the index of programme and phase from its newest end and stops when the page is full. Where a filter fits
few cases (some late deadlines, words that few have), their ids are taken first and only they are looked at.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, exists, func, literal_column, or_, select

from engine.policy import Reach
from engine.ports import Tx
from engine.search_words import asked
from storage import search
from storage.case_rows import CASES, PROGRAMMES, VERSIONS, programme_id
from storage.case_tables import OPEN_DEADLINES, SLIPPED, WITHIN_CASE
from storage.due_rows import DEADLINES
from storage.mapping import bool_of
from storage.reads import case_columns, line_of, seated_in
from storage.statements import Line

SOON = timedelta(days=7)
STATES = ("late", "risk", "soon", "none")
FEW = 2000
WORDS_FOUND = 1000  # the newest cases that have the words asked for
MOST_COUNTED = 999
_RAW_FACTS: ColumnElement[str] = literal_column("cases.facts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cases of a programme the board shows. only: the reader, where it sees none but those in which it sits.

    person: has a seat in it now; words: as search knows them.

    state: late (something owed is past its day), risk (nothing is late, but something was extended or sent back), soon (nothing
    is late, something is due within seven days), none (nothing is owed). facts: values by key, of choices. today: local date.
    """

    programme: str
    today: date
    only: str = ""
    person: str = ""
    words: str = ""
    state: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_all(self) -> bool:
        """Whether every case fits that the reader may see."""
        return not (self.person or self.words or self.state or self.facts)


class BoardLine(NamedTuple):
    """A case on the board: the fields of `reads.CaseLine`, and whether something owed was extended or sent back."""

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
    slipped: bool


Conditions = Sequence[ColumnElement[bool]]


def conditions(tx: Tx, wanted: Wanted) -> Conditions:
    """Return what must hold for a case to be shown, read once for all columns of a page. Raises: NotFound."""
    line = line_of(tx)
    found: list[ColumnElement[bool]] = [bool_of(CASES.c["programme_id"] == programme_id(line, wanted.programme))]
    found += [_sits(person) for person in (wanted.only, wanted.person) if person]
    for key, value in wanted.facts.items():  # compact JSON of one map: a quote inside a text is escaped, so this is exact
        pair = f"{json.dumps(key, ensure_ascii=False)}:{json.dumps(value, ensure_ascii=False)}"
        found.append(_RAW_FACTS.contains(pair, autoescape=True))
    if wanted.words:
        here = (wanted.programme,)
        reach = Reach(person=wanted.only, seated=here) if wanted.only else Reach(person="", whole=here)
        found.append(CASES.c["id"].in_(search.found(tx, reach, asked(wanted.words), limit=WORDS_FOUND)))
    return (*found, *_in_state(line, wanted.state, wanted.today))


def cases(tx: Tx, fitting: Conditions, *, phase: str = "", before: int = 0, limit: int) -> Sequence[BoardLine]:
    """Return the newest cases of a phase, of all phases where none is named. before: id of the last one of the page before."""
    statement = _lines().where(*fitting).order_by(CASES.c["id"].desc()).limit(limit)
    if phase:
        statement = statement.where(CASES.c["phase"] == phase)
    if before:
        statement = statement.where(CASES.c["id"] < before)
    return [BoardLine._make(row) for row in line_of(tx).core.execute(statement)]


def count(tx: Tx, fitting: Conditions, phase: str) -> int:
    """Return how many cases of a phase fit, at most one more than `MOST_COUNTED`."""
    some: Any = (
        select(literal_column("1")).select_from(CASES).where(*fitting, CASES.c["phase"] == phase).limit(MOST_COUNTED + 1)
    )
    return int(line_of(tx).core.execute(select(func.count()).select_from(some.subquery())).scalar_one())


def held(tx: Tx, programme: str, *, only: str = "") -> Mapping[str, int]:
    """Return how many cases stand in each phase of a programme, read from the index alone. only: as in `Wanted`.

    Raises: NotFound.
    """
    line = line_of(tx)
    statement = select(CASES.c["phase"], func.count()).where(CASES.c["programme_id"] == programme_id(line, programme))
    statement = statement.where(_sits(only)) if only else statement
    return {str(phase): int(n) for phase, n in line.core.execute(statement.group_by(CASES.c["phase"]))}


def _sits(person: str) -> ColumnElement[bool]:
    return CASES.c["id"].in_(seated_in(person))


@cache
def _lines() -> Any:
    return (
        select(*case_columns(), _owes(_slipped()))
        .join_from(CASES, PROGRAMMES, PROGRAMMES.c["id"] == CASES.c["programme_id"])
        .join(VERSIONS, VERSIONS.c["id"] == CASES.c["version_id"])
    )


def _in_state(line: Line, state: str, today: date) -> Conditions:
    due = DEADLINES.c["due_on"]
    match state:
        case "late":
            return (_narrowed(line, OPEN_DEADLINES, bool_of(due < today)),)
        case "soon":
            return _narrowed(line, OPEN_DEADLINES, due.between(today, today + SOON)), ~_owes(bool_of(due < today))
        case "risk":
            return _narrowed(line, SLIPPED), ~_owes(bool_of(due < today))
        case "none":
            return (~_owes(),)
        case _:
            return ()


def _slipped() -> ColumnElement[bool]:
    return or_(DEADLINES.c["extended"], DEADLINES.c["state"] == "returned")


def _narrowed(line: Line, *condition: Any) -> ColumnElement[bool]:
    """Return the condition that a case owes such a thing: as a list of the few cases that do, else as a question to each."""
    few = select(DEADLINES.c["case_id"]).where(*condition).limit(FEW + 1)
    ids = set(line.core.execute(few).scalars())
    return CASES.c["id"].in_(ids) if len(ids) <= FEW else _owes(*condition)


def _owes(*condition: Any) -> ColumnElement[bool]:
    # `+ 0` on both sides, so that SQLite searches the index of that expression (see `reads.case_columns`).
    here = literal_column(WITHIN_CASE.replace("case_id", "deadline.case_id"), Integer) == CASES.c["id"] + 0
    return exists().select_from(DEADLINES).where(bool_of(here), OPEN_DEADLINES, *condition)
