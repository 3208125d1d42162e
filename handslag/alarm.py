"""The alarm clock: says "look now" at intervals and at the next due moment. The only module that imports APScheduler.

It remembers nothing. What is due stands in the database; a ring that is lost is made up for by the next tick.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from engine.ports import Clock
from handslag.clock import SystemClock

TICK, MOMENT = "tick", "moment"


class Alarm:
    """Rings an event that a worker waits for. clock: by which moments are told; it may be another than the machine's."""

    def __init__(self, tick: timedelta, clock: Clock) -> None:
        self._clock = clock
        self._rung = asyncio.Event()
        # Misfires are rung late rather than dropped; the default grace of one second would lose them.
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
        self._scheduler.add_job(self.ring, "interval", seconds=tick.total_seconds(), id=TICK)

    def start(self) -> None:
        """Start ticking, in the running loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Stop ticking."""
        self._scheduler.shutdown(wait=False)

    def wake(self) -> None:
        """Wake whoever waits, from within the loop."""
        self._rung.set()

    async def ring(self) -> None:
        """Wake whoever waits; a coroutine, so that the scheduler runs it in the loop and not in a thread."""
        self.wake()

    def at(self, moment: datetime | None) -> None:
        """Ring at a moment as well (aware UTC), instead of the one asked for before; None, or one that has gone by, for none.

        A moment gone by waits for the tick: what could not be done just now would only be tried again without a pause.
        """
        if self._scheduler.get_job(MOMENT):
            self._scheduler.remove_job(MOMENT)
        if moment is not None and (ahead := moment - self._clock.now()) > timedelta():
            self._scheduler.add_job(self.ring, "date", run_date=SystemClock().now() + ahead, id=MOMENT)

    async def wait(self) -> None:
        """Wait for the next ring."""
        await self._rung.wait()
        self._rung.clear()
