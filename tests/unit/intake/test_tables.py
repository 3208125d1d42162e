"""Files as people have them: every encoding and delimiter, workbooks, and what is too much or not a table."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from engine.errors import BadInput, NotFound
from handslag.intake.cells import MAX_BYTES, MAX_ROWS, Table
from handslag.intake.tables import read_sheets, records_option
from handslag.intake.xlsx import xlsx_sheets

ROWS = [["name", "number", "note"], ["Sønder Å & Søn", "13585628", "første; linje"], ["Æblegården", "10150817", '12" rør']]


def csv_text(delimiter: str) -> str:
    return "\r\n".join(delimiter.join(f'"{cell}"'.replace('12" ', '12"" ') for cell in row) for row in ROWS) + "\r\n"


def companies(folder: Path, content: bytes, name: str = "companies.csv") -> Table:
    path = folder / name
    path.write_bytes(content)
    return read_sheets(path).companies


def texts(table: Table) -> list[list[str]]:
    return [list(table.columns), *([cell.text for cell in row.cells] for row in table.rows)]


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_reads_the_same_in_every_encoding_and_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    table = companies(tmp_path, csv_text(delimiter).encode(encoding))

    assert texts(table) == ROWS
    assert [row.line for row in table.rows] == [2, 3]
    assert table.decimal == {";": ",", ",": ".", "\t": ""}[delimiter]


def test_lines_are_those_of_the_file_with_blank_rows_and_breaks_in_cells(tmp_path: Path) -> None:
    table = companies(tmp_path, b'\nname;note\n\n"A";"one\ntwo"\n;;\nB;x\n')

    assert table.header == 2
    assert [(row.line, row.cells[0].text) for row in table.rows] == [(4, "A"), (7, "B")]


def test_the_sep_line_of_excel_is_obeyed(tmp_path: Path) -> None:
    table = companies(tmp_path, b"sep=;\r\nname;note, with commas, many\r\nA;b\r\n")

    assert table.columns == ("name", "note, with commas, many")
    assert (table.header, table.rows[0].line) == (2, 3)


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b'name;note\nA;"x\n', "quotes", "companies.csv:2:"),
        (b"name\n\x81\x00\n", "encoding", "companies.csv"),
    ],
)
def test_what_is_no_table_is_refused_with_its_place(tmp_path: Path, content: bytes, code: str, place: str) -> None:
    with pytest.raises(BadInput) as refused:
        companies(tmp_path, content)

    assert [(fault.code, fault.place) for fault in refused.value.faults] == [(code, place)]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"nowhere\.csv"):
        read_sheets(tmp_path / "nowhere.csv")


def test_wrong_cells_are_faults_of_their_row_and_column(tmp_path: Path) -> None:
    long = "x" * 10_001
    table = companies(tmp_path, f"name;note\n=1+1;ok\nA;{long}\nB;x;y\nC;a\x07b\nD;d\n".encode())

    assert [(f.place, f.code) for row in table.rows for f in row.faults] == [
        ("companies.csv:2:name", "formula"),
        ("companies.csv:3:note", "too_long"),
        ("companies.csv:4:column 3", "no_column"),
        ("companies.csv:5:note", "control"),
    ]
    assert table.rows[4].faults == ()


def test_too_many_rows_and_too_large_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="at most 20000"):
        companies(tmp_path, b"name\n" + b"A\n" * (MAX_ROWS + 1))
    with pytest.raises(BadInput, match="larger than 10 MB"):
        companies(tmp_path, b"x" * (MAX_BYTES + 1))
    with pytest.raises(BadInput, match="301 columns"):
        companies(tmp_path, (";".join(f"c{n}" for n in range(301)) + "\nA\n").encode())


def test_a_workbook_gives_typed_cells_and_a_table_for_each_filled_sheet(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "all.xlsx",
        Virksomheder=[
            ["name", "number", "signed_on", "score", "consent", "ratio", "at"],
            ["Sønder", 13585628, date(2026, 3, 31), 72.5, True, 1.234, datetime(2026, 3, 31, 10, 30)],  # noqa: DTZ001
            [None, None, None],
            ["Formel", "=A2", datetime(2026, 4, 1), 3.0, False, 1e-7, None],  # noqa: DTZ001
        ],
        visits=[["company", "held_on"], ["13585628", date(2026, 2, 1)]],
        Ark3=[],
    )

    sheets = read_sheets(path)

    first, second = sheets.companies.rows
    assert [(c.text, c.kind) for c in first.cells] == [
        ("Sønder", "text"), ("13585628", "number"), ("2026-03-31", "date"), ("72.5", "number"), ("yes", "yes_no"),
        ("1.234", "number"), ("2026-03-31 10:30", "text"),
    ]  # fmt: skip
    assert (second.line, [f.place for f in second.faults]) == (4, ["all.xlsx:4:number"])
    assert [c.text for c in second.cells[2:]] == ["2026-04-01", "3", "no", "0.0000001"]
    assert [(name, table.file, len(table.rows)) for name, table in sheets.records] == [("visits", "all.xlsx[visits]", 1)]


def test_a_workbook_with_something_far_out_is_refused(tmp_path: Path) -> None:
    wide = workbook(tmp_path / "wide.xlsx", A=[["name", *[None] * 400, "far"], ["A"]])
    book = Workbook()
    book.worksheets[0]["A1"] = "name"
    book.worksheets[0]["A200000"] = "far"
    book.save(tmp_path / "long.xlsx")

    for path in (wide, tmp_path / "long.xlsx"):
        with pytest.raises(BadInput, match="goes on beyond"):
            read_sheets(path)


def test_records_come_from_further_files_too(tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text("company;held_on\nA;2026-01-01\n", encoding="utf-8")
    path = tmp_path / "c.csv"
    path.write_text("name\nA\n", encoding="utf-8")

    sheets = read_sheets(path, records_option([f"visits={tmp_path / 'v.csv'}"]).items())

    assert [(name, table.file) for name, table in sheets.records] == [("visits", "v.csv")]
    with pytest.raises(BadInput) as refused:
        records_option(["visits", "=x", "a=b"])
    assert len(refused.value.faults) == 2


def test_a_workbook_that_is_none_or_unpacks_too_far_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="not an Excel workbook"):
        companies(tmp_path, b"name;number\n", name="c.xlsx")
    path = workbook(tmp_path / "big.xlsx", A=[["name"], ["A"]])
    with pytest.raises(BadInput, match="unpacks to more"):
        xlsx_sheets(path.read_bytes(), "big.xlsx", limit=100)
