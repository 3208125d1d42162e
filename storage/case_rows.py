"""Cases in rows: find one, load it with what is live, give numbers, insert the bare row.

A live load is a handful of small queries; it reads no history, no ended deadline, and of ended promises only those of open
deadlines, so its cost does not grow with the age of the case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.sql.elements import TextClause

from engine.case import ROW_KINDS, SHELVES, Case, Row
from engine.declared import VersionRef
from engine.errors import NotFound
from engine.programme import Programme
from storage import case_tables as rows
from storage.columns import table_of
from storage.mapping import Shape, at, at_keys, insert, within_case
from storage.programme_tables import ProgrammeRow, VersionRow
from storage.statements import Line, Prepared, look_up

CASES = table_of(rows.CaseRow)
PROGRAMMES = table_of(ProgrammeRow)
VERSIONS = table_of(VersionRow)
_TABLES = {
    "party": table_of(rows.PartyRow),
    "seat": table_of(rows.SeatRow),
    "record": table_of(rows.RecordRow),
    "wait": table_of(rows.WaitRow),
    "deadline": table_of(rows.DeadlineRow),
    "promise": table_of(rows.PromiseRow),
}
SHAPES: Mapping[str, Shape[Row]] = {kind: Shape(made, _TABLES[kind]) for kind, made in ROW_KINDS.items()}
SCALARS = tuple(f.name for f in fields(Case) if f.name not in {*SHELVES.values(), "id", "programme", "version"})

LIVE: Mapping[str, TextClause] = {"deadline": rows.OPEN_DEADLINES, "promise": rows.PENDING_PROMISES}
_BY_CASE = {kind: shape.select(at("case_id", shape.table.c["case_id"]), order=["no"]) for kind, shape in SHAPES.items()}
_LIVE_BY_CASE = {
    **_BY_CASE,
    **{kind: SHAPES[kind].select(within_case(), live, order=["no"]) for kind, live in LIVE.items()},
}
# The ended promises of deadlines that are still open: a ladder is planned as a whole, so it is loaded as a whole.
_ENDED_OF_OPEN = SHAPES["promise"].select(
    within_case("promise"),
    SHAPES["promise"]
    .table.c["about"]
    .in_(select(SHAPES["deadline"].table.c["no"]).where(within_case("deadline"), rows.OPEN_DEADLINES)),
    text("promise.state NOT IN ('planned', 'queued')"),
    order=["no"],
)
FOUND = [
    CASES.c["id"],
    PROGRAMMES.c["key"],
    VERSIONS.c["key"],
    VERSIONS.c["number"],
    VERSIONS.c["hash"],
    *(CASES.c[name] for name in SCALARS),
]
BARE = (
    select(*FOUND)
    .join_from(CASES, PROGRAMMES, PROGRAMMES.c["id"] == CASES.c["programme_id"])
    .join(VERSIONS, VERSIONS.c["id"] == CASES.c["version_id"])
)
_FIND = Prepared(BARE.where(at("number", CASES.c["number"])), returns=FOUND)
_COUNT_ON = text(
    "INSERT INTO case_counter (programme_id, year, last) VALUES (:programme, :year, 1)"
    " ON CONFLICT (programme_id, year) DO UPDATE SET last = case_counter.last + 1 RETURNING last"
)
_VERSION_ID = Prepared(
    select(VERSIONS.c["id"], VERSIONS.c["hash"]).where(at("key", VERSIONS.c["key"]), at("number", VERSIONS.c["number"])),
    returns=[VERSIONS.c["id"], VERSIONS.c["hash"]],
)
_PROGRAMME_ID = Prepared(select(PROGRAMMES.c["id"]).where(at("key", PROGRAMMES.c["key"])), returns=[PROGRAMMES.c["id"]])
_CASE_ID = Prepared(select(CASES.c["id"]).where(at("number", CASES.c["number"])), returns=[CASES.c["id"]])
_INSERT = insert(CASES, ("programme_id", "version_id", *SCALARS), returning="id")


def load(line: Line, number: str, *, whole: bool) -> Case:
    """Return a case with its open deadlines, their promises and whatever else is pending, or with everything.

    The bare row is read first: whatever is read after it in the same transaction is at least as fresh as its revision.
    Raises: NotFound.
    """
    found = _FIND.first(line, at_keys(number=number))
    if found is None:
        raise NotFound(f"there is no case {number}", case=number)
    by_case = _BY_CASE if whole else _LIVE_BY_CASE
    asked = (*by_case.values(), *(() if whole else (_ENDED_OF_OPEN,)))
    mine = at_keys(case_id=found[0])
    answers = look_up(line, [(statement, mine) for statement in asked])
    shelves: dict[str, Any] = {
        SHELVES[kind]: {row.no: row for row in map(SHAPES[kind].value, rows)}
        for kind, rows in zip(by_case, answers, strict=False)
    }
    if not whole and answers[-1]:
        ended = map(SHAPES["promise"].value, answers[-1])
        shelves["promises"] = {row.no: row for row in sorted((*shelves["promises"].values(), *ended), key=_number)}
    return known(found, shelves)


def _number(row: Row) -> int:
    return row.no


def known(found: Sequence[Any], shelves: Mapping[str, Any]) -> Case:
    """Make a case from a row of `FOUND` and its rows on their shelves."""
    case_id, programme, key, version, digest, *scalars = found
    return Case(
        id=case_id,
        programme=programme,
        version=VersionRef(key=key, number=version, hash=digest),
        **dict(zip(SCALARS, scalars, strict=True)),
        **shelves,
    )


def give_number(line: Line, programme: Programme, year: int) -> str:
    """Count on the programme's year and return the number; the counter's row stays locked until this transaction ends."""
    last = line.core.execute(_COUNT_ON, {"programme": programme.id, "year": year}).scalar_one()
    return f"{programme.code}-{year}-{last:04d}"


def insert_case(line: Line, case: Case) -> int:
    """Write the bare row of a case and return its id. Raises: NotFound for its programme or version."""
    row = {name: getattr(case, name) for name in SCALARS}
    row["programme_id"] = programme_id(line, case.programme)
    row["version_id"] = version_id(line, case.version)
    made = _INSERT.first(line, row)
    assert made is not None
    return int(made[0])


def programme_id(line: Line, key: str) -> int:
    """Return the id of a programme. Raises: NotFound."""
    found = _PROGRAMME_ID.first(line, at_keys(key=key))
    if found is None:
        raise NotFound(f"there is no programme {key}", programme=key)
    return int(found[0])


def version_id(line: Line, ref: VersionRef) -> int:
    """Return the id of a published version; where the reference has a hash, of exactly that content. Raises: NotFound."""
    return find_version(line, ref)[0]


def find_version(line: Line, ref: VersionRef) -> tuple[int, str]:
    """Return id and hash of a published version. Raises: NotFound."""
    found = _VERSION_ID.first(line, at_keys(key=ref.key, number=ref.number))
    if found is None or (ref.hash and ref.hash != found[1]):
        raise NotFound(f"there is no published version {ref.key} v{ref.number}", key=ref.key, number=ref.number)
    return int(found[0]), str(found[1])


def case_id(line: Line, number: str) -> int:
    """Return the id of a case. Raises: NotFound."""
    found = _CASE_ID.first(line, at_keys(number=number))
    if found is None:
        raise NotFound(f"there is no case {number}", case=number)
    return int(found[0])
