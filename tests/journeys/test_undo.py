"""Undo within the hold time: mails never leave, dates return exactly, history keeps both."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import acts, use_cases
from engine.case import Case
from engine.errors import HandslagError, NotAMove, NotPermitted, UndoMailLeft, UndoOvertaken, UndoTooLate
from engine.replay import replay
from tests.journeys.model.laws import carried_once, ends_once, nothing_pending_when_closed, one_a_day
from tests.journeys.model.paths import LGD
from tests.journeys.model.walker import Walker
from tests.world import AALBORG, World

INVITE = acts.Advance(transition="invite_to_dialogue", facts={"score": "72", "tier": "standard"})
STEPS = 16


@pytest.fixture
def number(world: World) -> str:
    """A case that could be invited."""
    made = world.candidate()
    world.to_screening(made)
    world.clock.advance(timedelta(hours=1))
    world.work()
    return made


def undo(world: World, number: str, person: str = "anne", reason: str = "the wrong case") -> Any:
    """Undo the last entry of a case."""
    return world.do(number, acts.Undo(entry=world.case(number).revision, reason=reason), person)


def seen(case: Case) -> dict[str, Any]:
    """All that a reader sees of a case: where it stands, its values and rows, what is owed, what is promised."""
    names = ("phase", "phase_since", "facts", "schedule", "period", "opened_on", "closed_on", "outcome", "title", "parties",
             "seats", "records")  # fmt: skip
    promised = Counter(
        (p.kind, p.about, p.step, p.seat, p.due_at, p.on, p.code, p.task, p.state, p.why, p.held_until, p.resend_of)
        for p in case.pending()
    )
    return {
        **{name: getattr(case, name) for name in names},
        "waits": [(w.reason, w.first, w.until) for w in case.waits.values() if w.first < w.until],
        "owed": {d.no: d for d in case.open_deadlines()},
        "promised": promised,
    }


def waiting(world: World) -> Counter[tuple[Any, ...]]:
    """The mails that wait in the outbox, as they would leave."""
    return Counter(
        (m.recipient, m.address, m.subject, m.text, m.html, m.not_before, m.day, m.document, m.code)
        for m in world.messages()
        if m.state == "queued"
    )


def test_mails_of_an_undone_move_never_leave(world: World, number: str) -> None:
    before = seen(world.case(number))
    made = world.do(number, INVITE)
    ids = {m.id for m in made.messages}

    world.clock.advance(timedelta(minutes=9))
    world.work()
    undo(world, number)
    world.walk("2026-02-05 10:00")

    assert seen(world.case(number)) != {}
    assert {m.state for m in world.messages() if m.id in ids} == {"cancelled"}
    entries = world.history(number)
    assert [e["kind"] for e in entries if e["no"] > made.decisions[0].entry.no][:1] == ["undone"]
    assert before["phase"] == world.case(number).phase == "screening"


def test_everything_returns_exactly(world: World, number: str) -> None:
    before = seen(world.case(number))
    world.do(number, INVITE)
    world.clock.advance(timedelta(minutes=3))

    undo(world, number)

    assert seen(world.case(number)) == before
    assert world.verify(number) is None
    move, undone = world.history(number)[-2:]
    assert (move["transition"], undone["kind"], undone["reason"]) == ("invite_to_dialogue", "undone", "the wrong case")
    assert undone["cause"] == f"entry {move['no']} invite_to_dialogue"


def test_mails_leave_when_the_hold_time_is_over(world: World, number: str) -> None:
    made = world.do(number, INVITE)
    entry = world.case(number).revision

    assert {m.not_before for m in made.messages} == {world.clock.now() + timedelta(minutes=10)}
    world.clock.advance(timedelta(minutes=10))
    world.work()

    ids = {m.id for m in made.messages}
    assert {m.state for m in world.messages() if m.id in ids} == {"sent"}
    with pytest.raises(UndoTooLate):
        world.do(number, acts.Undo(entry=entry))


def test_a_mail_that_has_left_is_in_the_way(world: World, number: str) -> None:
    """Whatever brought it out early (here: a longer hold time set afterwards), what has left cannot be undone."""
    world.do(number, INVITE)
    entry = world.case(number).revision
    world.clock.advance(timedelta(minutes=11))
    world.work()
    longer, call = replace(world.house.tools, hold=timedelta(hours=1)), world.call("anne", world.case(number))

    with pytest.raises(UndoMailLeft):
        world.house.store.read(lambda tx: use_cases.preview(tx, longer, number, acts.Undo(entry=entry), call))


def test_what_builds_on_the_move_is_in_the_way(world: World, number: str) -> None:
    world.do(number, INVITE)
    entry = world.case(number).revision
    world.do(number, acts.Comment(text="they called"), "bo")
    world.preview(number, acts.Undo(entry=entry))

    world.do(number, acts.GiveSeat(role="deputy", person="bo"), "mette")

    with pytest.raises(UndoOvertaken) as refused:
        world.preview(number, acts.Undo(entry=entry))
    assert refused.value.values["by"] == "Mette Krog"


def test_a_fact_noted_meanwhile_stays(world: World, number: str) -> None:
    world.do(number, INVITE)
    entry = world.case(number).revision
    world.do(number, acts.SetFacts(facts={"sector": "Metal"}))

    world.do(number, acts.Undo(entry=entry))

    case = world.case(number)
    assert (case.phase, case.facts["sector"], case.facts.get("score")) == ("screening", "Metal", None)


def test_a_move_is_undone_once(world: World, number: str) -> None:
    world.do(number, INVITE)
    entry = world.case(number).revision
    undo(world, number)

    with pytest.raises(UndoOvertaken):
        world.do(number, acts.Undo(entry=entry))
    with pytest.raises(NotAMove):
        undo(world, number)


def test_the_move_can_be_made_again_after_it(world: World, number: str) -> None:
    world.do(number, INVITE)
    undo(world, number)

    made = world.do(number, INVITE)
    world.clock.advance(timedelta(minutes=10))
    world.work()

    ids = {m.id for m in made.messages}
    assert world.case(number).phase == "dialogue"
    assert {m.state for m in world.messages() if m.id in ids} == {"sent"}


def test_an_opening_and_what_the_system_did_are_refused(world: World) -> None:
    number = world.candidate()
    with pytest.raises(NotAMove):
        undo(world, number)
    for step in (world.to_screening, world.to_dialogue, world.to_baseline, world.to_actions, world.to_drafting,
                 world.to_approval, world.to_signing, world.sign_all):  # fmt: skip
        step(number)
    assert world.case(number).phase == "active"

    with pytest.raises(NotAMove):
        undo(world, number, "mette")


def test_who_may_undo(world: World, number: str) -> None:
    world.do(number, INVITE, "bo")
    entry = world.case(number).revision

    with pytest.raises(NotPermitted):
        world.preview(number, acts.Undo(entry=entry), "pia")
    for person in ("bo", "anne", "mette"):
        assert world.preview(number, acts.Undo(entry=entry), person).case.phase == "screening"


@pytest.mark.parametrize("move", ["terminate", "withdraw_by_agreement"])
def test_a_move_that_closed_the_case(world: World, move: str) -> None:
    number = world.active()
    world.walk("2026-03-02 09:00")
    offers = {o.transition.key: o.transition for o in world.offers(number, "mette")}
    if move not in offers:
        move = next(key for key, t in offers.items() if key.startswith(("terminate", "withdraw")))
    from tests.journeys.model.paths import PATHS

    before, outbox = seen(world.case(number)), waiting(world)
    noted = world.case(number).revision
    PATHS[AALBORG][move](world, number)
    assert world.case(number).closed_on
    if world.case(number).revision != noted + 1:
        before["facts"] = None

    undo(world, number, "mette")

    after = seen(world.case(number))
    if before["facts"] is None:
        after["facts"] = None
    assert after == before
    assert waiting(world) == outbox


def test_a_correction_is_undone_too(world: World, number: str) -> None:
    world.do(number, INVITE)
    world.clock.advance(timedelta(minutes=1))
    before, outbox = seen(world.case(number)), waiting(world)
    assert outbox
    world.do(number, acts.Correct(phase="screening", reason="the wrong case"), "mette")
    assert not waiting(world)

    undo(world, number, "mette")

    assert seen(world.case(number)) == before
    assert waiting(world) == outbox
    world.clock.advance(timedelta(minutes=20))
    world.work()
    assert sorted(m.state for m in world.messages() if m.code == "M03") == ["cancelled", "sent"] or waiting(world) == Counter()


def test_without_a_hold_time_nothing_is_held_and_nothing_undone(tmp_path: Path) -> None:
    folder = tmp_path / "handslag"
    folder.mkdir()
    (folder / "config.toml").write_text("[sending]\nhold_minutes = 0\n", encoding="utf-8")
    world = World(folder, now="2026-02-02 08:00")
    number = world.candidate()
    world.to_screening(number)
    made = world.do(number, INVITE)

    assert {m.not_before for m in made.messages} == {world.clock.now()}
    with pytest.raises(UndoTooLate):
        undo(world, number)
    world.close()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("workflow", [AALBORG, LGD])
def test_move_and_undo_leave_the_case_as_it_was(workflow: str, seed: int, tmp_path: Path) -> None:
    """Random walks through both methods: whatever was done before, a move and its undo are as if nothing had been done."""
    world = World(tmp_path / "handslag", now="2026-02-02 08:00", workflow=workflow)
    walker = Walker(world, 100 + seed, in_force=seed % 3 != 0)
    number, undone = walker.number, 0
    for _ in range(STEPS):
        walker.step()
        undone += _move_and_undo(world, walker)
        _laws(world, number)
    world.walk((world.clock.now() + timedelta(days=40)).strftime("%Y-%m-%d 09:00"))
    _laws(world, number)
    world.close()
    assert undone > 3


def _move_and_undo(world: World, walker: Walker) -> int:
    """Try every move out of the phase as the manager, and a correction; each is undone, and nothing has changed."""
    number = walker.number
    act_list: list[acts.Act] = [
        acts.Advance(transition=o.transition.key, reason="to try it") for o in world.offers(number, "mette") if o.is_open
    ]
    phases = list(walker.phases())
    act_list.append(acts.Correct(phase=walker.chance.choice(phases), reason="to try it", mails=walker.chance.random() < 0.5))
    done = 0
    for act in act_list:
        before, outbox = seen(world.case(number)), waiting(world)
        known = {m.id for m in world.messages()}
        try:
            world.do(number, act, "mette")
        except HandslagError:
            continue
        fresh = {m.id for m in world.messages()} - known
        world.clock.advance(timedelta(minutes=walker.chance.choice([0, 1, 5])))
        undo(world, number, "mette")
        after = seen(world.case(number))
        for key, value in before.items():
            assert after[key] == value, (key, act, walker.done[-6:])
        assert waiting(world) == outbox, (act, walker.done[-6:])
        assert {m.state for m in world.messages() if m.id in fresh} <= {"cancelled"}
        done += 1
    return done


def _laws(world: World, number: str) -> None:
    whole, history = world.case(number, whole=True), world.history(number)
    assert world.verify(number) is None
    replayed = replay(history)
    for name in ("phase", "facts", "schedule", "deadlines", "promises", "records", "waits", "seats", "revision"):
        assert getattr(replayed, name) == getattr(whole, name), name
    ends_once(history)
    nothing_pending_when_closed(world, whole)
    carried_once(whole, world.messages())
    one_a_day(world.messages())
