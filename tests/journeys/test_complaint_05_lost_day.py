"""Complaint 5: 'days before' that compares dates for equality loses the day."""

from __future__ import annotations

from tests.world import World


def test_tick_that_never_ran_is_made_good_the_next_day(world: World) -> None:
    """If the tick of day D never ran, the tick of D+1 handles D's reminders and marks them late."""
    number = world.active()
    pulse = next(d for d in world.case(number).open_deadlines() if d.rule == "F2")
    world.go("2026-06-09 09:00")
    world.work()
    planned = next(p for p in world.promises(number, pulse.no) if p.step == "-14 wd M08")
    assert (str(pulse.due_on), str(planned.on)) == ("2026-06-30", "2026-06-10")

    world.go("2026-06-11 09:00")
    world.work()

    sent = next(p for p in world.promises(number, pulse.no) if p.no == planned.no)
    message = next(m for m in world.messages() if m.id == sent.message)
    assert (sent.state, str(sent.on)) == ("sent", "2026-06-10")  # dated the 10th …
    assert (str(message.day), str(message.ended_at)[:10]) == ("2026-06-11", "2026-06-11")  # … and left on the 11th
