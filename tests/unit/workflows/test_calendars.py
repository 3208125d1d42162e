from __future__ import annotations

from datetime import date

import pytest

from workflows.calendars import QuietWindow, calendar_days

SUMMER = QuietWindow(name="sommer", weeks=(28, 30))
TURN = QuietWindow(name="årsskifte", first="12-20", last="01-02")


def free(country: str, year: int, include: tuple[str, ...] = (), exclude: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the free days that are not on a weekend, MM-DD -> name."""
    days = calendar_days(country, [year], include, exclude)
    return {f"{day:%m-%d}": name for day, kind, name in days if kind == "free" and day.weekday() < 5}


def test_denmark_has_its_working_day_holidays() -> None:
    """Source: domain notes 6.1."""
    assert set(free("DK", 2026)) == {
        "01-01", "04-02", "04-03", "04-06", "05-14", "05-25", "06-05", "12-24", "12-25", "12-31",
    }  # fmt: skip
    assert set(free("DK", 2027)) == {"01-01", "03-25", "03-26", "03-29", "05-06", "05-17", "12-24", "12-31"}


def test_netherlands_have_theirs() -> None:
    assert set(free("NL", 2026)) == {"01-01", "04-03", "04-06", "04-27", "05-05", "05-14", "05-25", "12-25"}
    assert set(free("NL", 2027)) == {"01-01", "03-26", "03-29", "04-27", "05-05", "05-06", "05-17"}


def test_great_prayer_day_is_a_working_day_since_2024() -> None:
    assert "05-05" in free("DK", 2023)
    assert "04-26" not in free("DK", 2024)


def test_names_are_in_the_countrys_language() -> None:
    assert free("DK", 2026)["06-05"] == "Grundlovsdag"
    assert free("NL", 2026)["05-05"] == "Bevrijdingsdag"


def test_days_may_be_added_and_taken_away() -> None:
    assert "05-01" in free("DK", 2026, include=("05-01",))
    assert "05-15" in free("DK", 2026, include=("2026-05-15",))
    assert "05-15" not in free("DK", 2026, include=("2025-05-15",))
    assert "06-05" not in free("DK", 2026, exclude=("06-05",))
    assert "04-03" not in free("NL", 2026, exclude=("goede vrijdag",))


def test_quiet_windows_become_days_and_free_days_stay_free() -> None:
    days = {day: (kind, name) for day, kind, name in calendar_days("DK", [2026], quiet=(SUMMER, TURN))}

    assert days[date(2026, 7, 6)] == ("quiet", "sommer")
    assert days[date(2026, 7, 26)] == ("quiet", "sommer")
    assert date(2026, 7, 27) not in days
    assert days[date(2026, 1, 2)] == ("quiet", "årsskifte")
    assert days[date(2026, 12, 20)] == ("quiet", "årsskifte")
    assert days[date(2026, 12, 24)][0] == "free"


def test_no_day_is_outside_the_years_or_there_twice() -> None:
    days = [day for day, _, _ in calendar_days("NL", range(2026, 2038), quiet=(SUMMER, TURN))]

    assert {day.year for day in days} == set(range(2026, 2038))
    assert len(days) == len(set(days))
    assert days == sorted(days)


def test_unknown_country_is_refused() -> None:
    with pytest.raises(ValueError, match="known: DK, NL"):
        calendar_days("SE", [2026])
