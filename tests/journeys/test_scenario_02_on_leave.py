"""Scenario 2: a coordinator is on leave from 1 to 19 June 2026; the deputy gets the mails, the absent one a copy."""

from __future__ import annotations

from datetime import date

from engine import acts
from engine.programme import Absence
from tests.world import World


def _leave(world: World) -> None:
    away = Absence(person="anne", first=date(2026, 6, 1), last=date(2026, 6, 19), deputy="bo")
    world.house.store.run(lambda tx: tx.save_absence("aalborg", away))


def test_deputy_gets_what_falls_due_and_the_absent_one_a_copy(world: World) -> None:
    world.go("2026-05-11 08:00")
    number = world.candidate()
    _leave(world)

    world.walk("2026-06-08 12:00")

    due = [(m.not_before.date().isoformat(), m.recipient) for m in world.messages()]
    assert sorted(due) == [("2026-06-03", "person:anne"), ("2026-06-03", "person:bo")]
    seats = {p.seat for p in world.promises(number) if p.state == "sent"}
    assert seats == {"coordinator", "copy:anne"}


def test_after_the_leave_mails_go_to_the_coordinator_again(world: World) -> None:
    world.go("2026-05-20 08:00")
    world.candidate()
    _leave(world)

    world.walk("2026-06-30 12:00")

    after = [m.recipient for m in world.messages() if m.not_before.date() > date(2026, 6, 19)]
    assert after == ["person:anne"]


def test_history_says_the_deputy_acted_for_the_absent_one(world: World) -> None:
    world.go("2026-05-11 08:00")
    number = world.candidate()
    _leave(world)
    world.go("2026-06-02 08:00")

    world.do(number, acts.Comment(text="spoke with the director"), "bo")

    actor = world.history(number)[-1]["actor"]
    assert (actor["name"], actor["for"]) == ("Bo Lund", "Anne Holm")
