"""The outlook on a target: sums that a reader can redo, and what they promise whatever the lengths are."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import Calendar
from engine.outlook import AT_RISK, EARLY, LIKELY, MISSED, UNSURE, Expected, Standing, expect, outlook
from engine.pace import DECLARED, FEW, STAYS, Pace, Workdays, declared_days, middle, ninetieth, pace_of
from engine.programme import Target
from engine.terms import Term

TODAY = date(2026, 4, 14)
CALENDAR = Calendar(zone="Europe/Copenhagen", free={date(2026, 5, 14): "Ascension", date(2026, 5, 25): "Whit Monday"})
TARGET = Target(title="ten", count=10, first=date(2025, 6, 1), last=date(2026, 5, 31))
LENGTHS = st.lists(st.integers(0, 80), min_size=5, max_size=30)


def case(spent: int = 0, *, way: tuple[str, ...] = ("talks", "signing"), resumes_on: date | None = None) -> Standing:
    return Standing(number="A-1", title="Acme", workflow="method", phase=way[0], since=TODAY, spent=spent, way=way,
                    resumes_on=resumes_on)  # fmt: skip


def expected(talks: list[int], signing: list[int], spent: int = 0) -> Expected:
    paces = {("method", "talks"): pace_of("talks", talks, None, 0), ("method", "signing"): pace_of("signing", signing, None, 0)}
    return expect(case(spent), paces, CALENDAR, TODAY, TARGET)


@given(talks=LENGTHS, signing=LENGTHS, spent=st.integers(0, 90), slower=st.integers(0, 200), in_talks=st.booleans())
def test_a_slower_stay_never_makes_a_date_earlier(
    talks: list[int], signing: list[int], spent: int, slower: int, in_talks: bool
) -> None:
    before = expected(talks, signing, spent)
    step = before.steps[0 if in_talks else 1]
    more = [*(talks if in_talks else signing), step.spent + step.days + slower]

    after = expected(more, signing, spent) if in_talks else expected(talks, more, spent)

    assert after.signed_on >= before.signed_on


@given(talks=LENGTHS, signing=LENGTHS, spent=st.integers(0, 90))
def test_waiting_a_day_longer_never_brings_the_signing_nearer(talks: list[int], signing: list[int], spent: int) -> None:
    today = expected(talks, signing, spent).signed_on
    paces = {("method", "talks"): pace_of("talks", talks, None, 0), ("method", "signing"): pace_of("signing", signing, None, 0)}

    tomorrow = expect(case(spent + 1), paces, CALENDAR, TODAY + timedelta(days=1), TARGET).signed_on

    assert tomorrow >= today


@given(talks=LENGTHS, signing=LENGTHS, spent=st.integers(0, 90))
def test_leaving_on_the_last_day_just_makes_it_at_the_usual_pace(talks: list[int], signing: list[int], spent: int) -> None:
    found = expected(talks, signing, spent)

    on_time = expect(case(way=("signing",)), {("method", "signing"): pace_of("signing", signing, None, 0)}, CALENDAR,
                     found.leave_by, TARGET)  # fmt: skip
    late = CALENDAR.add(found.leave_by, Term(1, "wd"))

    assert on_time.signed_on <= TARGET.last
    assert CALENDAR.add(late, Term(middle(sorted(signing)), "wd")) > TARGET.last
    assert found.slow_on >= found.signed_on


@given(lengths=LENGTHS)
def test_median_and_ninetieth_are_stays_that_somebody_has_had(lengths: list[int]) -> None:
    pace = pace_of("talks", lengths, Term(10, "wd"), 10)

    assert pace.basis == STAYS
    assert sum(length <= pace.usual for length in lengths) * 2 >= len(lengths)
    assert sum(length <= pace.slow for length in lengths) * 10 >= len(lengths) * 9
    assert {pace.usual, pace.slow} <= set(lengths)


def test_percentiles_by_hand() -> None:
    assert middle([2, 4]) == 4
    assert ninetieth(list(range(1, 11))) == 9
    assert ninetieth(list(range(1, 12))) == 10
    assert ninetieth([7]) == 7


def test_too_little_history_falls_back_on_what_is_declared() -> None:
    assert pace_of("talks", [3, 4, 5, 6], Term(20, "wd"), 20).basis == DECLARED
    assert pace_of("talks", [3, 4, 5, 6], Term(20, "wd"), 20).usual == 20
    assert (pace_of("talks", [3], None, 0).basis, pace_of("talks", [3], None, 0).usual) == (FEW, 3)


def test_a_declared_stay_in_months_is_counted_in_working_days() -> None:
    assert declared_days(CALENDAR, Term(1, "months"), TODAY) == CALENDAR.working_days_after(TODAY, date(2026, 5, 14)) == 21
    assert declared_days(CALENDAR, None, TODAY) == 0


def test_a_late_case_is_measured_by_those_that_were_as_late() -> None:
    pace = pace_of("talks", [5, 6, 7, 20, 30], None, 0)

    assert (pace.left(0), pace.left(6), pace.left(8), pace.left(30), pace.left(31)) == (7, 14, 22, 0, 0)
    assert (pace.is_beyond(30), pace.is_beyond(31)) == (False, True)
    assert (pace.longer_than(8), pace.longer_than(31)) == (2, 0)


def test_a_phase_of_unknown_length_makes_a_case_unsure() -> None:
    paces = {("method", "talks"): pace_of("talks", [], None, 0), ("method", "signing"): pace_of("signing", [8] * 5, None, 0)}

    assert expect(case(), paces, CALENDAR, TODAY, TARGET).state == UNSURE
    assert outlook(TARGET, 9, [case()], paces, CALENDAR, TODAY).likely_total == 9


def test_a_paused_case_goes_on_where_it_stood_when_it_resumes() -> None:
    paces = {("method", "rest"): pace_of("rest", [], None, 0), ("method", "signing"): pace_of("signing", [8] * 5, None, 0)}
    resting = case(way=("rest", "signing"), resumes_on=date(2026, 5, 4))

    found = expect(resting, paces, CALENDAR, TODAY, TARGET)

    assert (found.state, found.signed_on) == (LIKELY, CALENDAR.add(date(2026, 5, 4), Term(8, "wd")))


def test_a_signing_before_the_window_does_not_count_for_it() -> None:
    paces = {("method", "signing"): Pace(phase="signing", basis=STAYS, usual=2, slow=3, observed=(2,) * 5)}
    later = Target(title="next year", count=1, first=date(2026, 6, 1), last=date(2027, 5, 31))

    found = outlook(later, 0, [case(way=("signing",))], paces, CALENDAR, TODAY)

    assert found.cases[0].state == EARLY
    assert found.likely_total == 0


def test_a_window_behind_us_is_missed_and_nothing_is_likely() -> None:
    paces = {("method", "signing"): pace_of("signing", [1] * 5, None, 0)}

    found = outlook(TARGET, 9, [case(way=("signing",))], paces, CALENDAR, date(2026, 6, 2))

    assert (found.verdict, found.count(LIKELY) + found.count(AT_RISK), found.short) == (MISSED, 0, 1)


def test_workdays_count_like_the_calendar() -> None:
    span = Workdays(CALENDAR, date(2026, 4, 1), date(2026, 6, 30))

    for first in (TODAY, date(2026, 5, 13), date(2026, 5, 30)):
        for last in (TODAY, date(2026, 5, 14), date(2026, 5, 31), date(2026, 6, 30)):
            assert span.after(first, last) == CALENDAR.working_days_after(first, last)
