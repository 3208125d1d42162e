"""Values to JSON and back: dates and instants as ISO text, rows as maps of their fields.

Hashed JSON holds only text, whole numbers, booleans, null, lists and maps with ASCII keys; then sorted compact JSON is
RFC 8785.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from datetime import UTC, date, datetime
from typing import Any

from engine.case import Row


def plain(value: Any) -> Any:
    """Return a value as JSON allows it in hashed text.

    Raises: TypeError for anything else, floats above all: numbers are decimal text here.
    """
    match value:
        case None | bool() | int() | str():
            return value
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case tuple() | list() | frozenset() | set():
            return [plain(item) for item in value]
        case _:
            raise TypeError(f"{value!r} ({type(value).__name__}) cannot stand in history")


def compact(value: Any) -> str:
    """Return sorted compact JSON of a plain value, the text that is hashed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def instant(text: str) -> datetime:
    """Read an instant as `plain` writes it."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def default_of(field: Field[Any]) -> Any:
    """Return a field's default, MISSING where it has none."""
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


def field_value(field: Field[Any], value: Any) -> Any:
    """Return a plain value as the field's declared type wants it: dates, instants and tuples back from text and lists."""
    declared = str(field.type)
    if value is None:
        return None
    if declared.startswith("datetime"):
        return instant(value)
    if declared.startswith("date"):
        return date.fromisoformat(value)
    if declared.startswith("tuple"):
        return tuple(value)
    return value


def row_from(cls: type[Row], no: int, values: Mapping[str, Any]) -> Row:
    """Make a row from its plain values; fields that are not there take their defaults."""
    known = {f.name: f for f in fields(cls)}
    return cls(no=no, **{name: field_value(known[name], value) for name, value in values.items() if name in known})
