"""Working days, terms, sums and sending hours against printed tables."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from engine.calendar import Calendar
from engine.sums import add_term, due_of, last_of, reckon, started
from engine.terms import Term, add_months, parse_term
from tests.world import FREE_DK, quiet_days

DK = Calendar(
    zone="Europe/Copenhagen",
    free={date.fromisoformat(day): name for day, name in FREE_DK.items()},
    quiet=quiet_days(),
    opens=time(8),
    closes=time(16),
)


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-03-27", 5, "2026-04-08"),  # a Friday: 30, 31 March, 1, 7, 8 April, for Easter lies between
        ("2026-03-29", 5, "2026-04-08"),  # a Sunday, the night the clocks go forward
        ("2026-04-03", 5, "2026-04-13"),  # Good Friday itself
        ("2026-10-23", 5, "2026-10-30"),  # across the night the clocks go back
        ("2026-12-23", 5, "2027-01-05"),  # the turn of the year
        ("2026-03-31", -14, "2026-03-11"),
        ("2026-03-31", -3, "2026-03-26"),
        ("2026-03-31", 15, "2026-04-24"),
    ],
)
def test_working_days_are_those_of_the_printed_table(start: str, days: int, expected: str) -> None:
    assert DK.add(date.fromisoformat(start), Term(days, "wd")) == date.fromisoformat(expected)


def test_months_end_where_the_month_ends() -> None:
    assert add_months(date(2028, 1, 31), 1) == date(2028, 2, 29)
    assert add_months(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert DK.add(date(2029, 3, 15), parse_term("-6 months")) == date(2028, 9, 15)


@pytest.mark.parametrize("text", ["10", "wd", "ten wd", "1.5 days", "3 decades", "P6M"])
def test_a_term_that_is_none_says_what_would_have_been_right(text: str) -> None:
    with pytest.raises(ValueError, match="10 wd"):
        parse_term(text)


def test_a_due_day_that_is_free_rolls_forward_and_says_why() -> None:
    steps = reckon([started(date(2026, 3, 4), "fact", "signed_on"), {"op": "add", "term": "30 days"}], DK)

    assert [step["op"] for step in steps] == ["start", "add", "roll"]
    assert steps[-1] == {"op": "roll", "from": "2026-04-03", "why": "Langfredag", "on": "2026-04-07"}
    assert due_of(steps) == last_of(steps) == date(2026, 4, 7)


def test_grace_counts_from_the_due_date_and_does_not_move_it() -> None:
    steps = reckon([started(date(2026, 3, 31), "calendar"), {"op": "grace", "term": "10 wd"}], DK)

    assert (due_of(steps), last_of(steps)) == (date(2026, 3, 31), date(2026, 4, 17))


def test_a_sum_can_be_reckoned_again_from_itself() -> None:
    ops = [started(date(2026, 3, 20), "phase", "signing"), {"op": "add", "term": "10 wd"}, {"op": "extend", "term": "5 wd"},
           {"op": "grace", "term": "2 wd"}]  # fmt: skip
    once = reckon(ops, DK)

    assert reckon(once, DK) == once


class Pause:
    """Days that do not count."""

    def __init__(self, first: date, until: date) -> None:
        self.first, self.until = first, until


def test_overlapping_pauses_count_once() -> None:
    pauses = (Pause(date(2026, 6, 8), date(2026, 6, 12)), Pause(date(2026, 6, 10), date(2026, 6, 16)))

    day, _, touched = add_term(date(2026, 6, 5), Term(3, "wd"), DK, pauses)

    assert day == date(2026, 6, 18)
    assert len(touched) == 2


def test_company_mail_waits_for_hours_days_and_quiet_windows() -> None:
    def leaves(text: str, **how: bool) -> str:
        now = datetime.fromisoformat(text).replace(tzinfo=UTC)
        return DK.local(DK.next_sending(now, to_company=True, **how)).isoformat()[:16]

    assert leaves("2026-03-04T05:00") == "2026-03-04T08:00"
    assert leaves("2026-03-04T10:30") == "2026-03-04T11:30"
    assert leaves("2026-03-04T15:30") == "2026-03-05T08:00"
    assert leaves("2026-04-02T10:00") == "2026-04-07T08:00"
    assert leaves("2026-07-07T10:00") == "2026-07-27T08:00"
    assert leaves("2026-07-07T10:00", quiet_applies=False) == "2026-07-07T12:00"


@pytest.mark.parametrize(("day", "utc"), [("2026-03-28", 7), ("2026-03-30", 6), ("2026-10-24", 6), ("2026-10-26", 7)])
def test_eight_in_the_morning_stays_eight_across_both_clock_changes(day: str, utc: int) -> None:
    assert DK.opening(date.fromisoformat(day)).hour == utc


def test_local_midnight_of_a_clock_change_night_is_a_real_instant() -> None:
    before, after = DK.instant(date(2026, 10, 25)), DK.instant(date(2026, 10, 26))

    assert after - before == timedelta(hours=25)
