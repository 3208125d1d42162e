"""A table as JSON: one object with what was asked for, the columns and the rows; instants in UTC, numbers exact."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from handslag.tables.cells import plain_number
from handslag.tables.table import MOST_ROWS, Cell, Counted, Table

AT_A_TIME = 500


def json_parts(table: Table, most: int = MOST_ROWS) -> Iterator[bytes]:
    """Yield the file piece by piece. `cut` at its end says whether rows were left out."""
    head = {
        "title": table.title,
        "made_at": _value(table.at),
        "asked": dict(table.about),
        "columns": [{"key": c.key, "title": c.title, "kind": c.kind, "unit": c.unit} for c in table.columns],
    }
    yield f'{_text(head)[:-1]}, "rows": ['.encode()
    keys = [column.key for column in table.columns]
    rows, waiting = Counted(table.rows, most), list[str]()
    for row in rows:
        comma = "," if rows.count > 1 else ""
        waiting.append(f"{comma}\n{_text(dict(zip(keys, map(_value, row), strict=True)))}")
        if len(waiting) == AT_A_TIME:
            yield "".join(waiting).encode()
            waiting.clear()
    yield ("".join(waiting) + f'\n], "count": {rows.count}, "cut": {_text(rows.cut)}}}\n').encode()


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _value(cell: Cell) -> Any:
    match cell:
        case datetime():
            return cell.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return cell.isoformat()
        case Decimal():
            return plain_number(cell)  # as text: a float would change it
        case _:
            return cell
