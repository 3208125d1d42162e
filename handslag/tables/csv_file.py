"""A table as CSV: UTF-8 with a byte order mark, and the separators that Excel expects where people speak the language."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from handslag.tables.cells import cell_text, decimal_mark, safe_text
from handslag.tables.table import MOST_ROWS, Counted, Table

AT_A_TIME = 500
MARK = "\ufeff"


def delimiter(language: str) -> str:
    """Return what stands between cells: a semicolon where the comma stands before decimals."""
    return ";" if decimal_mark(language) == "," else ","


def csv_parts(table: Table, most: int = MOST_ROWS) -> Iterator[bytes]:
    """Yield the file piece by piece. A cut table says so in its last line, in the first cell."""
    page = io.StringIO()
    writer = csv.writer(page, delimiter=delimiter(table.language), lineterminator="\r\n")
    page.write(MARK)
    writer.writerow([safe_text(column.heading) for column in table.columns])
    rows = Counted(table.rows, most)
    for row in rows:
        writer.writerow([cell_text(cell, language=table.language, zone=table.zone) for cell in row])
        if rows.count % AT_A_TIME == 0:
            yield _taken(page)
    if rows.cut:
        writer.writerow([table.cut])
    yield _taken(page)


def _taken(page: io.StringIO) -> bytes:
    text = page.getvalue()
    page.seek(0)
    page.truncate()
    return text.encode()
