"""A mail to a company keeps its hours although the sender was away when it was queued."""

from __future__ import annotations

from datetime import UTC, datetime

from engine import acts
from tests.world import World


def test_a_mail_found_after_a_downtime_at_night_waits_for_the_next_morning(world: World) -> None:
    number = world.candidate()
    world.to_screening(number)
    world.go("2026-02-06 14:30")
    world.to_dialogue(number)
    invitation = next(m for m in world.messages() if m.code == "M01")
    assert invitation.not_before == datetime(2026, 2, 6, 14, 40, tzinfo=UTC)  # the hold time is over then

    world.go("2026-02-07 22:00")
    world.work()
    assert world.messages()[-1].state == "queued"

    world.go("2026-02-09 07:00")
    world.work()

    sent = next(m for m in world.messages() if m.code == "M01")
    assert (sent.state, sent.not_before) == ("sent", datetime(2026, 2, 9, 7, tzinfo=UTC))


def test_a_mail_within_the_municipality_leaves_at_any_hour(world: World) -> None:
    number = world.candidate()
    world.do(number, acts.GiveSeat(role="coordinator", person="bo"))
    world.go("2026-02-07 22:00")

    world.work()

    assert {m.recipient: m.state for m in world.messages()} == {"person:bo": "sent", "contact:2": "queued"}
