"""Searching the histories of many cases: newest first, by who, what, when and on what ground.

One index carries the order and what is asked most (who, kind, move): bodies of entries that are left out stay unread. A search
looks at a stretch of at most LOOKED_AT entries and says how far it came, so that no question reads a whole installation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Column, Select, TextClause, and_, select, text
from sqlalchemy.sql.elements import ColumnElement

from engine.case import SHELVES, Case
from engine.declared import VersionRef
from engine.ports import Companies, Tx
from engine.replay import reveal
from storage.case_rows import CASES, PROGRAMMES, SHAPES, VERSIONS, programme_id
from storage.company_rows import CONTACTS, ORGANISATIONS
from storage.mapping import bool_of
from storage.reads import PAGE, EntryLine, keys, line_of
from storage.statements import Line
from storage.writing import HISTORY, PRIVATES

LOOKED_AT = 50_000
GLANCE = 1_000
Place = tuple[datetime, int, int]
_ORDER = (HISTORY.c["recorded_at"], HISTORY.c["case_id"], HISTORY.c["no"])
_SEARCHED = (*_ORDER, HISTORY.c["kind"], HISTORY.c["actor_key"], HISTORY.c["transition"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is searched for; empty is anything.

    actors: keys of people, any of them; transitions: any of them; guard: asked then, whatever it answered; since, until:
    recorded from an instant on, and before one.
    """

    programme: str
    actors: Sequence[str] = ()
    kind: str = ""
    transitions: Sequence[str] = ()
    guard: str = ""
    case: str = ""
    since: datetime | None = None
    until: datetime | None = None


class FoundEntry(NamedTuple):
    """An entry with its case. place: for paging."""

    place: Place
    case: str
    line: EntryLine


class Found(NamedTuple):
    """Entries, and the place up to which was searched; None where the search came to the end."""

    entries: Sequence[FoundEntry]
    on_from: Place | None


def search(tx: Tx, wanted: Wanted, *, before: Place | None = None, limit: int = PAGE, most: int = LOOKED_AT) -> Found:
    """Return what is found in the next stretch before a place. most: how many entries to look at."""
    line, found, stretch = line_of(tx), list[Place](), min(GLANCE, most)
    end: Place | None = None
    for size in dict.fromkeys((stretch, most)):
        end = _last_of(line, wanted, before, size)
        found = _places(line, wanted, before, size, limit + 1)
        if len(found) > limit or end is None:
            break
    if len(found) > limit:
        return Found(_whole(line, found[:limit]), found[limit - 1])
    return Found(_whole(line, found), end)


def _stretch(wanted: Wanted, before: Place | None) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.case:
        one = select(CASES.c["id"]).where(CASES.c["number"] == wanted.case).scalar_subquery()
        conditions.append(HISTORY.c["case_id"] == one)
    if wanted.since is not None:
        conditions.append(HISTORY.c["recorded_at"] >= wanted.since)
    if wanted.until is not None:
        conditions.append(HISTORY.c["recorded_at"] < wanted.until)
    if before is not None:
        here, there = keys(_ORDER, before)
        conditions.append(here < there)
    return select(*_SEARCHED).where(*conditions).order_by(*(column.desc() for column in _ORDER))


def _last_of(line: Line, wanted: Wanted, before: Place | None, size: int) -> Place | None:
    """Return the last place of a stretch, None where it is shorter than `size`: nothing lies beyond it."""
    statement = _stretch(wanted, before).with_only_columns(*_ORDER).offset(size - 1).limit(1)
    row = line.core.execute(statement).first()
    return None if row is None else (row[0], row[1], row[2])


def _places(line: Line, wanted: Wanted, before: Place | None, size: int, limit: int) -> list[Place]:
    near = _stretch(wanted, before).limit(size).subquery("near")
    # `+ 0`: from the stretch to its cases, never from all cases of the programme to the stretch.
    conditions = [bool_of(CASES.c["programme_id"] + 0 == programme_id(line, wanted.programme))]
    if wanted.actors:
        conditions.append(near.c["actor_key"].in_(wanted.actors))
    if wanted.kind:
        conditions.append(near.c["kind"] == wanted.kind)
    if wanted.transitions:
        conditions.append(near.c["transition"].in_(wanted.transitions))
    statement = select(near.c["recorded_at"], near.c["case_id"], near.c["no"]).join_from(
        near, CASES, CASES.c["id"] == near.c["case_id"]
    )
    if wanted.guard:
        statement = statement.join(HISTORY, and_(HISTORY.c["case_id"] == near.c["case_id"], HISTORY.c["no"] == near.c["no"]))
        conditions.append(HISTORY.c["body"].contains(f'"name":"{wanted.guard}"', autoescape=True))
    ordered = (near.c["recorded_at"].desc(), near.c["case_id"].desc(), near.c["no"].desc())
    rows = line.core.execute(statement.where(*conditions).order_by(*ordered).limit(limit))
    return [(row[0], row[1], row[2]) for row in rows]


