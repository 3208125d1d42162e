"""Many cases at once: a batch of due work reads all its cases, and whom they deal with, in a handful of statements.

What comes back is what `case_rows.load` and `company_rows.companies` return for each. The statements are prepared for `AT_ONCE`
cases; a smaller set repeats its last one, because a list of changing length would be compiled anew for every length.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, literal_column, or_, select, text

from engine.case import SHELVES, Case
from engine.errors import NotFound
from engine.ports import Companies
from storage.case_rows import BARE, CASES, FOUND, LIVE, SHAPES, known, load
from storage.case_tables import WITHIN_CASE
from storage.company_rows import CONTACTS, ORGANISATIONS, PARTIES, SEATS
from storage.mapping import bool_of
from storage.statements import Line, Prepared, look_up

AT_ONCE = 100
_ORG, _CON = ORGANISATIONS.table, CONTACTS.table
Kept = dict[int, dict[int, Any]]


def _among(column: Any) -> ColumnElement[bool]:
    """Return the condition that a column is one of the values `one_<n>`."""
    return bool_of(column.in_([bindparam(f"one_{n}", type_=column.type) for n in range(AT_ONCE)]))


def _within(table: str) -> Any:
    return literal_column(WITHIN_CASE.replace("case_id", f"{table}.case_id"), Integer)


def _of_cases(kind: str) -> Prepared:
    """Return the statement for all rows of a kind that a live load holds, each after the id of its case."""
    table, columns = SHAPES[kind].table, [SHAPES[kind].table.c["case_id"], *SHAPES[kind].columns]
    mine = [_among(_within(kind)), LIVE[kind]] if kind in LIVE else [_among(table.c["case_id"])]
    return Prepared(select(*columns).where(*mine), returns=columns)


def _ended_of_open() -> Prepared:
    """Return the statement for the ended promises of deadlines that are open (see `case_rows`)."""
    promises, deadlines = SHAPES["promise"].table, SHAPES["deadline"].table
    columns = [promises.c["case_id"], *SHAPES["promise"].columns]
    same = bool_of(_within("promise") == _within("deadline")) & bool_of(promises.c["about"] == deadlines.c["no"])
    statement = select(*columns).join_from(deadlines, promises, same).where(_among(_within("deadline")))
    open_, ended = "deadline.state IN ('open', 'submitted', 'returned')", "promise.state NOT IN ('planned', 'queued')"
    return Prepared(statement.where(text(open_), text(ended)), returns=columns)


_FIND = Prepared(BARE.where(_among(CASES.c["number"])), returns=FOUND)
_ROWS = {kind: _of_cases(kind) for kind in SHAPES}
_ENDED_OF_OPEN = _ended_of_open()
_PARTS = [PARTIES.c["case_id"], *ORGANISATIONS.columns]
_PARTIES = Prepared(
    select(*_PARTS).join_from(PARTIES, _ORG, _ORG.c["id"] == PARTIES.c["organisation"]).where(_among(PARTIES.c["case_id"])),
    returns=_PARTS,
)
_CONTACTS = Prepared(
    select(*CONTACTS.columns).where(
        or_(
            _CON.c["organisation"].in_(select(PARTIES.c["organisation"]).where(_among(PARTIES.c["case_id"]))),
            _CON.c["id"].in_(select(SEATS.c["contact"]).where(_among(SEATS.c["case_id"]))),
        )
    ),
    returns=CONTACTS.columns,
)


def load_many(line: Line, numbers: Sequence[str]) -> list[Case]:
    """Return the live cases with these numbers, in their order. Raises: NotFound."""
    if len(numbers) == 1:
        return [load(line, numbers[0], whole=False)]
    return [case for part in _parts(numbers) for case in _load(line, part)]


def companies(line: Line, cases: Sequence[Case]) -> Mapping[int, Companies]:
    """Return, by the id of the case, the organisations of its parties with all their contacts, and whoever else sits in it."""
    return {key: value for part in _parts(cases) for key, value in _companies(line, part).items()}


def _load(line: Line, numbers: Sequence[str]) -> list[Case]:
    bare = {row[FOUND.index(CASES.c["number"])]: row for row in _FIND.rows(line, _given(numbers))}
    for number in numbers:
        if number not in bare:
            raise NotFound(f"there is no case {number}", case=number)
    ids = _given([row[0] for row in bare.values()])
    *answers, ended = look_up(line, [(statement, ids) for statement in (*_ROWS.values(), _ENDED_OF_OPEN)])
    kept = {kind: _shelved(kind, rows) for kind, rows in zip(_ROWS, answers, strict=True)}
    for case_id, more in _shelved("promise", ended).items():
        kept["promise"][case_id] = dict(sorted({**kept["promise"][case_id], **more}.items()))
    return [known(row, {SHELVES[kind]: kept[kind][row[0]] for kind in kept}) for row in map(bare.__getitem__, numbers)]


def _shelved(kind: str, rows: Sequence[Sequence[Any]]) -> Kept:
    """Put rows on the shelves of their cases, in the order of their numbers."""
    kept: Kept = defaultdict(dict)
    shape = SHAPES[kind]
    at = shape.names.index("no") + 1
    for row in sorted(rows, key=lambda row: row[at]):
        kept[row[0]][row[at]] = shape.value(row[1:])
    return kept


def _companies(line: Line, cases: Sequence[Case]) -> Mapping[int, Companies]:
    ids = _given([case.id for case in cases])
    parts, contacts = look_up(line, [(_PARTIES, ids), (_CONTACTS, ids)])
    organisations: Kept = defaultdict(dict)
    for case_id, *row in parts:
        organisations[case_id][row[0]] = ORGANISATIONS.value(row)
    people = [CONTACTS.value(row) for row in sorted(contacts)]
    theirs: dict[int, list[Any]] = defaultdict(list)
    for contact in people:
        theirs[contact.organisation].append(contact)
    by_id = {contact.id: contact for contact in people}
    return {case.id: _of_case(case, organisations[case.id], theirs, by_id) for case in cases}


def _of_case(
    case: Case, organisations: Mapping[int, Any], theirs: Mapping[int, Sequence[Any]], by_id: Mapping[int, Any]
) -> Companies:
    mine = {contact.id: contact for organisation in organisations for contact in theirs.get(organisation, ())}
    mine |= {seat.contact: by_id[seat.contact] for seat in case.seats.values() if seat.contact in by_id}
    return Companies(organisations=dict(sorted(organisations.items())), contacts=dict(sorted(mine.items())))


def _parts(things: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (things[first : first + AT_ONCE] for first in range(0, len(things), AT_ONCE))


def _given(values: Sequence[Any]) -> Mapping[str, Any]:
    return {f"one_{n}": values[min(n, len(values) - 1)] for n in range(AT_ONCE)}
