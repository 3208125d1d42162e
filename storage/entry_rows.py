"""Entries of one case in rows, each with the private words that are still there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import bindparam, select

from storage.mapping import at, at_keys
from storage.statements import Line, Prepared
from storage.writing import HISTORY, PRIVATES

MOST = 2**31 - 1
# In this order; `body` last.
FIELDS = (
    "no", "kind", "recorded_at", "happened_at", "actor_key", "transition", "source", "target", "previous", "hash", "body",
)  # fmt: skip
_ENTRY = [HISTORY.c[name] for name in FIELDS]
_ENTRIES = Prepared(
    select(*_ENTRY)
    .where(at("case_id", HISTORY.c["case_id"]), HISTORY.c["no"] > bindparam("after"))
    .order_by(HISTORY.c["no"])
    .limit(bindparam("limit")),
    returns=_ENTRY,
)
_WORD = [PRIVATES.c[name] for name in ("entry_no", "path", "salt", "digest", "value")]
_WORDS = Prepared(
    select(*_WORD)
    .where(
        at("case_id", PRIVATES.c["case_id"]),
        PRIVATES.c["entry_no"].between(bindparam("first"), bindparam("last")),
    )
    .order_by(PRIVATES.c["path"]),
    returns=_WORD,
)


def entries(
    line: Line, case: int, after: int, limit: int | None = None
) -> Iterator[tuple[Sequence[Any], Sequence[Sequence[Any]]]]:
    """Yield rows of `FIELDS` after an entry number, each with path, salt, digest and value (None where erased) of its words."""
    key = at_keys(case_id=case)
    rows = _ENTRIES.rows(line, {**key, "after": after, "limit": MOST if limit is None else limit})
    if not rows:
        return
    words: dict[int, list[Sequence[Any]]] = {}
    for entry_no, *private in _WORDS.rows(line, {**key, "first": rows[0][0], "last": rows[-1][0]}):
        words.setdefault(entry_no, []).append(private)
    for row in rows:
        yield row, words.get(row[0], [])
