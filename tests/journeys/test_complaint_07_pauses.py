"""Complaint 7: waiting time is not taken off the deadline, or is taken off twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import acts
from engine.calendar import Calendar
from engine.sums import due_of, reckon, started
from tests.world import FREE_DK, World

START = date(2026, 3, 2)
CALENDAR = Calendar(zone="Europe/Copenhagen", free={date.fromisoformat(day): name for day, name in FREE_DK.items()})


@dataclass(frozen=True)
class Wait:
    """Days that do not count."""

    first: date
    until: date


WAITS = st.lists(
    st.builds(
        lambda first, length: Wait(START + timedelta(days=first), START + timedelta(days=first + length)),
        st.integers(-10, 60),
        st.integers(0, 40),
    ),
    max_size=6,
)


@settings(derandomize=True, max_examples=150, database=None, deadline=None)
@given(waits=WAITS, term=st.integers(1, 40))
def test_overlapping_pauses_move_the_deadline_by_their_union_once(waits: list[Wait], term: int) -> None:
    """For random sets of overlapping pauses the deadline moves by the length of their union, once."""
    ops = (started(START, "phase"), {"op": "add", "term": f"{term} wd"})
    paused = {w.first + timedelta(days=n) for w in waits for n in range((w.until - w.first).days)}
    working = (day for n in count(1) if CALENDAR.is_working(day := START + timedelta(days=n)))
    running = (day for day in working if day not in paused)
    expected = [next(running) for _ in range(term)][-1]

    without, due = due_of(reckon(ops, CALENDAR)), due_of(reckon(ops, CALENDAR, waits))

    assert due == expected
    union = [d for d in paused if START < d <= due and CALENDAR.is_working(d)]
    assert CALENDAR.working_days_after(START, due) - CALENDAR.working_days_after(START, without) == len(union)


@settings(derandomize=True, max_examples=50, database=None, deadline=None)
@given(waits=WAITS, term=st.integers(1, 40))
def test_reckoning_again_with_the_same_pauses_changes_nothing(waits: list[Wait], term: int) -> None:
    """Taken off once, not once for each look."""
    ops = (started(START, "phase"), {"op": "add", "term": f"{term} wd"}, {"op": "grace", "term": "3 wd"})
    once = reckon(ops, CALENDAR, waits)

    assert reckon(once, CALENDAR, waits) == once


def test_paused_case_moves_its_working_day_terms_by_the_pause(world: World) -> None:
    """The same in a case: ten working days' pause, ten working days later."""
    number = world.active()
    world.do(number, acts.AddRecord(list="company_commitments", values={"title": "Plan", "due_on": "2026-02-06"}))
    owed = next(d for d in world.case(number).open_deadlines() if str(d.due_on) == "2026-02-06")
    world.do(number, acts.Fulfil(what="submit", deadline=owed.no))
    world.do(number, acts.Fulfil(what="return", deadline=owed.no, text="which plan?", term="10 wd"))
    assert str(world.case(number).deadlines[owed.no].due_on) == "2026-02-16"

    facts = {"restart_on": "2026-02-16"}
    world.do(number, acts.Advance(transition="pause", reason="rebuilding", facts=facts), "mette")

    assert str(world.case(number).deadlines[owed.no].due_on) == "2026-02-27"
    world.go("2026-02-09 09:00")
    world.do(number, acts.Advance(transition="resume"), "mette")
    # resumed a week early: the 3rd to the 6th did not count, nor did the 2nd, which is where the term starts
    assert str(world.case(number).deadlines[owed.no].due_on) == "2026-02-20"


def test_what_was_done_during_a_pause_is_not_asked_again_after_it(world: World) -> None:
    number = world.active()
    act = acts.Advance(transition="pause", reason="rebuilding", facts={"restart_on": "2026-05-01"})
    world.do(number, act, "mette")
    event = next(d for d in world.case(number).open_deadlines() if d.rule == "F7")
    assert event.occurrence == "2026-06-11"  # the one of 12 March was skipped with the pause

    world.do(number, acts.Fulfil(what="submit", deadline=event.no))
    world.go("2026-02-09 09:00")
    world.do(number, acts.Advance(transition="resume"), "mette")

    assert "2026-06-11" not in {d.occurrence for d in world.case(number).open_deadlines() if d.rule == "F7"}
