"""A table as workbook, CSV and JSON: what goes in comes out, text stays text, and a long one needs little memory."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from handslag.tables.csv_file import csv_parts
from handslag.tables.json_file import json_parts
from handslag.tables.table import Column, Row, Table
from handslag.tables.xlsx_file import MOST_IN_CELL, xlsx_parts

AT = datetime(2026, 3, 1, 11, 5, tzinfo=UTC)
COLUMNS = [
    Column(key="name", title="Name"),
    Column(key="n", title="Count", kind="number"),
    Column(key="saved", title="Saved", kind="number", unit="tCO2e"),
    Column(key="paid", title="Paid", kind="money", unit="DKK"),
    Column(key="due_on", title="Due", kind="date"),
    Column(key="at", title="At", kind="instant"),
]
ROW: Row = ('Ålborg ; "Stål"\nA/S', 12, Decimal("-10.5"), Decimal("1234.50"), date(2026, 5, 31), AT)
RUNNING = ["=1+1", "+45 12", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", '=HYPERLINK("http://x")', "http://x.example"]


def table(rows: Iterable[Row], language: str = "en", columns: list[Column] = COLUMNS) -> Table:
    return Table(
        name="t", title="A [table]: of/all", columns=columns, rows=rows, about=[("What", "=x")], cut="more are there",
        zone="Europe/Copenhagen", at=AT, language=language,
    )  # fmt: skip


def texts(values: Iterable[str]) -> Table:
    return table([(value,) for value in values], columns=COLUMNS[:1])


def read_csv(made: Table, delimiter: str = ",", most: int = 1000) -> list[list[str]]:
    text = b"".join(csv_parts(made, most)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def read_xlsx(made: Table, most: int = 1000) -> list[list[object]]:
    book = load_workbook(io.BytesIO(b"".join(xlsx_parts(made, most))))
    return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]


def test_csv_has_a_mark_and_iso_days_in_local_time() -> None:
    assert b"".join(csv_parts(table([ROW]))).startswith(b"\xef\xbb\xbfName,Count,Saved (tCO2e),")

    assert read_csv(table([ROW]))[1] == [ROW[0], "12", "-10.5", "1234.50", "2026-05-31", "2026-03-01 12:05:00"]


@pytest.mark.parametrize("language", ["da", "nl"])
def test_csv_has_semicolons_where_the_comma_is_the_decimal_mark(language: str) -> None:
    assert read_csv(table([ROW], language), ";")[1][:4] == [ROW[0], "12", "-10,5", "1234,50"]


def test_csv_runs_nothing() -> None:
    cells = [row[0] for row in read_csv(texts(RUNNING))[1:]]

    assert cells == [f"'{text}" for text in RUNNING[:-1]] + RUNNING[-1:]


def test_a_workbook_keeps_kinds_and_text_stays_text() -> None:
    book = load_workbook(io.BytesIO(b"".join(xlsx_parts(table([ROW])))))
    sheet = book.worksheets[0]

    assert sheet.title == "A  table   of all"
    assert [cell.value for cell in sheet[1]] == ["Name", "Count", "Saved (tCO2e)", "Paid (DKK)", "Due", "At"]
    assert [cell.value for cell in sheet[2]] == [
        ROW[0], 12, -10.5, 1234.5, datetime(2026, 5, 31), datetime(2026, 3, 1, 12, 5),  # noqa: DTZ001 - as Excel has it
    ]  # fmt: skip
    assert [sheet[2][4].number_format, sheet[2][3].number_format] == ["dd/mm/yyyy", "#,##0.00"]
    assert book.worksheets[1]["B1"].value == "=x"
    assert book.worksheets[1]["B1"].data_type == "s"


def test_a_workbook_runs_nothing_and_links_nowhere() -> None:
    book = load_workbook(io.BytesIO(b"".join(xlsx_parts(texts(RUNNING)))))
    cells = [row[0] for row in book.worksheets[0].iter_rows(min_row=2)]

    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.hyperlink for cell in cells] == [None] * len(RUNNING)
    assert cells[0].value == "=1+1"


def test_a_danish_workbook_writes_days_as_danes_do() -> None:
    sheet = load_workbook(io.BytesIO(b"".join(xlsx_parts(table([ROW], "da"))))).worksheets[0]

    assert [sheet[2][4].number_format, sheet[2][5].number_format] == ["dd-mm-yyyy", "dd-mm-yyyy hh:mm"]


def test_a_text_longer_than_a_cell_is_cut_and_control_marks_survive() -> None:
    long, odd = "x" * (MOST_IN_CELL + 10), "a\x01b"
    rows = read_xlsx(texts([long, odd]))

    assert str(rows[1][0]).endswith("x…")
    assert len(str(rows[1][0])) == MOST_IN_CELL
    assert rows[2][0] is not None


def test_json_is_exact_and_in_utc() -> None:
    made = json.loads(b"".join(json_parts(table([ROW, ROW]))))

    assert made["asked"] == {"What": "=x"}
    assert (made["count"], made["cut"]) == (2, False)
    assert made["rows"][1] == {
        "name": ROW[0], "n": 12, "saved": "-10.5", "paid": "1234.50", "due_on": "2026-05-31", "at": "2026-03-01T11:05:00Z",
    }  # fmt: skip
    assert json.loads(b"".join(json_parts(table([]))))["rows"] == []


def test_more_rows_than_the_most_are_told_not_hidden() -> None:
    rows = [("a",), ("b",), ("c",)]
    columns = COLUMNS[:1]

    assert read_csv(table(rows, columns=columns), most=2)[1:] == [["a"], ["b"], ["more are there"]]
    assert read_csv(table(rows, columns=columns), most=3)[1:] == [["a"], ["b"], ["c"]]
    cut = json.loads(b"".join(json_parts(table(rows, columns=columns), 2)))
    assert (cut["count"], cut["cut"], len(cut["rows"])) == (2, True, 2)
    book = load_workbook(io.BytesIO(b"".join(xlsx_parts(table(rows, columns=columns), 2))))
    assert book.worksheets[0].max_row == 3
    assert book.worksheets[1]["B2"].value == "more are there"


@pytest.mark.parametrize("parts", [csv_parts, json_parts, xlsx_parts])
def test_twenty_thousand_rows_are_not_held_in_memory(parts: Callable[[Table], Iterator[bytes]]) -> None:
    note = "n" * 500

    def rows() -> Iterator[Row]:
        for n in range(20_000):
            yield f"Company {n} {note}", n, Decimal(n), Decimal(n), date(2026, 1, 1), AT

    tracemalloc.start()
    size = sum(len(part) for part in parts(table(rows())))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert size > 400_000
    assert peak < 5_000_000  # the rows together are more than ten
