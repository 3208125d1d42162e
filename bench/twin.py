"""The raw twin: hand-run statements that durably write the same rows and bytes as an act of Handslag, already rendered.

The act is done once by Handslag; which rows it wrote and which columns it changed is read from the tables before and after.
The twin then writes these rows again for any case of a town, with the case's own keys: one read, the guard in Python, the
update of the case where its revision still stands, and one statement for each kind of row.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bench.databases import Raw
from bench.town import CASE_TABLES, columns_of, quoted
from uuid_utils.compat import uuid7

KEYS: Mapping[str, tuple[str, ...]] = {
    "cases": ("id",),
    "history": ("case_id", "no"),
    "stay": ("case_id", "no"),
    "private_text": ("case_id", "entry_no", "path"),
    "message": ("id",),
    "message_promise": ("message_id", "case_id", "promise_no"),
    "attempt": ("id",),
    **dict.fromkeys(("party", "seat", "record", "wait", "deadline", "promise"), ("case_id", "no")),
}
# What counts on from the case: rows are numbered after `serial`, entries after `revision`.
BY_SERIAL = {("promise", "about"), ("message_promise", "promise_no"),
             *((table, "no") for table in ("party", "seat", "record", "wait", "deadline", "promise"))}  # fmt: skip
BY_REVISION = {("history", "no"), ("stay", "no"), ("private_text", "entry_no"), ("promise", "entry"), ("cases", "revision")}
MESSAGES = {("message", "id"), ("message_promise", "message_id"), ("promise", "message"), ("attempt", "message_id")}
Rows = dict[tuple[Any, ...], dict[str, Any]]
Snapshot = dict[str, Rows]


@dataclass(frozen=True, kw_only=True)
class Value:
    """A column of a recorded row: a plain value, or one that follows from the case it is written for."""

    kind: str
    plain: Any = None

    def of(self, case: Mapping[str, Any], fresh: str) -> Any:
        """Return it for a case."""
        match self.kind:
            case "plain":
                return self.plain
            case "case":
                return case["id"]
            case "number":
                return case["number"]
            case "serial":
                return case["serial"] + self.plain
            case "revision":
                return case["revision"] + self.plain
            case _:
                return fresh


@dataclass(frozen=True, kw_only=True)
class Write:
    """One statement of the twin with the rows it is run for."""

    statement: str
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Act:
    """Everything one act wrote. summary: rows by table, for the reader."""

    case: Write
    writes: tuple[Write, ...]
    summary: Mapping[str, str]
    bytes: int


def snapshot(raw: Raw, case_id: int) -> Snapshot:
    """Return the rows of a case, and every message that is about it."""
    found: Snapshot = {}
    for table, where in (
        ("cases", "id = ?"),
        *((table, "case_id = ?") for table in (*CASE_TABLES, "message_promise")),
        ("message", "id IN (SELECT message_id FROM message_promise WHERE case_id = ?)"),
        ("attempt", "message_id IN (SELECT message_id FROM message_promise WHERE case_id = ?)"),
    ):
        names = columns_of(raw, table)
        rows = raw.run(raw.text(f"SELECT {quoted(names)} FROM {table} WHERE {where}"), (case_id,)).fetchall()
        named = [dict(zip(names, row, strict=True)) for row in rows]
        found[table] = {tuple(row[key] for key in KEYS[table]): row for row in named}
    return found


def record(raw: Raw, case_id: int, act: Callable[[], object]) -> Act:
    """Have Handslag do an act to a case, and return what it wrote."""
    before = snapshot(raw, case_id)
    act()
    after = snapshot(raw, case_id)
    case = before["cases"][(case_id,)]
    writes, summary = [], {}
    size = 0
    # In an order that foreign keys allow.
    for table in ("party", "seat", "record", "wait", "deadline", "message", "promise", "message_promise", "attempt", "history",
                  "private_text", "stay"):  # fmt: skip
        new = [row for key, row in after[table].items() if key not in before[table]]
        changed = [(row, _difference(before[table][key], row)) for key, row in after[table].items() if key in before[table]]
        if new:
            names = [name for name in new[0] if (table, name) != ("attempt", "id")]
            marks = ", ".join("?" * len(names))
            rows = tuple(tuple(_value(table, name, row[name], case) for name in names) for row in new)
            writes.append(Write(statement=raw.text(f"INSERT INTO {table} ({quoted(names)}) VALUES ({marks})"), rows=rows))
            summary[table] = f"+{len(new)}"
            size += sum(len(str(value)) for row in new for value in row.values())
        shapes: dict[tuple[str, ...], list[tuple[Value, ...]]] = {}
        for row, columns in changed:
            if columns:
                values = tuple(_value(table, name, row[name], case) for name in (*columns, *KEYS[table]))
                shapes.setdefault(columns, []).append(values)
                summary[table] = summary.get(table, "") + "~1"
        for columns, rows_of in shapes.items():
            writes.append(Write(statement=raw.text(_update(table, columns, KEYS[table])), rows=tuple(rows_of)))
    columns = _difference(case, after["cases"][(case_id,)])
    row = after["cases"][(case_id,)]
    statement = raw.text(_update("cases", columns, ("id", "revision")))
    values = (
        *(_value("cases", name, row[name], case) for name in columns),
        Value(kind="case"),
        Value(kind="revision", plain=0),
    )
    return Act(case=Write(statement=statement, rows=(values,)), writes=tuple(writes), summary=summary, bytes=size)


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name, value in after.items() if before[name] != value)


def _update(table: str, columns: tuple[str, ...], keys: tuple[str, ...]) -> str:
    sets = ", ".join(f'"{name}" = ?' for name in columns)
    return f"UPDATE {table} SET {sets} WHERE {' AND '.join(f'{key} = ?' for key in keys)}"


def _value(table: str, name: str, value: Any, case: Mapping[str, Any]) -> Value:
    if name == "case_id" or (table, name) == ("cases", "id"):
        return Value(kind="case")
    if (table, name) in BY_SERIAL and value:
        return Value(kind="serial", plain=value - case["serial"])
    if (table, name) in BY_REVISION and value:
        return Value(kind="revision", plain=value - case["revision"])
    if (table, name) in MESSAGES and value:
        return Value(kind="message")
    if (table, name) == ("message", "thread"):
        return Value(kind="number")
    if (table, name) == ("cases", "serial"):
        return Value(kind="serial", plain=value - case["serial"])
    return Value(kind="plain", plain=value)


class Twin:
    """Writes recorded acts for any case of a town. acts: by the phase in which the case stands."""

    def __init__(self, raw: Raw, acts: Mapping[str, Act]) -> None:
        self.raw, self.acts = raw, acts
        lock = "" if raw.is_sqlite else " FOR UPDATE"
        self._find = raw.text(f"SELECT id, number, phase, revision, serial, facts FROM cases WHERE number = ?{lock}")

    def move(self, number: str, message: str = "") -> None:
        """Read, ask the guard, write; within the caller's transaction. message: id of the mail, empty for a new one."""
        raw = self.raw
        case_id, found, phase, revision, serial, facts = raw.run(self._find, (number,)).fetchone()
        act = self.acts[phase]
        if float(json.loads(facts)["amount"]) < 10:
            raise ValueError("not enough")
        case = {"id": case_id, "number": found, "revision": revision, "serial": serial}
        fresh = message or str(uuid7())
        if raw.run(act.case.statement, [value.of(case, fresh) for value in act.case.rows[0]]).rowcount != 1:
            raise ValueError("somebody was faster")
        for write in act.writes:
            if len(write.rows) == 1:
                raw.run(write.statement, [value.of(case, fresh) for value in write.rows[0]])
            else:
                raw.many(write.statement, [[value.of(case, fresh) for value in row] for row in write.rows])

    def move_alone(self, number: str) -> None:
        """Move in a transaction of its own."""
        self.raw.begin()
        self.move(number)
        self.raw.commit()

    def move_many(self, numbers: list[str]) -> None:
        """Move all of them in one transaction."""
        self.raw.begin()
        for number in numbers:
            self.move(number)
        self.raw.commit()
