"""Dates and numbers stand as people of each country write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from notifications.dates import day_month, day_of, listing, long_date, long_instant, number

DAY = date(2026, 5, 31)


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "31 May 2026"), ("da", "31. maj 2026"), ("nl", "31 mei 2026"), ("da-DK", "31. maj 2026"), ("fi", "31 May 2026")],
)
def test_a_date_is_written_out_in_its_language(language: str, expected: str) -> None:
    assert long_date(DAY, language) == expected


@pytest.mark.parametrize(("language", "expected"), [("en", "31 May"), ("da", "31. maj"), ("nl", "31 mei")])
def test_a_day_without_its_year_keeps_the_order_of_its_language(language: str, expected: str) -> None:
    assert day_month(DAY, language) == expected


@pytest.mark.parametrize(("language", "expected"), [("en", "12,345.6"), ("da", "12.345,6"), ("nl", "12.345,6")])
def test_a_number_has_the_marks_of_its_language(language: str, expected: str) -> None:
    assert number("12345.60", language) == expected


def test_an_instant_is_told_in_the_zone_of_its_reader() -> None:
    late = datetime(2026, 5, 31, 22, 30, tzinfo=UTC)

    assert long_instant(late, "da", "Europe/Copenhagen") == "1. juni 2026 00.30"
    assert day_of(late, "Europe/Copenhagen") == date(2026, 6, 1)
    assert day_of("2026-05-31T22:30:00+00:00", "UTC") == DAY
    assert day_of("2026-05-31", "UTC") == DAY


@pytest.mark.parametrize("wrong", ["soon", 12, datetime(2026, 5, 31, 8), "2026-05-31T08:00:00"])  # noqa: DTZ001
def test_what_is_no_day_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        day_of(wrong, "UTC")


@pytest.mark.parametrize("wrong", ["many", "NaN", "Infinity", "1E+999999999", "1E-999999999", "9" * 31])
def test_a_number_that_cannot_be_written_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="number"):
        number(wrong, "en")


def test_a_list_ends_in_the_and_of_its_language() -> None:
    assert listing(["A", "B", "C"], "en") == "A, B and C"
    assert listing(["A", "B", "C"], "da") == "A, B og C"
    assert listing(["A", "B", "C"], "nl") == "A, B en C"
    assert listing([], "nl") == ""
