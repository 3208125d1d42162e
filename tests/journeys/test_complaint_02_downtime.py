"""Complaint 2: runs missed during downtime vanish. Also scenario 16's outage of four days."""

from __future__ import annotations

from collections import Counter

from tests.world import World


def test_72_hours_of_downtime_leave_no_reminder_unaccounted_for(world: World) -> None:
    """Stop everything for 72 hours, start again, and every reminder that fell due is either sent once or marked skipped with
    the rule that says so; none is missing from the ledger.
    """
    number = world.active()
    world.walk("2026-03-24 09:00")
    due = [
        p.no
        for p in world.promises(number)
        if p.state == "planned" and p.kind != "move" and "2026-03-24" < str(p.due_at) < "2026-03-27 09"
    ]
    assert len(due) >= 2

    world.go("2026-03-27 09:00")
    world.work()

    ended = [p for p in world.promises(number) if p.no in due]
    assert {p.state for p in ended} <= {"sent", "skipped"}
    assert all(p.why for p in ended)
    links = Counter(no for m in world.messages() if m.state == "sent" for _, no in m.promises)
    assert all(links[p.no] == (1 if p.state == "sent" and p.kind == "mail" else 0) for p in ended)


def test_outage_over_two_rungs_sends_only_the_latest_of_each_item(world: World) -> None:
    """After an outage only the latest due reminder per item is sent; the others end as skipped: overtaken."""
    number = world.active()
    world.go("2026-09-09 09:00")
    world.work()  # the quarterly status is due on 30 September, reminders on the 10th and the 25th
    pulse = next(d for d in world.case(number).open_deadlines() if d.rule == "F2" and d.occurrence == "2026-09-30")
    world.go("2026-09-28 09:00")

    world.work()

    about = [(p.step, p.state, p.why) for p in world.promises(number, pulse.no) if p.step.endswith("M08")]
    assert about == [("-14 wd M08", "skipped", "overtaken"), ("-3 wd M08", "sent", "sent"), ("+0 wd M08", "planned", "")]


def test_outage_over_due_date_and_after_sends_one_mail_not_four(world: World) -> None:
    """Scenario 16: after an outage only the latest due reminder per item is sent, not four."""
    number = world.active()
    world.go("2026-09-09 09:00")
    world.work()
    pulse = next(d for d in world.case(number).open_deadlines() if d.rule == "F2" and d.occurrence == "2026-09-30")
    world.go("2026-10-08 09:00")

    world.work()

    mails = [p for p in world.promises(number, pulse.no) if p.kind == "mail" and p.seat == "company_contact"]
    states = Counter((p.state, p.why) for p in mails if str(p.due_at) < "2026-10-08 09")
    assert states == {("skipped", "overtaken"): 3, ("sent", "sent"): 1}
    assert [p.step for p in mails if p.state == "sent"] == ["+5 wd M09"]
