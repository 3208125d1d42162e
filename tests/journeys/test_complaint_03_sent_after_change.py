"""Complaint 3: sent after the thing was cancelled or moved, or at once because its time had already passed.

T: Leaving a phase, changing a date or editing a rule cancels or moves all pending reminders in the same transaction, and
a reminder born in the past is recorded as skipped, not sent.
"""

from __future__ import annotations

import pytest

from engine import acts
from tests.world import World


def test_leaving_a_phase_cancels_its_reminders_in_the_same_entry(world: World) -> None:
    number = world.candidate()
    pending = {p.no for p in world.case(number).pending()}
    assert pending

    world.to_screening(number)

    entry = world.history(number)[-1]
    ended = {c["no"]: c["new"]["why"] for c in entry["changes"] if c["kind"] == "promise" and c["old"] is not None}
    assert entry["transition"] == "screen"
    assert ended == dict.fromkeys(pending, "fulfilled")


def test_moving_a_date_moves_its_reminders_in_the_same_entry(world: World) -> None:
    number = world.active()
    due = world.deadline(number, "municipal_commitments")
    before = {p.step: p.on for p in world.promises(number, due.no)}

    world.do(number, acts.ChangeRecord(no=due.record, values={"due_on": "2026-10-30"}))

    moved = {p.step: p.on for p in world.promises(number, due.no)}
    assert moved.keys() == before.keys()
    assert all(moved[step] > day for step, day in before.items())
    world.go("2026-09-30 09:00")
    world.work()
    assert all(p.state == "planned" for p in world.promises(number, due.no))


def test_moving_a_date_into_the_past_sends_nothing_about_it(world: World) -> None:
    number = world.active()
    due = world.deadline(number, "municipal_commitments")
    world.walk("2026-03-02 09:00")

    world.do(number, acts.ChangeRecord(no=due.record, values={"due_on": "2026-02-10"}))
    world.work()

    states = {p.step: (p.state, p.why) for p in world.promises(number, due.no)}
    assert states["-3 wd M08"] == states["+0 wd M08"] == states["+5 wd M09"] == ("skipped", "born_past")


def test_reminder_born_in_the_past_is_skipped(world: World) -> None:
    number = world.active()

    world.do(number, acts.AddRecord(list="company_commitments", values={"title": "Late", "due_on": "2026-02-05"}))
    world.work()

    due = next(d for d in world.case(number).open_deadlines() if d.kind == "record" and str(d.due_on) == "2026-02-05")
    states = {p.step: (p.state, p.why) for p in world.promises(number, due.no) if p.seat.startswith("record")}
    assert states["-14 wd M08"] == states["-3 wd M08"] == ("skipped", "born_past")
    assert states["+5 wd M09"] == ("planned", "")


def test_amended_end_moves_what_hangs_on_it_and_doubles_nothing(world: World) -> None:
    number = world.active()
    world.do(number, acts.SetFacts(facts={"ends_on": "2029-08-31"}, reason="amendment"))

    [renewal] = [d for d in world.case(number).open_deadlines() if d.rule == "F9"]
    [move] = [p for p in world.case(number).pending(0) if p.kind == "move"]

    assert str(renewal.due_on) == "2029-02-28"
    assert str(move.on) == "2029-02-28"


def test_mail_waiting_for_the_morning_is_withdrawn_with_its_reason(world: World) -> None:
    number = world.active()
    pulse = world.deadline(number, "F2")
    world.go("2026-06-09 09:00")
    world.work()
    world.go("2026-06-10 07:00")
    from handslag.worker import fire_all

    fire_all(world.house, world.clock.now())
    [queued] = [p for p in world.promises(number, pulse.no) if p.state == "queued"]
    world.do(number, acts.Fulfil(what="submit", deadline=pulse.no), for_whom="the company")
    world.work()

    ended = next(p for p in world.promises(number) if p.no == queued.no)
    assert (ended.state, ended.why) == ("cancelled", "submitted")
    assert all((number, queued.no) not in m.promises or m.state == "cancelled" for m in world.messages())


@pytest.mark.parametrize("phase", ["dialogue", "completed"])
def test_wrong_move_and_its_correction_leave_everything_owed_as_before(world: World, phase: str) -> None:
    """A correction repairs a wrong move: what was owed in the phase is owed again, in new rows, on the same dates."""
    number = world.active()
    before = sorted((d.kind, d.rule, d.seat, d.occurrence, str(d.due_on)) for d in world.case(number).open_deadlines()
                    if d.kind in {"followup", "record"})  # fmt: skip

    world.do(number, acts.Correct(phase=phase, reason="a wrong click"), "mette")
    world.do(number, acts.Correct(phase="active", reason="back again"), "mette")

    after = sorted((d.kind, d.rule, d.seat, d.occurrence, str(d.due_on)) for d in world.case(number).open_deadlines()
                   if d.kind in {"followup", "record"})  # fmt: skip
    assert after == before
    assert world.verify(number) is None
