"""Scenario 4: two signatures on the public side, three parties, four signatures; active exactly once."""

from __future__ import annotations

import threading
from datetime import date

import pytest

from engine import acts
from engine.case import Seat
from engine.errors import HandslagError
from tests.world import World


@pytest.fixture
def number(world: World) -> str:
    """A housing deal: mayor and appointed officer, the housing director, the utility's director."""
    made = world.candidate()
    utility = world.organisation("Fjordens Forsyning (demo)", "25313763")
    director = world.contact(utility, "Ulla Toft", "da")
    party = acts.PartyGiven(
        organisation=utility.id,
        kind="co_signatory",
        contacts={"company_contact": director.id, "signatory_partner": director.id},
    )
    world.do(made, acts.JoinParty(party=party))
    world.do(made, acts.GiveSeat(role="signatory_public", person="mette", authority="appointed"))
    for step in (world.to_screening, world.to_dialogue, world.to_baseline, world.to_actions, world.to_drafting,
                 world.to_approval, world.to_signing):  # fmt: skip
        step(made)
    return made


def _seats(world: World, number: str) -> list[Seat]:
    return [s for s in world.case(number).seats.values() if s.role.startswith("signatory") and s.ended_on is None]


def test_three_of_four_stays_in_signing_and_says_who_is_missing(world: World, number: str) -> None:
    seats = _seats(world, number)
    assert len(seats) == 4

    for seat in seats[:3]:
        world.do(number, acts.Sign(seat=seat.no), for_whom="the signatory")

    assert world.case(number).phase == "signing"
    offer = next(o for o in world.offers(number) if o.transition.key == "activate")
    assert not offer.is_open
    assert [d.seat for d in world.case(number).open_deadlines() if d.rule == "sign"] == [seats[3].key]


def test_the_fourth_signature_activates_once_with_one_mail_per_person(world: World, number: str) -> None:
    seats = _seats(world, number)
    for seat in seats[:3]:
        world.do(number, acts.Sign(seat=seat.no), for_whom="the signatory")
    world.walk("2026-02-04 09:00")

    world.do(number, acts.Sign(seat=seats[3].no), for_whom="the signatory")

    case = world.case(number)
    assert (case.phase, case.facts["signed_on"], case.facts["ends_on"]) == ("active", "2026-02-04", "2029-02-04")
    told = [m.recipient for m in world.messages() if m.code == "M07"]
    assert len(told) == len(set(told)) >= 3
    assert len([d for d in case.open_deadlines() if d.rule == "F1"]) == 1
    assert case.phase_since == date(2026, 2, 4)


def test_two_signatures_in_the_same_instant_activate_exactly_once(world: World, number: str) -> None:
    seats = _seats(world, number)
    for seat in seats[:2]:
        world.do(number, acts.Sign(seat=seat.no), for_whom="the signatory")
    barrier, errors = threading.Barrier(2), list[HandslagError]()

    def sign(no: int) -> None:
        barrier.wait()
        try:
            world.do(number, acts.Sign(seat=no), for_whom="the signatory")
        except HandslagError as error:
            errors.append(error)

    threads = [threading.Thread(target=sign, args=(seat.no,)) for seat in seats[2:]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert world.case(number).phase == "active"
    assert [e["transition"] for e in world.history(number)].count("activate") == 1
    assert len([d for d in world.case(number).open_deadlines() if d.rule == "F1"]) == 1
