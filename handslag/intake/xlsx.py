"""XLSX sheets into cells. The only module that imports openpyxl."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812 - it is a class

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from engine.errors import BadInput, Fault
from handslag.intake.cells import MAX_COLUMNS, Cell

MAX_UNPACKED = 200_000_000
MAX_LINES = 100_000
_BROKEN = (
    BadZipFile,
    InvalidFileException,
    ParseError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    OSError,
    EOFError,
    ArithmeticError,
    RuntimeError,
    ZlibError,
)


def xlsx_sheets(content: bytes, file: str, *, limit: int = MAX_UNPACKED) -> Mapping[str, list[tuple[int, Sequence[Cell]]]]:
    """Return each sheet's lines by its name, in the order of the workbook. limit: bytes it may unpack to.

    Raises: BadInput where it is no workbook, or unpacks to more than a workbook of companies can be.
    """
    try:
        with ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
        if unpacked > limit:
            raise _unreadable(file, "too_large", f"it unpacks to more than {limit // 1_000_000} MB")
        return _sheets(content, file)
    except _BROKEN as error:
        raise _unreadable(file, "workbook", f"not an Excel workbook ({error}); save it as .xlsx or CSV UTF-8") from error


def _sheets(content: bytes, file: str) -> dict[str, list[tuple[int, Sequence[Cell]]]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions that do not matter here
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        try:
            return {sheet.title: list(_lines(sheet, file)) for sheet in book.worksheets}
        finally:
            book.close()


def _lines(sheet: Any, file: str) -> Iterator[tuple[int, Sequence[Cell]]]:
    sheet.reset_dimensions()  # what the file says of its size is often wrong
    for line, row in enumerate(sheet.iter_rows(), start=1):
        if line > MAX_LINES or any(found.value is not None for found in row[MAX_COLUMNS:]):
            limits = f"{MAX_LINES} lines and {MAX_COLUMNS} columns"
            raise _unreadable(file, "too_wide", f"sheet {sheet.title!r} goes on beyond {limits}; delete what is out there")
        cells = [_cell(found) for found in row[:MAX_COLUMNS]]
        if any(cell.text for cell in cells):
            yield line, cells


def _cell(found: Any) -> Cell:
    if found.value is None:
        return Cell()
    if found.data_type == "f":
        return Cell("=", "formula")
    if found.data_type == "e":
        return Cell(str(found.value), "error")
    return _typed(found.value)


def _typed(value: object) -> Cell:
    match value:
        case bool():
            return Cell("yes" if value else "no", "yes_no")
        case int():
            return Cell(str(value), "number")
        case float():
            return Cell(str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f"), "number")
        case datetime():
            midnight = value.time() == time(0)
            return Cell(value.date().isoformat(), "date") if midnight else Cell(value.isoformat(" ", "minutes"))
        case date():
            return Cell(value.isoformat(), "date")
        case _:
            return Cell(str(value))


def _unreadable(file: str, code: str, sentence: str) -> BadInput:
    return BadInput([Fault(place=file, code=code, sentence=sentence)], what=file)
