"""Reads the files of an import into tables: one CSV or XLSX with the companies, and sheets or further files of records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from engine.errors import BadInput, Fault, NotFound
from handslag.intake.cells import MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS, Cell, Row, Sheets, Table
from handslag.intake.csv_text import csv_lines, decoded
from handslag.intake.xlsx import xlsx_sheets

_LAYOUT = str.maketrans("\n\r\t\u00a0\u00ad\u200b", "      ")
SPREADSHEETS = (".xlsx", ".xlsm")
Line = tuple[int, Sequence[Cell]]


def read_sheets(path: Path, records: Iterable[tuple[str, Path]] = ()) -> Sheets:
    """Read the file of companies, and those of records: (list key, file).

    In a spreadsheet the first sheet is the companies and each further one that is not empty the record list of its name.
    Raises: NotFound; BadInput where a file cannot be read at all (wrong cells are faults of their rows).
    """
    first, *further = _tables(path)
    found = [(name, table) for name, table in further if table.columns]
    for key, file in records:
        found += [(key, table) for _, table in _tables(file)[:1]]
    return Sheets(companies=first[1], records=tuple(found))


def _tables(path: Path) -> list[tuple[str, Table]]:
    """Return the sheets of a file by name; a CSV file is one sheet without a name."""
    if not path.is_file():
        raise NotFound(f"there is no file {path}", path=str(path))
    if path.stat().st_size > MAX_BYTES:
        raise _unreadable(path.name, "too_large", f"the file is larger than {MAX_BYTES // 1_000_000} MB; split it")
    content = path.read_bytes()
    if path.suffix.lower() not in SPREADSHEETS:
        lines, decimal = csv_lines(decoded(content, path.name), path.name)
        return [("", _table(path.name, lines, decimal))]
    sheets = xlsx_sheets(content, path.name)
    files = {name: path.name if no == 0 else f"{path.name}[{name}]" for no, name in enumerate(sheets)}
    return [(name, _table(files[name], lines, "")) for name, lines in sheets.items()]


def _table(file: str, lines: Iterable[Line], decimal: str) -> Table:
    """Take the first line that is not empty as the header, the others as rows."""
    full = [(line, _trimmed(cells)) for line, cells in lines if any(cell.text for cell in cells)]
    if not full:
        return Table(file=file, columns=(), rows=())
    (header, names), *body = full
    columns = tuple(cell.text for cell in names)
    if len(body) > MAX_ROWS:
        raise _unreadable(file, "too_many_rows", f"{len(body)} rows; at most {MAX_ROWS} go in at once, split the file")
    if len(columns) > MAX_COLUMNS:
        raise _unreadable(file, "too_many_columns", f"{len(columns)} columns; at most {MAX_COLUMNS} are read")
    empty = Table(file=file, columns=columns, rows=(), header=header, decimal=decimal)
    rows = tuple(Row(line=line, cells=tuple(cells), faults=tuple(_faults(empty, line, cells))) for line, cells in body)
    return Table(file=file, columns=columns, rows=rows, header=header, decimal=decimal)


def _trimmed(cells: Sequence[Cell]) -> Sequence[Cell]:
    last = max((no for no, cell in enumerate(cells) if cell.text), default=-1)
    return [Cell(cell.text.strip(), cell.kind) for cell in cells[: last + 1]]


def _faults(table: Table, line: int, cells: Sequence[Cell]) -> Iterable[Fault]:
    """Say what no cell may be: a formula, an error of the spreadsheet, a novel, a value in no column."""
    for no, cell in enumerate(cells):
        column = table.columns[no] if no < len(table.columns) else ""
        place = table.place(line, column or f"column {no + 1}")
        if cell.text and not column:
            yield Fault(place=place, code="no_column", sentence=f"{cell.text[:40]!r} stands in a column without a name")
        if cell.kind == "formula" or cell.text.startswith("="):
            sentence = "a formula; values are wanted (copy the column and paste it as values)"
            yield Fault(place=place, code="formula", sentence=sentence)
        elif cell.kind == "error":
            yield Fault(place=place, code="spreadsheet_error", sentence=f"the spreadsheet says {cell.text}; write a value")
        elif not cell.text.translate(_LAYOUT).isprintable():
            yield Fault(place=place, code="control", sentence="a sign that cannot be printed; type the value again")
        elif len(cell.text) > MAX_CELL:
            yield Fault(place=place, code="too_long", sentence=f"{len(cell.text)} characters; at most {MAX_CELL} are read")


def _unreadable(file: str, code: str, sentence: str) -> BadInput:
    return BadInput([Fault(place=file, code=code, sentence=sentence)], what=file)


def records_option(given: Iterable[str]) -> Mapping[str, Path]:
    """Read `LIST=FILE` options. Raises: BadInput naming each that is not one."""
    pairs = [(text, *text.partition("=")) for text in given]
    faults = [
        Fault(place="--records", code="form", sentence=f"{text!r}; write LIST=FILE, such as visits=visits.csv")
        for text, key, _, file in pairs
        if not key.strip() or not file.strip()
    ]
    if faults:
        raise BadInput(faults, what="the command")
    return {key.strip(): Path(file.strip()) for _, key, _, file in pairs}
