"""The worker: works off what is due, round by round, until told to stop. It holds no truth; killing it loses nothing."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine import use_cases
from engine.errors import EnvironmentFault
from engine.ports import Channel, DueItem, Tx
from handslag.alarm import Alarm
from handslag.wiring import House
from notifications.outbox import drain
from storage import approval

POSTPONED_BY = timedelta(hours=1)
BATCH = 100
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round did, in rows."""

    missed: int = 0
    fired: int = 0
    failed: int = 0
    mailed: int = 0


def worker_name() -> str:
    """Name this process, for claims and `doctor`."""
    return f"{socket.gethostname()}:{os.getpid()}"


def fire_all(house: House, now: datetime, stop: Callable[[], bool] = lambda: False) -> Round:
    """Mark what was missed and act on what is due, a batch a transaction, until nothing is left or `stop` says so."""
    done, more = Round(), True
    while more and not stop():
        worked = house.store.run(lambda tx: use_cases.mark_missed(tx, house.tools, now, BATCH))
        for item, error in worked.failed:
            _log.error("deadline_failed", extra={"case": item.case, "deadline": item.no}, exc_info=error)
        done, more = replace(done, missed=done.missed + worked.missed, failed=done.failed + len(worked.failed)), worked.more
    more = True
    while more and not stop():
        worked = house.store.run(lambda tx: use_cases.fire_due(tx, house.tools, now, BATCH))
        for item, error in worked.failed:
            _postpone(house, item, error, now)
        done = replace(done, fired=done.fired + worked.fired, failed=done.failed + len(worked.failed))
        more = worked.more
    return done


def _postpone(house: House, item: DueItem, error: Exception, now: datetime) -> None:
    """Push a row that raised ahead in its own transaction, and log it whole, once."""
    _log.error("due_row_failed", extra={"case": item.case, "promise": item.no}, exc_info=error)

    def push(tx: Tx) -> None:
        tx.postpone(item, now + POSTPONED_BY, f"{type(error).__name__}: {error}")

    house.store.run(push)


async def mail_out(house: House, channel: Channel, stop: Callable[[], bool] = lambda: False) -> int:
    """Send what may leave now; returns how many mails were tried. Raises: EnvironmentFault where sending is not approved."""
    require_approval(house)
    worker = house.settings.worker
    return await drain(
        house.store,
        channel,
        clock=house.clock,
        worker=worker_name(),
        lease=timedelta(seconds=worker.lease_s),
        batch=worker.batch,
        retry=house.retry().next_try,
        fence=house.fence(),
        record=lambda tx, message, receipt, now: use_cases.note_delivery(tx, house.tools, message, receipt, now),
        stop=stop,
    )


def require_approval(house: House) -> None:
    """Refuse to send real mail from an installation that nobody approved for this place.

    Raises: EnvironmentFault, saying what to run.
    """
    if house.settings.mail.transport == "smtp":
        house.store.read(approval.check)


def work_once(house: House) -> Round:
    """Work off everything that is due now, mails included, and return what was done."""

    async def once() -> int:
        channel = house.channel()
        try:
            return await mail_out(house, channel)
        finally:
            await channel.close()

    done = fire_all(house, house.clock.now())
    return replace(done, mailed=asyncio.run(once()))


async def work(house: House) -> None:
    """Work until SIGTERM or SIGINT; the row in hand is finished first."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    alarm = Alarm(timedelta(seconds=house.settings.worker.tick_s))

    def stop() -> None:
        stopping.set()
        alarm.wake()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    channel = house.channel()
    alarm.start()
    try:
        while not stopping.is_set():
            await _round(house, channel, stopping.is_set)
            if stopping.is_set():
                break
            alarm.at(await asyncio.to_thread(house.store.read, lambda tx: tx.next_due()))
            await alarm.wait()
    finally:
        alarm.stop()
        await channel.close()


async def _round(house: House, channel: Channel, stop: Callable[[], bool]) -> None:
    """One round; what goes wrong in it is logged whole and tried again at the next ring."""
    try:
        done = await asyncio.to_thread(fire_all, house, house.clock.now(), stop)
        mailed = await mail_out(house, channel, stop)
        if done != Round() or mailed:
            _log.info("worked", extra={"missed": done.missed, "fired": done.fired, "failed": done.failed, "mailed": mailed})
    except EnvironmentFault as fault:
        _log.error("cannot_send", extra={"why": fault.sentence})
    except Exception:
        _log.exception("round_failed")
