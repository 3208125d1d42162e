"""A pause stops the clocks its phase declares; an early resume finds again what then lies ahead."""

from __future__ import annotations

from datetime import date

import pytest

from engine import acts
from tests.world import World


@pytest.fixture
def number(world: World) -> str:
    """A case in force since 2 February 2026, with a declared task of ten working days still open."""
    return world.active()


def _pulses(world: World, number: str) -> list[date]:
    return sorted(d.due_on for d in world.case(number).open_deadlines() if d.rule == "F2")


def _pause(world: World, number: str, until: str) -> None:
    world.do(number, acts.Advance(transition="pause", reason="fire in the works", facts={"restart_on": until}), "mette")


def test_what_is_dated_inside_the_pause_ends_as_skipped_paused(world: World, number: str) -> None:
    assert _pulses(world, number) == [date(2026, 6, 30), date(2026, 9, 30)]
    pulse = next(d for d in world.case(number).open_deadlines() if d.rule == "F2")

    world.walk("2026-05-04 09:00")
    _pause(world, number, "2026-09-01")

    assert _pulses(world, number) == [date(2026, 9, 30)]
    assert {(p.state, p.why) for p in world.promises(number, pulse.no)} == {("skipped", "paused")}


def test_early_resume_owes_again_what_lies_ahead(world: World, number: str) -> None:
    world.walk("2026-05-04 09:00")
    _pause(world, number, "2026-11-02")
    assert _pulses(world, number) == []

    world.walk("2026-08-03 09:00")
    world.do(number, acts.Advance(transition="resume"), "mette")

    assert _pulses(world, number) == [date(2026, 9, 30), date(2027, 1, 4)]


def test_no_reminder_of_a_dated_item_leaves_during_the_pause(world: World, number: str) -> None:
    _pause(world, number, "2027-01-04")
    before = len(world.messages())

    world.walk("2026-09-30 09:00")

    about = {m.code for m in world.messages()[before:] if m.recipient.startswith("contact:")}
    assert about == set()


def test_a_working_day_term_moves_by_the_days_of_the_pause(world: World, number: str) -> None:
    task = world.deadline(number, "offer_help")
    assert task.due_on == date(2026, 2, 9)

    world.walk("2026-02-04 09:00")
    _pause(world, number, "2026-02-16")
    assert world.deadline(number, "offer_help").due_on == date(2026, 2, 19)
    world.walk("2026-02-10 09:00")
    world.do(number, acts.Advance(transition="resume"), "mette")

    assert world.deadline(number, "offer_help").due_on == date(2026, 2, 13)
