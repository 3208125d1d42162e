"""A record with a date owes a deadline; it ends when the record says it is done, is void, or is moved to another day."""

from __future__ import annotations

import pytest

from engine import acts
from tests.world import World


@pytest.fixture
def number(world: World) -> str:
    """A case in dialogue, with a visit booked for 27 February."""
    made = world.candidate()
    world.to_screening(made)
    world.to_dialogue(made)
    world.do(made, acts.AddRecord(list="visits", values={"booked_for": "2026-02-27"}))
    return made


def test_a_booked_visit_tells_both_sides_before_it(world: World, number: str) -> None:
    world.walk("2026-02-23 09:00")

    assert [m.code for m in world.messages() if m.recipient.startswith("contact:")] == ["M01", "M02"]


def test_a_visit_held_ends_its_reminders(world: World, number: str) -> None:
    visit = world.deadline(number, "visits")
    world.walk("2026-02-27 09:00")

    world.do(number, acts.ChangeRecord(no=visit.record, values={"held_on": "2026-02-27"}))
    world.walk("2026-03-10 09:00")

    ended = world.case(number, whole=True).deadlines[visit.no]
    assert (ended.state, ended.why) == ("met", "fulfilled")
    assert "M09" not in {m.code for m in world.messages()}


def test_a_visit_moved_to_another_day_moves_its_reminders(world: World, number: str) -> None:
    visit = world.deadline(number, "visits")

    world.do(number, acts.ChangeRecord(no=visit.record, values={"booked_for": "2026-03-13"}))

    days = {p.step: p.on.isoformat() for p in world.promises(number, visit.no) if p.seat.startswith("record#")}
    assert days == {"-5 wd M02": "2026-03-06", "+3 wd M09": "2026-03-18"}


def test_a_visit_called_off_owes_nothing(world: World, number: str) -> None:
    visit = world.deadline(number, "visits")

    world.do(number, acts.ChangeRecord(no=visit.record, void=True, reason="the company asked for a call instead"))

    assert {(p.state, p.why) for p in world.promises(number, visit.no)} == {("cancelled", "cancelled_item")}
