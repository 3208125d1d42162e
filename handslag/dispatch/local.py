"""The dispatcher of the one-process default: an event, and an alarm clock for what falls due later.

On SQLite a second process hears no bell of the first one; it looks at its next tick, and claims keep the two apart.
"""

from __future__ import annotations

import asyncio
from threading import Lock

from engine.ports import Tx
from handslag.alarm import Alarm
from handslag.dispatch.shift import Rounds, Shift
from storage.transaction import SqlTx


class LocalDispatcher:
    """Rings within this process, once the transaction that rang is committed."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._listeners: list[tuple[asyncio.AbstractEventLoop, Alarm]] = []

    def ring(self, tx: Tx) -> None:
        """Wake the workers of this process after the commit; does nothing where there is none."""
        if self._listeners and isinstance(tx, SqlTx):
            tx.afterwards.append(self._wake)

    async def run(self, shift: Shift) -> None:
        """Look at every ring, tick and next moment, until told to stop."""
        alarm = Alarm(shift.tick, shift.clock)
        listener = (asyncio.get_running_loop(), alarm)
        stopping = asyncio.create_task(_wake_to_stop(shift, alarm))
        with self._guard:
            self._listeners.append(listener)
        alarm.start()
        try:
            while not shift.stopping.is_set():
                await shift.look()
                alarm.at(await shift.next_moment())
                await alarm.wait()
        finally:
            with self._guard:
                self._listeners.remove(listener)
            stopping.cancel()
            alarm.stop()

    def _wake(self) -> None:
        with self._guard:
            for loop, alarm in self._listeners:
                loop.call_soon_threadsafe(alarm.wake)


async def _wake_to_stop(shift: Shift, alarm: Alarm) -> None:
    await shift.stopping.wait()
    alarm.wake()


_: type[Rounds] = LocalDispatcher
