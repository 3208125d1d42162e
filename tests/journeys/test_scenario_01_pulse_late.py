"""Scenario 1: a quarterly status three weeks late, in the Danish and in the Dutch calendar."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from engine import acts
from engine.letters import Message
from engine.programme import ProgrammeFile
from tests.world import FREE_DK, FREE_NL, World, programme_file

START = "2025-12-15 09:00"


def _programme(free: dict[str, str], zone: str) -> ProgrammeFile:
    return programme_file("aalborg", zone=zone, free=free)


class Late:
    """A case in force since 15 December 2025 whose first full quarter ends on 31 March 2026."""

    def __init__(self, folder: Path, free: dict[str, str], zone: str) -> None:
        self.world = World(folder, now=START, programme=_programme(free, zone))
        self.number = self.world.active()
        self.pulse = next(d for d in self.world.case(self.number).open_deadlines() if d.rule == "F2")

    def mails(self) -> list[Message]:
        """Mails to the company contact about the pulse."""
        ours = {p.message for p in self.world.promises(self.number, self.pulse.no) if p.seat == "company_contact"}
        return [m for m in self.world.messages() if m.id in ours and m.state == "sent"]


@pytest.fixture
def danish(tmp_path: Path) -> Late:
    """The Danish calendar."""
    return Late(tmp_path / "dk", FREE_DK, "Europe/Copenhagen")


@pytest.fixture
def dutch(tmp_path: Path) -> Late:
    """The Dutch calendar."""
    return Late(tmp_path / "nl", FREE_NL, "Europe/Amsterdam")


def test_unanswered_pulse_reminds_on_exactly_the_declared_working_days(danish: Late) -> None:
    assert danish.pulse.due_on == date(2026, 3, 31)

    danish.world.walk("2026-04-28 09:00")

    days = [m.not_before.date().isoformat() for m in danish.mails()]
    assert days == ["2026-03-11", "2026-03-26", "2026-03-31", "2026-04-10", "2026-04-24"]


def test_dutch_calendar_shifts_the_same_ladder(dutch: Late) -> None:
    dutch.world.walk("2026-04-28 09:00")

    assert [m.not_before.date().isoformat() for m in dutch.mails()][-2:] == ["2026-04-09", "2026-04-23"]


@pytest.mark.parametrize(("which", "working_days"), [("danish", 12), ("dutch", 13)])
def test_days_overdue_are_counted_both_ways(which: str, working_days: int, request: pytest.FixtureRequest) -> None:
    late: Late = request.getfixturevalue(which)
    calendar = late.world.house.store.read(lambda tx: tx.programme("aalborg")).calendar
    day = date(2026, 4, 21)

    assert (day - late.pulse.due_on).days == 21
    assert calendar.working_days_after(late.pulse.due_on, day) == working_days


def test_escalation_enters_the_managers_list_with_a_call_task_on_the_day(danish: Late) -> None:
    danish.world.walk("2026-04-21 12:00")
    assert danish.world.deadline(danish.number, "F2").escalated_on is None

    danish.world.walk("2026-04-24 12:00")

    assert danish.world.deadline(danish.number, "F2").escalated_on == date(2026, 4, 24)
    assert danish.world.deadline(danish.number, "call").seat == "coordinator"


def test_a_late_report_ends_the_reminders_and_history_keeps_how_late(danish: Late) -> None:
    danish.world.walk("2026-04-22 09:00")

    danish.world.do(danish.number, acts.Fulfil(what="submit", deadline=danish.pulse.no), for_whom="the company, by phone")
    danish.world.walk("2026-05-04 09:00")

    assert [m.not_before.date().isoformat() for m in danish.mails()][-1] == "2026-04-10"
    whole = danish.world.case(danish.number, whole=True).deadlines[danish.pulse.no]
    assert whole.submitted_on is not None
    assert whole.submitted_on - whole.due_on == timedelta(days=22)
    assert whole.missed_at is not None
