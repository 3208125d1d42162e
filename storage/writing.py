"""Writing one entry: the case's row where its revision still stands, the rows that changed, the sealed entry.

Nothing else changes a case. Rows of the same kind and the same changed columns go to the database together.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.case import SHELVES, Case, Deadline, Promise, Row
from engine.codec import plain
from engine.entry import Change, Private, Sealed
from engine.errors import CaseConflict
from storage import search_rows
from storage.case_rows import CASES, SCALARS, SHAPES, version_id
from storage.case_tables import HistoryRow, PrivateTextRow
from storage.columns import table_of
from storage.mapping import at, at_keys, insert, update
from storage.statements import Line, Prepared, write_down

_Rows = list[dict[str, Any]]
HISTORY = table_of(HistoryRow)
PRIVATES = table_of(PrivateTextRow)
_OURS: Mapping[str, tuple[str, ...]] = {"deadline": ("wake_at", "trouble"), "promise": ("wake_at", "trouble")}
_WAKES_BY: Mapping[str, frozenset[str]] = {
    "deadline": frozenset({"overdue_at"}),
    "promise": frozenset({"due_at", "held_until"}),
}
_INSERTS = {kind: insert(shape.table, ("case_id", *shape.names, *_OURS.get(kind, ()))) for kind, shape in SHAPES.items()}
_INSERT_ENTRY = insert(HISTORY)
_INSERT_PRIVATE = insert(PRIVATES)
_LAST_COLUMNS = [HISTORY.c[name] for name in ("case_id", "no", "kind", "transition", "recorded_at", "actor_key")]
_LAST = Prepared(
    select(*_LAST_COLUMNS)
    .join_from(HISTORY, CASES, CASES.c["id"] == HISTORY.c["case_id"])
    .where(at("number", CASES.c["number"]))
    .order_by(HISTORY.c["no"].desc())
    .limit(1),
    returns=_LAST_COLUMNS,
)
_NAME = Prepared(
    select(PRIVATES.c["value"]).where(
        at("case_id", PRIVATES.c["case_id"]), at("entry_no", PRIVATES.c["entry_no"]), PRIVATES.c["path"] == "/actor/name"
    ),
    returns=[PRIVATES.c["value"]],
)


def write(line: Line, before: Case, after: Case, changes: Sequence[Change], sealed: Sealed) -> None:
    """Write an entry with all that it changed, or nothing.

    Contacts and organisations among the changes are only history here; `save_contact` and `save_organisation` write them.
    Raises: CaseConflict where the case no longer stands at `before.revision`.
    """
    _write_case(line, before, after)
    new, changed = _rows(after, changes)
    given = [(_INSERTS[kind], rows) for kind, rows in new.items()]
    given += [(update(SHAPES[kind].table, names, ("case_id", "no")), rows) for (kind, names), rows in changed.items()]
    given.append((_INSERT_ENTRY, [_entry(after.id, before.phase, after.phase, sealed)]))
    if sealed.privates:
        given.append((_INSERT_PRIVATE, [_private(after.id, sealed.no, private) for private in sealed.privates]))
    touched = write_down(line, given)[len(new) :]
    for ((kind, _), rows), count in zip(changed.items(), touched, strict=False):
        if count != len(rows):
            raise LookupError(f"case {after.number}: {len(rows) - count} {kind} row(s) to change are not there")
    search_rows.note_entry(line, after.id, before.title != after.title, changes, sealed)


def _write_case(line: Line, before: Case, after: Case) -> None:
    changed = {name: getattr(after, name) for name in SCALARS if getattr(before, name) != getattr(after, name)}
    if before.version != after.version:
        changed["version_id"] = version_id(line, after.version)
    changed["revision"] = after.revision
    statement = update(CASES, tuple(sorted(changed)), ("id", "revision"))
    if statement.run(line, {**changed, **at_keys(id=after.id, revision=before.revision)}) != 1:
        raise conflict(line, before)


def conflict(line: Line, before: Case) -> CaseConflict:
    """Return the refusal that says who was faster, by what and when."""
    last = last_move(line, before.number)
    who = f"{last['by']} ({last['did']})" if last else "somebody else"
    sentence = f"case {before.number}: {who} was faster; look at the case again"
    return CaseConflict(sentence, case=before.number, **last)


def last_move(line: Line, number: str) -> Mapping[str, Any]:
    """Return who (`by`) did what (`did`, the transition or else the kind) when (`at`, ISO text); empty for no entry."""
    found = _LAST.first(line, at_keys(number=number))
    if found is None:
        return {}
    case_id, no, kind, transition, recorded_at, actor = found
    name = _NAME.first(line, at_keys(case_id=case_id, entry_no=no))
    return {"by": (name and name[0]) or actor, "did": transition or kind, "kind": kind, "at": plain(recorded_at), "entry": no}


def _rows(after: Case, changes: Sequence[Change]) -> tuple[Mapping[str, _Rows], Mapping[tuple[str, tuple[str, ...]], _Rows]]:
    """Return the rows to insert, by kind, and those to change, by kind and changed columns."""
    new: dict[str, _Rows] = defaultdict(list)
    changed: dict[tuple[str, tuple[str, ...]], _Rows] = defaultdict(list)
    for change in changes:
        kind, no = change.kind, change.no
        if kind not in SHAPES or not change.new:
            continue
        row = getattr(after, SHELVES[kind])[no]
        if change.old is None:
            new[kind].append({"case_id": after.id, **SHAPES[kind].values(row), **_ours(row)})
        else:
            values = {name: getattr(row, name) for name in change.new}
            if not _WAKES_BY.get(kind, frozenset()).isdisjoint(values):
                values.update(_ours(row))
            changed[kind, tuple(sorted(values))].append({**values, **at_keys(case_id=after.id, no=no)})
    return new, changed


def _ours(row: Row) -> dict[str, Any]:
    match row:
        case Deadline():
            return {"wake_at": row.overdue_at, "trouble": ""}
        case Promise():
            return {"wake_at": max(row.due_at, row.held_until or row.due_at), "trouble": ""}
        case _:
            return {}


def wakes(after: Case, changes: Sequence[Change]) -> datetime | None:
    """Return the earliest instant at which a changed promise or deadline wants to be looked at, None where none does."""
    found: list[datetime] = []
    for change in changes:
        if change.kind not in _OURS or not change.new:
            continue
        row = getattr(after, SHELVES[change.kind])[change.no]
        if row.state in ("planned", "open", "returned", "submitted"):
            found += [wake for wake in _ours(row).values() if isinstance(wake, datetime)]
    return min(found, default=None)


def _entry(case_id: int, source: str, target: str, sealed: Sealed) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "no": sealed.no,
        "kind": sealed.kind,
        "body": sealed.body,
        "previous": sealed.previous,
        "hash": sealed.hash,
        "recorded_at": sealed.recorded_at,
        "happened_at": sealed.happened_at,
        **(sealed.shown or _shown(sealed.body)),
        "source": source,
        "target": target,
    }


def _shown(body: str) -> dict[str, str]:
    """Read what a row repeats of a body, where whoever sealed it does not say."""
    told = json.loads(body)
    actor = told.get("actor")
    key = str(actor.get("key", "")) if isinstance(actor, Mapping) else ""
    return {"actor_key": key, "transition": str(told.get("transition") or "")}


def _private(case_id: int, entry_no: int, private: Private) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "entry_no": entry_no,
        "path": private.path,
        "salt": private.salt,
        "digest": private.digest,
        "value": private.value,
    }
