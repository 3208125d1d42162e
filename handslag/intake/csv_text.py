"""CSV as it is found in the wild: which bytes are which letters, and what stands between columns."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence

from engine.errors import BadInput, Fault
from handslag.intake.cells import Cell

DELIMITERS = ";\t,"
DECIMAL_BESIDE = {";": ",", ",": ".", "\t": ""}
_SEP_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


def decoded(content: bytes, file: str) -> str:
    """Return the text: UTF-16 where a mark says so (Excel's "Unicode text"), else UTF-8, else Windows-1252 (Danish Excel).

    Raises: BadInput where it is none of these.
    """
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    sentence = "not a text in UTF-8, UTF-16 or Windows-1252; save it as CSV UTF-8, or as .xlsx"
    raise BadInput([Fault(place=file, code="encoding", sentence=sentence)], what=file)


def csv_lines(text: str, file: str) -> tuple[list[tuple[int, Sequence[Cell]]], str]:
    """Return the lines with the numbers on which they begin, and the decimal sign that goes with the delimiter.

    Raises: BadInput at the line where quotes do not match.
    """
    skipped, delimiter = 0, ""
    if told := _SEP_LINE.match(text):
        skipped, delimiter, text = 1, told[1], text[told.end() :]
    delimiter = delimiter or _delimiter(text)
    return list(_lines(text, delimiter, file, skipped)), DECIMAL_BESIDE.get(delimiter, "")


def _delimiter(text: str) -> str:
    """Return which sign the first line that is not empty has most of, outside quotes."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", header)
    return max(DELIMITERS, key=bare.count)


def _lines(text: str, delimiter: str, file: str, skipped: int) -> Iterator[tuple[int, Sequence[Cell]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for fields in reader:
            yield begins + skipped, [Cell(field) for field in fields]
            begins = reader.line_num + 1
    except csv.Error as error:
        sentence = f"the line cannot be read ({error}); a quotation mark in a value is written twice"
        place = f"{file}:{begins + skipped}:"
        raise BadInput([Fault(place=place, code="quotes", sentence=sentence)], what=file) from error
