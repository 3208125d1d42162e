"""Of a repeating follow-up the current and the next occurrence are rows; later ones are foreseen, and come true."""

from __future__ import annotations

from datetime import date

import pytest

from engine import acts
from engine.draft import Draft
from engine.forecast import Foreseen, forecast
from engine.use_cases import scene_of
from tests.world import World


@pytest.fixture
def number(world: World) -> str:
    """A case in force since 2 February 2026."""
    return world.active()


def _rows(world: World, number: str, rule: str) -> list[str]:
    return sorted(d.occurrence for d in world.case(number).open_deadlines() if d.rule == rule)


def _foreseen(world: World, number: str, until: date) -> list[Foreseen]:
    call = world.call("anne", world.case(number))
    found = world.house.store.read(lambda tx: forecast(Draft(scene_of(tx, tx.case(number)), call), until))
    return [f for f in found if f.rule == "F2"]


def test_the_current_and_the_next_occurrence_stand_as_rows(world: World, number: str) -> None:
    assert _rows(world, number, "F2") == ["2026-06-30", "2026-09-30"]


def test_later_ones_are_foreseen_not_written(world: World, number: str) -> None:
    ahead = _foreseen(world, number, date(2027, 6, 30))

    assert [f.due_on.isoformat() for f in ahead] == ["2027-01-04", "2027-03-31", "2027-06-30"]


def test_answering_the_current_one_opens_the_one_after_the_next(world: World, number: str) -> None:
    world.walk("2026-06-24 09:00")

    world.settle(number, "submit", "F2", for_whom="the company")
    world.settle(number, "accept", "F2")

    assert _rows(world, number, "F2") == ["2026-09-30", "2026-12-31"]


def test_missing_the_current_one_opens_the_one_after_the_next_too(world: World, number: str) -> None:
    world.walk("2026-07-01 09:00")

    assert _rows(world, number, "F2") == ["2026-06-30", "2026-09-30", "2026-12-31"]
    assert world.deadline(number, "F2").missed_at is not None


def test_an_ended_occurrence_is_never_opened_again(world: World, number: str) -> None:
    world.settle(number, "submit", "F2", for_whom="the company")
    world.settle(number, "accept", "F2")
    world.do(number, acts.SetFacts(facts={"sector": "metal"}))

    assert _rows(world, number, "F2") == ["2026-09-30", "2026-12-31"]
