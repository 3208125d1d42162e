"""Scenario 3: the company's signatory leaves between request and signature; and what a changed text does."""

from __future__ import annotations

from datetime import date

import pytest

from engine import acts
from engine.case import Seat
from engine.errors import NotFound
from tests.world import World


@pytest.fixture
def number(world: World) -> str:
    """A case waiting for signatures since 2 February."""
    made = world.candidate()
    for step in (world.to_screening, world.to_dialogue, world.to_baseline, world.to_actions, world.to_drafting,
                 world.to_approval, world.to_signing):  # fmt: skip
        step(made)
    return made


def _seat(world: World, number: str, role: str) -> Seat:
    return next(s for s in world.case(number).seats.values() if s.role == role and s.ended_on is None)


def test_new_signatory_gets_the_same_document_and_the_old_request_is_withdrawn(world: World, number: str) -> None:
    world.walk("2026-02-06 09:00")
    old, mayor = _seat(world, number, "signatory_private"), _seat(world, number, "signatory_public")
    world.do(number, acts.Sign(seat=mayor.no), "sofie")
    frozen = world.case(number).facts["frozen_hash"]
    due = world.deadline(number, "signing").due_on
    company = world.case(number).parties[old.party].organisation
    organisation = world.house.store.read(lambda tx: tx.companies_of([company])).organisations[company]
    successor = world.contact(organisation, "Lise Friis", "da")

    world.do(number, acts.GiveSeat(role="signatory_private", contact=successor.id, authority="board minutes", replaces=old.no))
    world.walk("2026-02-09 09:00")

    new = _seat(world, number, "signatory_private")
    task = next(d for d in world.case(number).open_deadlines() if d.rule == "sign")
    assert (task.seat, task.due_on) == (new.key, due)
    assert world.deadline(number, "signing").due_on == due == date(2026, 2, 16)
    asked = [m for m in world.messages() if m.code == "M06" and m.recipient == f"contact:{successor.id}"]
    assert [m.document for m in asked] == [frozen]
    assert {p.state for p in world.promises(number) if p.seat == old.key and p.code != "M06" and p.about} == {"cancelled"}
    with pytest.raises(NotFound):
        world.do(number, acts.Sign(seat=old.no), for_whom="the former director")
    assert [r.values["seat"] for r in world.case(number).records_of("signatures")] == [mayor.key]


def test_last_signature_of_the_successor_activates(world: World, number: str) -> None:
    old, mayor = _seat(world, number, "signatory_private"), _seat(world, number, "signatory_public")
    world.do(number, acts.Sign(seat=mayor.no), "sofie")
    world.do(number, acts.GiveSeat(role="signatory_private", contact=old.contact, authority="new", replaces=old.no))

    world.do(number, acts.Sign(seat=_seat(world, number, "signatory_private").no), for_whom="the company")

    assert world.case(number).phase == "active"


def test_changed_text_voids_every_signature(world: World, number: str) -> None:
    world.do(number, acts.Sign(seat=_seat(world, number, "signatory_public").no), "sofie")

    world.do(number, acts.Advance(transition="redraft", reason="clause 4 changed"))

    case = world.case(number)
    assert case.phase == "drafting"
    assert case.records_of("signatures") == ()
    assert "frozen_hash" not in case.facts
