"""What time it is. The only module that reads the machine's clock; everybody else is handed an `engine.ports.Clock`."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class SystemClock:
    """The real time."""

    def now(self) -> datetime:
        """Return the present instant, aware, UTC."""
        return datetime.now(UTC)


class MovedClock:
    """A clock that stands where it was put, for demonstrations, rehearsals and tests; it moves only when told."""

    def __init__(self, start: datetime) -> None:
        self._now = _instant(start)

    def now(self) -> datetime:
        """Return the instant it was put to, aware, UTC."""
        return self._now

    def move_to(self, instant: datetime) -> None:
        """Put the clock to `instant` (aware). Going back is refused: what has happened has happened."""
        moved = _instant(instant)
        if moved < self._now:
            raise ValueError(f"the clock stands at {self._now.isoformat()} and cannot go back to {moved.isoformat()}")
        self._now = moved

    def advance(self, span: timedelta) -> None:
        """Move the clock on by `span`."""
        self.move_to(self._now + span)


class DemoClock:
    """A clock that was put somewhere and runs on from there, for a demonstration that people look around in."""

    def __init__(self, start: datetime) -> None:
        self._start, self._set_at = _instant(start), time.monotonic()

    def now(self) -> datetime:
        """Return where it was put plus the time since, aware, UTC."""
        return self._start + timedelta(seconds=time.monotonic() - self._set_at)

    def advance(self, span: timedelta) -> None:
        """Move the clock on by `span`, which is not negative."""
        if span < timedelta():
            raise ValueError(f"the clock cannot go back by {-span}")
        self._start += span


def _instant(value: datetime) -> datetime:
    """Return an aware datetime in UTC."""
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} says no zone; give an aware datetime, e.g. {value.isoformat()}+00:00")
    return value.astimezone(UTC)
