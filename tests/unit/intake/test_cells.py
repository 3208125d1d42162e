"""Dates and numbers as people write them."""

from __future__ import annotations

import pytest

from engine.facts import OutOfBounds
from handslag.intake.cells import Cell, read_day, read_month_day, read_number


@pytest.mark.parametrize("text", ["2026-03-31", "31-03-2026", "31.03.2026", "31/03/2026", "31-3-2026"])
def test_a_date_is_read_in_every_common_form(text: str) -> None:
    assert read_day(Cell(text)).isoformat() == "2026-03-31"


@pytest.mark.parametrize("text", ["31-02-2026", "03/31/2026", "31.03/2026", "31-03-26", "0202-03-31", "2026-03-31 10:30"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a date|day of the calendar|a year from"):
        read_day(Cell(text))


def test_a_number_of_days_is_no_date() -> None:
    with pytest.raises(ValueError, match="not a date"):
        read_day(Cell("46112", "number"))


@pytest.mark.parametrize(
    ("text", "decimal", "wanted"),
    [
        ("72,5", ",", "72.5"),
        ("72.5", ",", "72.5"),
        ("1.234,5", "", "1234.5"),
        ("1,234.5", "", "1234.5"),
        ("1.234.567", "", "1234567"),
        ("1 234 567", "", "1234567"),
        ("1,234", ",", "1.234"),
        ("1.234", ".", "1.234"),
        ("0,125", "", "0.125"),
        ("-3", "", "-3"),
        ("1234", "", "1234"),
    ],
)
def test_a_number_is_read_with_point_or_comma(text: str, decimal: str, wanted: str) -> None:
    assert read_number(Cell(text), decimal) == wanted


@pytest.mark.parametrize(("text", "decimal"), [("1.234", ","), ("1,234", "."), ("1.234", ""), ("12,345", "")])
def test_a_number_that_may_mean_two_is_refused(text: str, decimal: str) -> None:
    with pytest.raises(ValueError, match="two numbers"):
        read_number(Cell(text), decimal)


def test_a_typed_number_means_what_it_says() -> None:
    assert read_number(Cell("1.234", "number")) == "1.234"


@pytest.mark.parametrize("text", ["many", "1e", "12 tons", "1,2,3", "NaN", "Infinity"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        read_number(Cell(text))


@pytest.mark.parametrize("text", ["1E+999999999", "1e-999999999", "1" * 16, "0E+99", "-" + "9" * 5_000])
def test_a_number_out_of_every_proportion_is_refused(text: str) -> None:
    with pytest.raises(OutOfBounds, match="at most 15 digits before the decimal sign and 30 after it"):
        read_number(Cell(text))


@pytest.mark.parametrize("text", ["9999-12-31", "0001-01-01", "2200-01-01", "1899-12-31"])
def test_a_year_nobody_means_is_refused(text: str) -> None:
    with pytest.raises(OutOfBounds, match="a year from 1900 to 2199"):
        read_day(Cell(text))


def test_the_end_of_a_financial_year_survives_a_spreadsheet() -> None:
    assert read_month_day(Cell("06-30")) == "06-30"
    assert read_month_day(Cell("2026-12-31", "date")) == "12-31"
    with pytest.raises(ValueError, match="12-31"):
        read_month_day(Cell("31-12"))
