"""The clocks: aware UTC always, and a moved clock goes forward only when told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from engine.ports import Clock
from handslag.clock import MovedClock, SystemClock

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def test_both_are_clocks_of_the_engine() -> None:
    clocks: list[Clock] = [SystemClock(), MovedClock(MONDAY)]

    assert all(clock.now().tzinfo is UTC for clock in clocks)


def test_moved_clock_stands_until_moved() -> None:
    clock = MovedClock(MONDAY)

    assert clock.now() == clock.now() == MONDAY

    clock.advance(timedelta(days=1))
    clock.move_to(clock.now() + timedelta(hours=1))

    assert clock.now() == datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def test_moved_clock_answers_in_utc() -> None:
    clock = MovedClock(datetime(2026, 3, 2, 9, 0, tzinfo=timezone(timedelta(hours=1))))

    assert clock.now().isoformat() == "2026-03-02T08:00:00+00:00"


def test_moving_back_is_refused() -> None:
    clock = MovedClock(MONDAY)

    with pytest.raises(ValueError, match="cannot go back to 2026-03-02T07:59:00"):
        clock.advance(timedelta(minutes=-1))


def test_naive_start_is_refused() -> None:
    with pytest.raises(ValueError, match="says no zone"):
        MovedClock(MONDAY.replace(tzinfo=None))
