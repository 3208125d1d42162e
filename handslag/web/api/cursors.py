"""Cursors: where a page ends, as text that callers hand back and need not understand."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from handslag.lookup import bad
from storage.columns import from_micros, to_micros

T = TypeVar("T")
READERS: dict[type, Callable[[Any], Any]] = {date: date.fromisoformat, datetime: from_micros, int: int, str: str}
MOST_INT = 2**62


def cursor(*values: Any) -> str:
    """Return the cursor of a line's ordering values."""
    parts = [to_micros(v) if isinstance(v, datetime) else v.isoformat() if isinstance(v, date) else v for v in values]
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read_cursor(text: str, *kinds: type) -> tuple[Any, ...] | None:
    """Return the ordering values of a cursor, None for the first page. Raises: BadInput."""
    if not text:
        return None
    try:
        parts = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        wanted = [str if kind is date else int if kind is datetime else kind for kind in kinds]
        if not isinstance(parts, list) or [type(part) for part in parts] != wanted or _too_large(parts):
            raise ValueError(text)
        return tuple(READERS[kind](part) for kind, part in zip(kinds, parts, strict=True))
    except (ValueError, OverflowError, RecursionError, binascii.Error) as error:
        raise bad("query.next", "this is no cursor of ours; take it from `next` of the page before") from error


def _too_large(parts: Sequence[Any]) -> bool:
    return any(isinstance(part, int) and abs(part) > MOST_INT for part in parts) or any("\0" in str(part) for part in parts)


def page_of(lines: Sequence[T], limit: int, ends: Callable[[T], str]) -> tuple[list[T], str | None]:
    """Return a page of lines that were read one too many, with the cursor of the next page."""
    shown = list(lines[:limit])
    return shown, ends(shown[-1]) if len(lines) > limit and shown else None
