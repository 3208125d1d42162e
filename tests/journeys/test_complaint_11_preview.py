"""Complaint 11: nobody can see the mail before the move."""

from __future__ import annotations

import pytest

from engine import acts
from engine.errors import PlanChanged
from tests.journeys.model.killing import database, tables
from tests.world import World

INVITE = acts.Advance(transition="invite_to_dialogue", facts={"score": "72", "tier": "standard"})


@pytest.fixture
def number(world: World) -> str:
    """A case that could be invited."""
    made = world.candidate()
    world.to_screening(made)
    return made


def test_preview_equals_the_later_mail_and_leaves_no_row(world: World, number: str) -> None:
    """The preview for a real case equals the later mail byte for byte apart from message id and date, and leaves no row
    behind.
    """
    before = tables(database(world))

    shown = world.preview(number, INVITE)

    assert tables(database(world)) == before
    known = {m.id for m in world.messages()}
    world.do(number, INVITE, confirm=shown.digest)
    real = [m for m in world.messages() if m.id not in known]
    assert real
    assert [(m.recipient, m.address, m.language, m.subject, m.text, m.html) for m in real] == [
        (m.recipient, m.address, m.language, m.subject, m.text, m.html) for m in shown.messages
    ]
    case = world.case(number)
    assert (case.phase, case.facts) == (shown.case.phase, shown.case.facts)
    assert [(d.rule, d.due_on) for d in case.open_deadlines()] == [(d.rule, d.due_on) for d in shown.case.open_deadlines()]


@pytest.mark.parametrize("step", ["to_screening", "to_dialogue", "to_baseline", "to_actions", "to_drafting", "to_approval"])
def test_every_preview_on_the_way_equals_what_then_happens(world: World, step: str) -> None:
    number = world.candidate()
    names = ["to_screening", "to_dialogue", "to_baseline", "to_actions", "to_drafting", "to_approval", "to_signing"]
    for name in names[: names.index(step) + 1]:
        getattr(world, name)(number)
    act = acts.Correct(phase="signing", reason="to see its mails", mails=True)

    shown, known = world.preview(number, act, "mette"), {m.id for m in world.messages()}
    world.do(number, act, "mette", confirm=shown.digest)

    real = [m for m in world.messages() if m.id not in known]
    assert [(m.recipient, m.subject, m.text, m.html) for m in real] == [
        (m.recipient, m.subject, m.text, m.html) for m in shown.messages
    ]


def test_confirmation_of_an_old_preview_does_nothing(world: World, number: str) -> None:
    shown = world.preview(number, INVITE)
    seat = next(s for s in world.case(number).seats.values() if s.role == "company_contact")
    director = next(s for s in world.case(number).seats.values() if s.role == "signatory_private")
    world.do(number, acts.GiveSeat(role="company_contact", contact=director.contact, replaces=seat.no))
    before = tables(database(world))

    with pytest.raises(PlanChanged):
        world.do(number, INVITE, confirm=shown.digest)

    assert tables(database(world)) == before
