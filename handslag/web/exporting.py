"""What a page lists, to take along: the same address with `as=` answers it as a workbook, CSV, JSON or a page to print.

So an export asks the same policy and takes the same filters as the page. A page that lists something gets it in three lines:
`form = asked(visit)`, `answer(visit, form, table_of(visit, …))`, and `exports=links(visit)` for its template.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple, TypeVar
from urllib.parse import urlencode

from fastapi.responses import Response, StreamingResponse

from engine.ports import Tx
from handslag.tables.csv_file import csv_parts
from handslag.tables.json_file import json_parts
from handslag.tables.table import MOST_ROWS, Cell, Column, Counted, Row, Table
from handslag.tables.xlsx_file import xlsx_parts
from handslag.web.labels import Labels
from handslag.web.visit import Visit
from notifications.dates import long_date, long_instant, number

AT_A_TIME = 500
MOST_PRINTED = 2_000
PRINT = "print"
FILES: dict[str, tuple[str, Callable[[Table, int], Iterator[bytes]]]] = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_parts),
    "csv": ("text/csv; charset=utf-8", csv_parts),
    "json": ("application/json", json_parts),
}
NAMES = {"xlsx": "Excel", "csv": "CSV", "json": "JSON", PRINT: "To print"}
LOOKS = {"number": "figure", "money": "figure", "date": "when", "instant": "when"}
L = TypeVar("L")
_log = logging.getLogger(__name__)


class Link(NamedTuple):
    """A way to take a page's list along."""

    url: str
    name: str


def asked(visit: Visit) -> str:
    """Return the form asked for by `as=`, empty for the page itself."""
    form = visit.request.query_params.get("as", "")
    return form if form in NAMES else ""


def links(visit: Visit, **others: str) -> list[Link]:
    """Return the ways to take along what the page shows, filters and all. others: parameters beside those asked for."""
    chosen = {**visit.request.query_params, **others}
    chosen = {name: value for name, value in chosen.items() if value and name not in ("as", "before", "after", "done")}
    return [Link(f"{visit.path}?{urlencode({**chosen, 'as': form})}", name) for form, name in NAMES.items()]


def table_of(
    visit: Visit,
    *,
    name: str,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Row],
    zone: str,
    about: Sequence[tuple[str, str]] = (),
) -> Table:
    """Return a table with what every export tells: what was asked for, by whom and when. about: further (label, value)."""
    t = Labels(visit.language, zone)
    told = [
        (t("What"), title),
        *((label, value) for label, value in about if value),
        (t("Made at"), long_instant(visit.now, visit.language, zone)),
        (t("Made by"), visit.signed.name),
        (t("Times are those of"), zone),
    ]
    most = MOST_PRINTED if asked(visit) == PRINT else MOST_ROWS
    cut = t("Only the first {n} rows are here; narrow the filters for the others.", n=most)
    return Table(
        name=name, title=title, columns=columns, rows=rows, about=told, cut=cut, zone=zone, at=visit.now,
        language=visit.language,
    )  # fmt: skip


def read_on(visit: Visit, read: Callable[[Tx, L | None], Sequence[tuple[L, Row | None]]]) -> Iterator[Row]:
    """Yield the rows of a keyset list page by page, each in a reading transaction of its own, so that nobody waits for it.

    read: the lines after the given one (None: from the start), each with its row, None where it is left out; a page
    shorter than AT_A_TIME is the last.
    """
    last: L | None = None
    while True:
        found = visit.house.store.read(lambda tx, after=last: read(tx, after))  # type: ignore[misc]
        yield from (row for _, row in found if row is not None)
        if len(found) < AT_A_TIME:
            return
        last = found[-1][0]


def answer(visit: Visit, form: str, table: Table) -> Response:
    """Answer a table in a form. That somebody took it along is logged: what, who, with which filters."""
    _log.info("exported", extra={"table": table.name, "form": form, "person": visit.person, "asked": visit.request.url.query})
    if form == PRINT:
        return _printed(visit, table)
    media_type, parts = FILES[form]
    name = f"handslag-{table.name}-{visit.now:%Y-%m-%d}.{form}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(parts(table, MOST_ROWS), media_type=media_type, headers=headers)


def _printed(visit: Visit, table: Table) -> Response:
    rows = Counted(table.rows, MOST_PRINTED)
    kept = [(no, column) for no, column in enumerate(table.columns) if column.printed]
    lines = [[_shown(row[no], table) for no, _ in kept] for row in rows]
    heads = [(column.heading, LOOKS.get(column.kind, "")) for _, column in kept]
    return visit.page("print.html", zone=table.zone, table=table, heads=heads, lines=lines, cut=rows.cut, back=_back(visit))


def _back(visit: Visit) -> str:
    chosen = {name: value for name, value in visit.request.query_params.items() if name != "as"}
    return f"{visit.path}?{urlencode(chosen)}" if chosen else visit.path


def _shown(cell: Cell, table: Table) -> str:
    match cell:
        case None:
            return ""
        case datetime():
            return long_instant(cell, table.language, table.zone)
        case date():
            return long_date(cell, table.language)
        case int() | Decimal():
            return number(cell, table.language)
        case _:
            return cell
