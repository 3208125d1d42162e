"""What is decided about a mail before the move: send, hold until, suppress with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine import acts, use_cases
from engine.errors import BadInput, NotPermitted, PlanChanged
from tests.world import World

INVITE = acts.Advance(transition="invite_to_dialogue", facts={"score": "72", "tier": "standard"})


@pytest.fixture
def number(world: World) -> str:
    made = world.candidate()
    world.to_screening(made)
    return made


def decided(world: World, number: str, *choices: acts.MailChoice, confirm: str = "", person: str = "anne") -> use_cases.Outcome:
    call = replace(world.call(person, world.case(number)), mails=choices)
    return world.house.store.run(lambda tx: use_cases.perform(tx, world.house.tools, number, INVITE, call, confirm=confirm))


def looked(world: World, number: str, *choices: acts.MailChoice, person: str = "anne") -> use_cases.Outcome:
    call = replace(world.call(person, world.case(number)), mails=choices)
    return world.house.store.read(lambda tx: use_cases.preview(tx, world.house.tools, number, INVITE, call))


def code_of(world: World, number: str) -> str:
    return looked(world, number).messages[0].code


def test_a_suppressed_mail_keeps_its_text_and_never_leaves(world: World, number: str) -> None:
    no = acts.MailChoice(code=code_of(world, number), what="suppress", reason="I call them")

    done = decided(world, number, no)
    world.walk("2026-02-06 10:00")

    kept = [m for m in world.messages() if m.id in {m.id for m in done.messages if m.code == no.code}]
    assert {(m.state, bool(m.text)) for m in kept} == {("cancelled", True)}
    entry = next(e for e in world.history(number) if e["transition"] == "invite_to_dialogue")
    said = [c["new"] for c in entry["changes"] if c["kind"] == "choice"]
    assert {(s["what"], s["reason"]) for s in said} == {("suppress", "I call them")}
    assert world.verify(number) is None


def test_a_held_mail_leaves_at_its_time_and_not_before(world: World, number: str) -> None:
    until = world.clock.now() + timedelta(days=2)
    later = acts.MailChoice(code=code_of(world, number), what="hold", until=until)

    ids = {m.id for m in decided(world, number, later).messages if m.code == later.code}
    world.walk("2026-02-04 07:00")
    before = {m.state for m in world.messages() if m.id in ids}
    world.walk("2026-02-05 10:00")

    assert (before, {m.state for m in world.messages() if m.id in ids}) == ({"queued"}, {"sent"})


def test_the_digest_covers_the_choices(world: World, number: str) -> None:
    code = code_of(world, number)
    plain = looked(world, number)
    no = acts.MailChoice(code=code, what="suppress", reason="I call them")
    later = acts.MailChoice(code=code, what="hold", until=world.clock.now() + timedelta(days=2))
    digests = {looked(world, number, *chosen).digest for chosen in ((), (no,), (replace(no, reason="other"),), (later,))}
    assert len(digests) == 4

    with pytest.raises(PlanChanged):
        decided(world, number, no, confirm=plain.digest)

    assert world.case(number).phase == "screening"


def test_a_minute_between_look_and_confirm_changes_nothing(world: World, number: str) -> None:
    shown = looked(world, number)
    world.clock.advance(timedelta(minutes=3))

    done = decided(world, number, confirm=shown.digest)

    assert [(m.address, m.subject, m.text) for m in done.messages] == [(m.address, m.subject, m.text) for m in shown.messages]
    assert {m.not_before for m in done.messages} == {world.clock.now() + timedelta(minutes=10)}


def test_choices_are_checked_all_at_once(world: World, number: str) -> None:
    wrong = (acts.MailChoice(code="M03", what="suppress"), acts.MailChoice(code="M03", what="hold"),
             acts.MailChoice(code="M03", what="hold", until=world.clock.now()))  # fmt: skip

    with pytest.raises(BadInput) as refused:
        decided(world, number, *wrong)
    with pytest.raises(BadInput) as unknown:
        decided(world, number, acts.MailChoice(code="M99", what="suppress", reason="none"))

    assert [f.place for f in refused.value.faults] == ["mails.0.reason", "mails.1.until", "mails.2.until"]
    assert [f.place for f in unknown.value.faults] == ["mails.0.code"]


def test_an_undone_move_with_choices_is_undone_whole(world: World, number: str) -> None:
    code = code_of(world, number)
    done = decided(world, number, acts.MailChoice(code=code, what="hold", until=world.clock.now() + timedelta(days=9)))

    world.do(number, acts.Undo(entry=done.decisions[0].entry.no))

    assert {m.state for m in world.messages() if m.id in {m.id for m in done.messages}} == {"cancelled"}
    assert world.verify(number) is None


def test_choosing_is_for_those_who_may_touch_promises(world: World, number: str) -> None:
    no = acts.MailChoice(code=code_of(world, number), what="suppress", reason="I call them")
    with pytest.raises(NotPermitted):
        looked(world, number, no, person="pia")
