"""One move for many cases: each decided for itself, one mail for one person, nothing done twice when it is cut off."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import acts
from engine.bulk import Asked, CallOf, carry_out, look
from engine.draft import Call
from engine.errors import PlanChanged
from engine.ports import Tx
from handslag import bulk
from handslag.acting import call_on
from handslag.bulk import Wanted, begin, go_on
from handslag.wiring import House
from storage import bulk_rows
from tests.many import invited, why
from tests.world import World

INVITE = "invite_to_dialogue"


def calls(house: House) -> CallOf:
    def call_of(tx: Tx, number: str) -> Call:
        return call_on(tx, number, "anne", house.clock.now(), house.tools.ids)

    return call_of


def wanted(numbers: list[str]) -> Wanted:
    return Wanted(programme="aalborg", person="anne", numbers=tuple(numbers), transition=INVITE, facts={})


def run_to_the_end(house: House, bulk_id: int) -> None:
    while go_on(house, bulk_id, calls(house), why):
        pass


def test_each_case_is_decided_for_itself_and_one_mail_goes_to_one_person(world: World) -> None:
    numbers, house = invited(world), world.house
    before = len(world.messages())

    plan = house.store.read(lambda tx: bulk.plan(tx, house, wanted(numbers), calls(house)))
    bulk_id = begin(house, wanted(numbers), calls(house), plan.digest)
    run_to_the_end(house, bulk_id)

    *able, blocked = numbers
    assert [world.case(n).phase for n in able] == ["dialogue"] * 3
    assert world.case(blocked).phase == "screening"
    sent = world.messages()[before:]
    assert len({m.recipient for m in sent}) == len(sent) > 0
    to_company = [m for m in sent if m.recipient.startswith("contact:")]
    assert len(to_company) == 1
    assert {case for case, _ in to_company[0].promises} == set(able)
    assert all(number in to_company[0].text for number in able)


def test_the_mails_shown_are_the_mails_written(world: World) -> None:
    numbers, house = invited(world), world.house
    before = len(world.messages())

    plan = house.store.read(lambda tx: bulk.plan(tx, house, wanted(numbers), calls(house)))
    run_to_the_end(house, begin(house, wanted(numbers), calls(house), plan.digest))

    shown = [(m.address, m.subject, m.text, m.html) for m in plan.messages]
    assert [(m.address, m.subject, m.text, m.html) for m in world.messages()[before:]] == shown


def test_parts_share_one_mail_and_a_part_that_was_done_is_not_done_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers, house = invited(world), world.house
    monkeypatch.setattr(bulk, "PART", 1)
    before = len(world.messages())
    plan = house.store.read(lambda tx: bulk.plan(tx, house, wanted(numbers), calls(house)))
    bulk_id = begin(house, wanted(numbers), calls(house), plan.digest)

    go_on(house, bulk_id, calls(house), why)
    half = house.store.read(lambda tx: bulk_rows.counts(tx, bulk_id))
    run_to_the_end(house, bulk_id)

    assert half == {"moved": 1, "waiting": 2}
    assert house.store.read(lambda tx: bulk_rows.counts(tx, bulk_id)) == {"moved": 3}
    assert [sum(e["transition"] == INVITE for e in world.history(n)) for n in numbers] == [1, 1, 1, 0]
    to_company = [m for m in world.messages()[before:] if m.recipient.startswith("contact:")]
    assert len(to_company) == 1
    assert {case for case, _ in to_company[0].promises} == set(numbers[:3])


def test_a_case_that_changed_meanwhile_is_left_alone_and_said_so(world: World) -> None:
    numbers, house = invited(world), world.house
    plan = house.store.read(lambda tx: bulk.plan(tx, house, wanted(numbers), calls(house)))
    bulk_id = begin(house, wanted(numbers), calls(house), plan.digest)
    world.do(numbers[0], acts.Comment(text="wait, the director has called"))

    run_to_the_end(house, bulk_id)

    lines = house.store.read(lambda tx: bulk_rows.cases(tx, bulk_id))
    assert [line.state for line in lines] == ["changed", "moved", "moved"]
    assert "has changed since" in lines[0].sentence
    assert world.case(numbers[0]).phase == "screening"


def test_a_later_part_can_be_undone_as_long_as_an_earlier_one_could(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers, house = invited(world), world.house
    monkeypatch.setattr(bulk, "PART", 2)
    plan = house.store.read(lambda tx: bulk.plan(tx, house, wanted(numbers), calls(house)))
    bulk_id = begin(house, wanted(numbers), calls(house), plan.digest)
    go_on(house, bulk_id, calls(house), why)
    world.clock.advance(timedelta(minutes=6))
    go_on(house, bulk_id, calls(house), why)

    world.clock.advance(timedelta(minutes=6))  # the hold time of the first part is over, that of the second is not
    world.work()
    late = numbers[2]
    world.do(late, acts.Undo(entry=world.case(late).revision))

    to_company = [m for m in world.messages() if m.recipient.startswith("contact:") and m.code == "M01"]
    assert [(m.state, late in m.text) for m in to_company] == [("queued", False)]
    assert {case for case, _ in to_company[0].promises} == set(numbers[:2])


def test_undoing_every_case_leaves_no_mail(world: World) -> None:
    numbers, house = invited(world), world.house
    before = len(world.messages())
    plan = house.store.read(lambda tx: bulk.plan(tx, house, wanted(numbers), calls(house)))
    run_to_the_end(house, begin(house, wanted(numbers), calls(house), plan.digest))

    for number in numbers[:3]:
        world.do(number, acts.Undo(entry=world.case(number).revision))
    world.walk("2026-02-20 10:00")

    assert {m.state for m in world.messages()[before:] if m.code == "M01"} == {"cancelled"}
    assert {p.why for n in numbers[:3] for p in world.promises(n) if p.code == "M01"} == {"undone"}


def test_a_plan_that_has_changed_is_not_begun(world: World) -> None:
    numbers, house = invited(world), world.house
    plan = house.store.read(lambda tx: bulk.plan(tx, house, wanted(numbers), calls(house)))
    world.do(numbers[-1], acts.SetFacts(facts={"score": "80", "tier": "standard"}))

    with pytest.raises(PlanChanged):
        begin(house, wanted(numbers), calls(house), plan.digest)


def test_looking_leaves_no_trace_and_equals_doing(world: World) -> None:
    numbers, house = invited(world), world.house
    asked, act = [Asked(number=n) for n in numbers], acts.Advance(transition=INVITE)
    before = ([world.case(n) for n in numbers], len(world.messages()))

    seen = house.store.read(lambda tx: look(tx, house.tools, asked, act, calls(house)))
    after = ([world.case(n) for n in numbers], len(world.messages()))
    done = house.store.run(lambda tx: carry_out(tx, house.tools, asked, act, calls(house), run="a test"))

    assert before == after
    assert [a.number for a in seen.able] == [a.number for a in done.able] == numbers[:3]
    assert seen.digest == done.digest
