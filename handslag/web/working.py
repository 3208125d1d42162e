"""The worker inside the web process: the same rounds as `handslag run`, stopped by the server instead of by a signal."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from engine.errors import EnvironmentFault
from engine.ports import Channel
from handslag.wiring import House
from handslag.worker import fire_all, mail_out

_log = logging.getLogger(__name__)


class WebWorker:
    """Works off what is due, every tick, until told to stop; the row in hand is finished first."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Stop after the row in hand."""
        self._stopping.set()

    async def run(self) -> None:
        """Work until stopped."""
        channel = self.house.channel()
        tick = timedelta(seconds=self.house.settings.worker.tick_s).total_seconds()
        try:
            while not self._stopping.is_set():
                await self.round(channel)
                try:
                    await asyncio.wait_for(self._stopping.wait(), timeout=tick)
                except TimeoutError:
                    continue
        finally:
            await channel.close()

    async def round(self, channel: Channel) -> None:
        """Do one round; what goes wrong is logged whole and tried again in the next."""
        house, stop = self.house, self._stopping.is_set
        try:
            await asyncio.to_thread(fire_all, house, house.clock.now(), stop)
            await mail_out(house, channel, stop)
        except EnvironmentFault as fault:
            _log.error("cannot_send", extra={"why": fault.sentence})
        except Exception:
            _log.exception("round_failed")
