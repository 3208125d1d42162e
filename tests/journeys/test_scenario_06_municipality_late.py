"""Scenario 6: the municipality is late. It is chased itself, and what waits for it never nags the company."""

from __future__ import annotations

from datetime import date

import pytest

from engine import acts
from engine.case import Record
from tests.world import World


@pytest.fixture
def number(world: World) -> str:
    """In force since February; charging points due on 31 August, and the company's vans wait for them."""
    made = world.active()
    charging, vans = _record(world, made, "Charging points"), _record(world, made, "Electric vans")
    world.do(made, acts.ChangeRecord(no=vans.no, values={"due_on": "2026-09-07", "blocked_by": str(charging.no)}))
    return made


def _record(world: World, number: str, title: str) -> Record:
    return next(r for r in world.case(number).records.values() if r.values.get("title") == title)


def test_the_head_of_department_hears_of_it_after_ten_working_days(world: World, number: str) -> None:
    owed = next(d for d in world.case(number).open_deadlines() if d.record == _record(world, number, "Charging points").no)

    world.walk("2026-09-14 12:00")

    told = {(m.recipient, m.code) for m in world.messages() if m.day == date(2026, 9, 14)}
    assert ("person:hanne", "M11") in told
    assert world.case(number).deadlines[owed.no].escalated_on == date(2026, 9, 14)


def test_what_waits_for_the_municipality_sends_the_company_nothing(world: World, number: str) -> None:
    waiting = next(d for d in world.case(number).open_deadlines() if d.record == _record(world, number, "Electric vans").no)

    world.walk("2026-09-22 12:00")

    to_company = [p for p in world.promises(number, waiting.no) if p.seat.startswith("record#") and p.state != "planned"]
    assert to_company
    assert {(p.state, p.why) for p in to_company} <= {("skipped", "waits_for_municipality"), ("skipped", "born_past")}


def test_once_the_municipality_has_delivered_the_company_is_reminded_again(world: World, number: str) -> None:
    world.walk("2026-09-08 12:00")
    charging = next(d for d in world.case(number).open_deadlines() if d.record == _record(world, number, "Charging points").no)
    waiting = next(d for d in world.case(number).open_deadlines() if d.record == _record(world, number, "Electric vans").no)

    world.do(number, acts.Fulfil(what="submit", deadline=charging.no), "pia")
    world.do(number, acts.Fulfil(what="accept", deadline=charging.no))
    world.walk("2026-09-15 12:00")

    last = [p for p in world.promises(number, waiting.no) if p.step.startswith("+5 wd") and p.seat.startswith("record#")]
    assert [(p.state, p.on) for p in last] == [("sent", date(2026, 9, 14))]
