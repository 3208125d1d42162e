"""Complaint 27: late registration and reopening give impossible timelines."""

from __future__ import annotations

import pytest

from engine import acts
from engine.errors import Refused
from tests.world import World, at


def test_move_carries_when_it_happened_and_when_it_was_recorded(world: World) -> None:
    """A move carries happened-at and recorded-at."""
    number = world.candidate()
    world.go("2026-02-06 10:00")
    facts = {"cvr": "10150817", "register_status": "active", "register_status_on": "2026-02-03"}
    world.do(number, acts.SetFacts(facts=facts), happened_at=at("2026-02-03 12:00"))

    world.do(number, acts.Advance(transition="screen"), happened_at=at("2026-02-03 13:00"))

    entry = world.history(number)[-1]
    assert entry["happened_at"].startswith("2026-02-03T13:00")
    assert entry["recorded_at"].startswith("2026-02-06T10:00")
    assert str(world.deadline(number, "screening").due_on) == "2026-02-24"  # fifteen working days from the 3rd
    assert str(world.case(number).phase_since) == "2026-02-03"


def test_late_registered_move_mails_nobody_about_the_past(world: World) -> None:
    number = world.candidate()
    world.to_screening(number)
    world.go("2026-02-06 10:00")

    act = acts.Advance(transition="invite_to_dialogue", facts={"score": "72"})
    world.do(number, act, happened_at=at("2026-02-04 12:00"))
    world.work()

    mails = {(p.state, p.why) for p in world.promises(number) if p.step.startswith("invite_to_dialogue")}
    assert mails == {("skipped", "registered_late")}
    assert world.messages() == []


@pytest.mark.parametrize(
    "act",
    [
        acts.Advance(transition="invite_to_dialogue", facts={"score": "72"}),
        acts.Correct(phase="dialogue", reason="wrong"),
        acts.SetFacts(facts={"score": "72"}),
        acts.AddRecord(list="visits", values={"held_on": "2026-01-20"}),
        acts.Comment(text="said"),
    ],
    ids=lambda act: type(act).__name__,
)
@pytest.mark.parametrize("when", ["2026-01-30 12:00", "2026-02-07 12:00"], ids=["before the last", "in the future"])
def test_back_dated_act_that_contradicts_the_order_is_refused(world: World, act: acts.Act, when: str) -> None:
    """A back-dated one that contradicts the order is refused."""
    number = world.candidate()
    world.to_screening(number)
    world.go("2026-02-06 10:00")
    before = len(world.history(number))

    with pytest.raises(Refused):
        world.do(number, act, "mette", happened_at=at(when))

    assert len(world.history(number)) == before


def test_reopening_clears_the_end_and_keeps_the_earlier_closing_visible(world: World) -> None:
    """Reopening clears the end date and keeps the earlier closing visible."""
    number = world.candidate()
    world.do(number, acts.SetFacts(facts={"decline_reason": "not_now"}))
    world.do(number, acts.Advance(transition="decline"))
    closed = world.case(number)
    assert (str(closed.closed_on), closed.outcome, closed.open_deadlines()) == ("2026-02-02", "declined", ())
    world.go("2026-02-09 10:00")

    world.do(number, acts.Correct(phase="candidate", reason="they do want to"), "mette")

    case = world.case(number)
    assert (case.closed_on, case.outcome, case.phase) == (None, "", "candidate")
    assert str(world.deadline(number, "candidate").due_on) == "2026-03-09"
    kinds = [(e["kind"], e["from"], e["to"]) for e in world.history(number)]
    assert ("moved", "candidate", "declined") in kinds
    assert kinds[-1] == ("corrected", "declined", "candidate")
    assert world.verify(number) is None
