"""Complaint 6: working-day arithmetic and clock changes are wrong at the edges.

T: Five working days from a Friday, a Sunday, a public holiday and across both clock changes gives the date a printed
table says, and no mail leaves outside the sending window.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import pytest

from engine.calendar import Calendar
from engine.sums import due_of, reckon, started
from tests.world import FREE_DK, FREE_NL, World

DK, NL = "Europe/Copenhagen", "Europe/Amsterdam"
# from, five working days later in Denmark, in the Netherlands
PRINTED = [
    ("2026-01-30", "2026-02-06", "2026-02-06"),  # a Friday
    ("2026-02-01", "2026-02-06", "2026-02-06"),  # a Sunday
    ("2026-03-27", "2026-04-08", "2026-04-07"),  # the Friday before the clocks go forward, and Easter
    ("2026-04-01", "2026-04-13", "2026-04-10"),  # the next day is Maundy Thursday: free in Denmark only
    ("2026-04-02", "2026-04-13", "2026-04-13"),  # Maundy Thursday itself
    ("2026-04-03", "2026-04-13", "2026-04-13"),  # Good Friday: free in both
    ("2026-04-27", "2026-05-04", "2026-05-04"),  # the King's birthday
    ("2026-05-14", "2026-05-21", "2026-05-21"),  # Ascension Day
    ("2026-06-04", "2026-06-12", "2026-06-11"),  # before Constitution Day
    ("2026-10-23", "2026-10-30", "2026-10-30"),  # the Friday before the clocks go back
    ("2026-12-23", "2027-01-05", "2026-12-31"),  # Christmas
]
# a day around a clock change, and when sending hours open and close on it, in UTC
OPENINGS = [
    ("2026-03-27", "07:00", "15:00"), ("2026-03-30", "06:00", "14:00"), ("2026-10-23", "06:00", "14:00"),
    ("2026-10-26", "07:00", "15:00"),
]  # fmt: skip


def _calendar(free: Mapping[str, str], zone: str) -> Calendar:
    return Calendar(zone=zone, free={date.fromisoformat(day): name for day, name in free.items()})


@pytest.mark.parametrize(("start", "danish", "dutch"), PRINTED)
def test_five_working_days_end_on_the_printed_date(start: str, danish: str, dutch: str) -> None:
    ops = (started(date.fromisoformat(start), "phase"), {"op": "add", "term": "5 wd"})

    assert due_of(reckon(ops, _calendar(FREE_DK, DK))).isoformat() == danish
    assert due_of(reckon(ops, _calendar(FREE_NL, NL))).isoformat() == dutch


@pytest.mark.parametrize(("day", "opens", "closes"), OPENINGS)
def test_sending_hours_follow_the_clock_on_the_wall(day: str, opens: str, closes: str) -> None:
    calendar = _calendar(FREE_DK, DK)
    open_at = datetime.fromisoformat(f"{day}T{opens}+00:00")
    close_at = datetime.fromisoformat(f"{day}T{closes}+00:00")

    assert calendar.opening(date.fromisoformat(day)) == open_at
    assert calendar.next_sending(close_at, to_company=True) > close_at
    assert calendar.next_sending(close_at.replace(minute=0) - (close_at - open_at), to_company=True) == open_at


@pytest.mark.parametrize("around", ["2026-03-26", "2026-10-22", "2026-07-03", "2026-12-18"])
def test_no_mail_to_a_company_leaves_outside_its_hours(world: World, around: str) -> None:
    world.active()
    world.go(f"{around} 17:30")
    for _ in range(60):
        world.clock.advance(timedelta(hours=5))
        world.work()
    calendar = world.house.store.read(lambda tx: tx.programme("aalborg")).calendar

    to_company = [m for m in world.messages() if m.recipient.startswith("contact:") and str(m.created_at) > around]
    left = [calendar.local(m.ended_at) for m in to_company if m.ended_at and m.state == "sent" and m.merges]

    assert all(calendar.is_working(at.date()) and at.date() not in calendar.quiet for at in left)
    assert all(calendar.opens <= at.time() < calendar.closes for at in left)
