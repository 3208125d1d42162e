"""What a table is once it has been read: rows of cells that remember where they stood; and what one cell may say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from engine.errors import Fault
from engine.facts import YEARS, OutOfBounds, plain

MAX_BYTES = 10_000_000
MAX_ROWS = 20_000
MAX_COLUMNS = 300
MAX_CELL = 10_000
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4})")
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_GROUPED = re.compile(r"-?\d{1,3}([.,])\d{3}(\1\d{3})+")
_ONE_GROUP = re.compile(r"-?[1-9]\d{0,2}([.,])\d{3}")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as text. kind: `text`, or what a spreadsheet knew it to be: `number`, `date`, `yes_no`."""

    text: str = ""
    kind: str = "text"


EMPTY = Cell()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row that is not empty. line: its number in the file, the header being 1; faults: cells that could not be read."""

    line: int
    cells: tuple[Cell, ...]
    faults: tuple[Fault, ...] = ()

    def cell(self, index: int) -> Cell:
        """Return a cell; beyond the last one they are empty."""
        return self.cells[index] if index < len(self.cells) else EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A sheet. file: as places name it, `companies.csv` or `companies.xlsx[visits]`; header: its line number.

    decimal: the sign before decimals where the way of separating columns tells it (`,` beside semicolons), else empty.
    """

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    header: int = 1
    decimal: str = ""

    def place(self, line: int, column: str = "") -> str:
        """Return `file:line:column` as faults name it."""
        return f"{self.file}:{line}:{column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """Everything one import reads: the companies, and a table for each record list."""

    companies: Table
    records: tuple[tuple[str, Table], ...] = ()


def read_day(cell: Cell) -> date:
    """Read a date: 2026-03-31, 31-03-2026, 31.03.2026, 31/03/2026, or a date cell of a spreadsheet.

    Raises: ValueError saying what would have been right.
    """
    iso, day_first = _ISO.fullmatch(cell.text), _DAY_FIRST.fullmatch(cell.text)
    if cell.kind == "number" or not (iso or day_first):
        raise ValueError(f"{cell.text!r} is not a date; write 2026-03-31 or 31-03-2026")
    parts = iso.groups() if iso else (day_first[4], day_first[3], day_first[1]) if day_first else ()
    year, month, day = (int(part) for part in parts)
    if year not in YEARS:
        raise OutOfBounds("year", f"{cell.text!r}: a year from {YEARS[0]} to {YEARS[-1]} is wanted")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"{cell.text!r} is not a day of the calendar; the day comes first, as in 31-03-2026") from None


def read_month_day(cell: Cell) -> str:
    """Read the last day of a financial year, `12-31`; a spreadsheet may have made a date of it.

    Raises: ValueError saying what would have been right.
    """
    text = cell.text[5:] if cell.kind == "date" else cell.text
    if not _MONTH_DAY.fullmatch(text):
        raise ValueError(f"{cell.text!r} is not a last day of a financial year; write month and day, 12-31")
    return text


def read_number(cell: Cell, decimal: str = "") -> str:
    """Read a number with decimal point or comma, and return it as decimal text.

    decimal: the sign that the file is known to use. Raises: ValueError, also for `1.234`, which may mean two numbers.
    """
    text = re.sub(r"[\s']", "", cell.text)
    one = _ONE_GROUP.fullmatch(text)
    if cell.kind != "number" and one and one[1] != decimal:
        whole = text.replace(one[1], "")
        raise ValueError(f"{cell.text!r} may mean two numbers; write {whole}, or {text}0 for the small one")
    if _GROUPED.fullmatch(text):
        text = text.replace(".", "").replace(",", "")
    elif "," in text and "." in text:
        thousands = "." if text.rindex(",") > text.rindex(".") else ","
        text = text.replace(thousands, "")
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise ValueError(f"{cell.text!r} is not a number; write 1234,5 or 1234.5") from None
    if not number.is_finite():
        raise ValueError(f"{cell.text!r} is not a finite number")
    return plain(number, cell.text)