def _whole(line: Line, places: Sequence[Place]) -> list[FoundEntry]:
    """Return entries with their words put back, in the order of their places."""
    if not places:
        return []
    wanted = [(case, no) for _, case, no in places]
    words: dict[tuple[int, int], dict[str, str]] = {}
    theirs = _among(PRIVATES.c["case_id"], PRIVATES.c["entry_no"], wanted)
    for row in line.core.execute(select(PRIVATES).where(theirs, PRIVATES.c["value"].is_not(None))).mappings():
        words.setdefault((row["case_id"], row["entry_no"]), {})[row["path"]] = row["value"]
    statement = select(HISTORY, CASES.c["number"].label("its_case")).join_from(
        HISTORY, CASES, CASES.c["id"] == HISTORY.c["case_id"]
    )
    pairs = _among(HISTORY.c["case_id"], HISTORY.c["no"], wanted)
    found: dict[tuple[int, int], FoundEntry] = {}
    for row in line.core.execute(statement.where(pairs)).mappings():
        at = (row["case_id"], row["no"])
        values = {name: row[name] for name in EntryLine._fields if name != "entry"}
        entry = EntryLine(**values, entry=reveal(row["body"], words.get(at, {})))
        found[at] = FoundEntry((row["recorded_at"], *at), row["its_case"], entry)
    return [found[at] for at in wanted]


def cases_around(tx: Tx, entries: Sequence[FoundEntry]) -> tuple[Mapping[str, Case], Companies]:
    """Return the cases of entries with as much of them as naming what changed takes, and the companies in them.

    That is: seats and parties, and of deadlines, promises and records only those that the entries mention.
    """
    line, shelves = line_of(tx), dict[int, dict[str, dict[int, Any]]]()
    ids = sorted({entry.place[1] for entry in entries})
    named = {
        kind: sorted({(e.place[1], c["no"]) for e in entries for c in e.line.entry.get("changes", ()) if c.get("kind") == kind})
        for kind in ("deadline", "promise", "record")
    }
    for kind in ("seat", "party"):
        _shelve(line, shelves, kind, SHAPES[kind].table.c["case_id"].in_(ids))
    for kind in ("deadline", "promise"):
        _shelve(line, shelves, kind, _pairs(kind, named[kind]))
    _shelve(line, shelves, "record", _pairs("record", sorted({*named["record"], *_hung_on(shelves)})))
    statement = (
        select(
            CASES.c["id"], CASES.c["number"], CASES.c["title"], CASES.c["phase"], CASES.c["revision"], PROGRAMMES.c["key"],
            VERSIONS.c["key"], VERSIONS.c["number"], VERSIONS.c["hash"],
        )
        .join_from(CASES, PROGRAMMES, PROGRAMMES.c["id"] == CASES.c["programme_id"])
        .join(VERSIONS, VERSIONS.c["id"] == CASES.c["version_id"])
        .where(CASES.c["id"].in_(ids))
    )  # fmt: skip
    found = {}
    for case, number, title, phase, revision, programme, key, version, digest in line.core.execute(statement):
        rows: dict[str, Any] = {SHELVES[kind]: shelved for kind, shelved in shelves.get(case, {}).items()}
        ref = VersionRef(key=key, number=version, hash=digest)
        found[number] = Case(
            id=case, number=number, title=title, phase=phase, revision=revision, programme=programme, version=ref, **rows
        )
    return found, _companies(line, found.values())


def _hung_on(shelves: Mapping[int, Mapping[str, Mapping[int, Any]]]) -> Iterator[tuple[int, int]]:
    """Yield the records that loaded rows hang on: a deadline's own, and one that names who sits on a seat."""
    for case, rows in shelves.items():
        for row in (*rows.get("deadline", {}).values(), *rows.get("promise", {}).values()):
            kind, _, no = row.seat.partition("#")
            if kind == "record" and no.isdigit():
                yield case, int(no)
            if getattr(row, "record", 0):
                yield case, row.record


def _pairs(kind: str, pairs: Sequence[tuple[int, int]]) -> TextClause:
    table = SHAPES[kind].table
    return _among(table.c["case_id"], table.c["no"], pairs)


def _among(case: Column[int], no: Column[int], pairs: Iterable[tuple[int, int]]) -> TextClause:
    """Return the condition that a row is one of these, case by case: of a list of pairs SQLite makes no search of the key."""
    numbers: dict[int, list[int]] = {}
    for its_case, its_no in pairs:
        numbers.setdefault(its_case, []).append(its_no)
    # Written out, numbers of ours as they are: a condition of hundreds of objects would take longer to make than to answer.
    written = (f"{case} = {its_case:d} AND {no} IN ({','.join(f'{n:d}' for n in nos)})" for its_case, nos in numbers.items())
    return text(f"({' OR '.join(f'({one})' for one in written) or '1 = 0'})")


def _shelve(
    line: Line, shelves: dict[int, dict[str, dict[int, Any]]], kind: str, chosen: ColumnElement[bool] | TextClause
) -> None:
    shape = SHAPES[kind]
    statement = select(shape.table.c["case_id"], *shape.columns).where(chosen).order_by(shape.table.c["no"])
    for case, *values in line.core.execute(statement):
        row = shape.value(values)
        shelves.setdefault(case, {}).setdefault(kind, {})[row.no] = row


def _companies(line: Line, cases: Any) -> Companies:
    cases = list(cases)
    seated = {seat.contact for case in cases for seat in case.seats.values() if seat.contact}
    joined = {party.organisation for case in cases for party in case.parties.values()}
    theirs = select(*CONTACTS.columns).where(CONTACTS.table.c["id"].in_(seated))
    contacts = [CONTACTS.value(row) for row in line.core.execute(theirs)]
    joined |= {contact.organisation for contact in contacts}
    chosen = select(*ORGANISATIONS.columns).where(ORGANISATIONS.table.c["id"].in_(joined))
    organisations = [ORGANISATIONS.value(row) for row in line.core.execute(chosen)]
    return Companies(organisations={o.id: o for o in organisations}, contacts={c.id: c for c in contacts})
