"""A table as an Excel workbook, written row by row to a file. The only module that imports xlsxwriter."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter

from handslag.tables.cells import local
from handslag.tables.table import MOST_ROWS, Cell, Counted, Table

# A number format knows no names of months but those of the reader's Excel; figures are read alike everywhere.
DAYS = {"en": "dd/mm/yyyy", "da": "dd-mm-yyyy", "nl": "dd-mm-yyyy"}
FORMATS = {"number": "General", "money": "#,##0.00"}
WIDTHS = {"text": 28, "number": 14, "money": 16, "date": 12, "instant": 18}
MOST_IN_CELL = 32_767  # Excel's own limit; xlsxwriter would leave a longer one out without a word
MOST_NAME = 31
CHUNK = 64 * 1024


def xlsx_parts(table: Table, most: int = MOST_ROWS) -> Iterator[bytes]:
    """Yield the finished file piece by piece; it is made in a temporary file, which is gone afterwards."""
    with tempfile.TemporaryFile() as file:
        write_xlsx(table, file, most)
        file.seek(0)
        while part := file.read(CHUNK):
            yield part


def write_xlsx(table: Table, file: IO[bytes], most: int = MOST_ROWS) -> None:
    """Write a workbook: a sheet with the rows, a sheet that tells what was asked for. Text stays text, whatever it says."""
    book = xlsxwriter.Workbook(
        file,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties({"title": table.title, "created": table.at.replace(tzinfo=None)})
    _Sheets(book, table).write(most)
    book.close()


class _Sheets:
    """The two sheets of one workbook."""

    def __init__(self, book: Any, table: Table) -> None:
        self._book, self._table = book, table
        day = DAYS.get(table.language, DAYS["en"])
        shapes = {**FORMATS, "date": day, "instant": f"{day} hh:mm"}
        self._formats = {kind: book.add_format({"num_format": shape, "valign": "top"}) for kind, shape in shapes.items()}
        self._text = book.add_format({"valign": "top", "text_wrap": True})
        self._head = book.add_format({"bold": True, "valign": "top", "text_wrap": True, "bottom": 1})

    def write(self, most: int) -> None:
        table, sheet = self._table, self._book.add_worksheet(_sheet_name(self._table.title))
        for no, column in enumerate(table.columns):
            sheet.set_column(no, no, WIDTHS[column.kind])
        for no, column in enumerate(table.columns):
            sheet.write_string(0, no, column.heading, self._head)
        sheet.freeze_panes(1, 0)
        rows = Counted(table.rows, most)
        for row in rows:
            for no, cell in enumerate(row):
                self._cell(sheet, rows.count, no, cell)
        sheet.autofilter(0, 0, max(rows.count, 1), len(table.columns) - 1)
        self._about([*table.about, *([("", table.cut)] if rows.cut else [])])

    def _cell(self, sheet: Any, row: int, no: int, cell: Cell) -> None:
        kind = self._table.columns[no].kind
        match cell:
            case None | "":
                return
            case datetime():
                sheet.write_datetime(row, no, local(cell, self._table.zone), self._formats["instant"])
            case date():
                sheet.write_datetime(row, no, cell, self._formats["date"])
            case int() | Decimal():
                sheet.write_number(row, no, cell, self._formats["money" if kind == "money" else "number"])
            case _:
                sheet.write_string(row, no, _fitting(cell), self._text)

    def _about(self, lines: list[tuple[str, str]]) -> None:
        sheet = self._book.add_worksheet("Handslag")
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 60)
        for row, (label, value) in enumerate(lines):
            sheet.write_string(row, 0, label, self._head)
            sheet.write_string(row, 1, _fitting(value), self._text)


def _fitting(text: str) -> str:
    return text if len(text) <= MOST_IN_CELL else f"{text[: MOST_IN_CELL - 1]}…"


def _sheet_name(title: str) -> str:
    """Return a name that Excel takes: short, without its seven forbidden marks and without apostrophes at the ends."""
    plain = "".join(" " if ch in "[]:*?/\\" else ch for ch in title).strip("' ")[:MOST_NAME].strip("' ")
    return "Table" if plain.lower() in ("", "history", "handslag") else plain
