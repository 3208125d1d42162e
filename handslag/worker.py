"""The worker: works off what is due, round by round, until told to stop. It holds no truth; killing it loses nothing."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine import addressing, delivery
from engine.errors import EnvironmentFault
from engine.letters import Message, Receipt
from engine.ports import Channel, Tx
from handslag.dispatch.shift import Shift
from handslag.sweeping import BATCH, DEADLINES, PROMISES, sweep
from handslag.wiring import House
from notifications.outbox import drain
from storage import approval
from storage.outbox_reads import workers
from storage.passing import is_passing
from storage.transaction import SqlTx

# What stands in the note of a worker's sign of life.
WORKING, STOPPED = "working", "stopped"
FORGOTTEN_AFTER = timedelta(days=7)
MOST_BELLS = 64
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


def silent_after(tick: timedelta) -> timedelta:
    """Return after how long without a sign of life a worker counts as silent."""
    return 3 * tick + timedelta(seconds=30)


def fire_all(house: House, now: datetime, stop: Callable[[], bool] = lambda: False) -> Round:
    """Mark what was missed and act on what is due, a batch a transaction, until nothing is left or `stop` says so."""
    # Most looks find nothing: one reading transaction says so, where each sweep would take a writing one.
    if not house.store.read(lambda tx: any(kind.due(tx, now, 1) for kind in (DEADLINES, PROMISES))):
        return Round()
    missed = sweep(house.store, house.tools, DEADLINES, now, stop)
    fired = sweep(house.store, house.tools, PROMISES, now, stop)
    return Round(missed=missed.done, fired=fired.done, failed=missed.failed + fired.failed)


async def mail_out(house: House, channel: Channel, stop: Callable[[], bool] = lambda: False) -> int:
    """Send what may leave now; returns how many mails were tried. Raises: EnvironmentFault where sending is not approved."""
    require_approval(house)
    worker, mail = house.settings.worker, house.settings.mail
    return await drain(
        house.store,
        channel,
        clock=house.clock,
        worker=worker_name(),
        lease=timedelta(seconds=worker.lease_s),
        batch=worker.batch,
        retry=house.retry().next_try,
        fence=house.fence(),
        record=lambda tx, message, receipt, now: _record(house, tx, message, receipt, now),
        abreast=mail.smtp.connections if mail.transport == "smtp" else 1,
        stop=stop,
        given_back=lambda tx, message, now: delivery.withdraw_settled(tx, house.tools, message, now),
        still_true=lambda claimed, now: _still_true(house, claimed, now),
    )


def _still_true(house: House, claimed: Sequence[Message], now: datetime) -> Sequence[Message]:
    """Return the claimed messages that go to whoever holds the seat; the others are given back, to leave for the right one."""
    astray = house.store.read(lambda tx: addressing.astray(tx, claimed, now))
    for message in astray:
        try:
            house.store.run(lambda tx, message=message: addressing.redirect(tx, house.tools, message, now))  # type: ignore[misc]
        except Exception as error:  # reported whole; one that cannot be said to its new reader must not stop the others
            if is_passing(error):
                raise
            _log.exception("mail_not_redirected", extra={"message": message.id})
            house.store.run(lambda tx, message=message: addressing.push_ahead(tx, message, now))  # type: ignore[misc]
    gone = {message.id for message in astray}
    return [message for message in claimed if message.id not in gone]


def _record(house: House, tx: Tx, message: Message, receipt: Receipt, now: datetime) -> None:
    """Note one try. Where a case cannot take the note, the message still does: else it would leave again with every lease."""
    assert isinstance(tx, SqlTx)
    # Somebody else may have claimed it meanwhile, because our lease lapsed: then the mail may have left twice.
    message = replace(message, uncertain=message.uncertain or tx.message(message.id).uncertain)
    try:
        with tx.apart():
            delivery.note_delivery(tx, house.tools, message, receipt, now)
    except Exception as error:
        if is_passing(error):
            raise
        _log.exception("delivery_not_noted", extra={"message": message.id, "outcome": receipt.outcome})
        tx.add_attempt(message.id, now, receipt)
        standing = tx.message(message.id)
        if message.state == "sent" or delivery.holds(standing, message):
            tx.change_message(replace(message, promises=standing.promises, lease_until=None, worker=""))


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
    """Work until SIGTERM or SIGINT; what is in hand is finished first, for at most `worker.drain_s`."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    channel = house.channel()
    beating = asyncio.create_task(_beat(house))
    try:
        await _drained(house, asyncio.create_task(house.dispatcher.run(_shift(house, channel, stopping))), stopping)
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
        await asyncio.to_thread(_sign_off, house)
        await channel.close()


async def _drained(house: House, working: asyncio.Task[None], stopping: asyncio.Event) -> None:
    told = asyncio.create_task(stopping.wait())
    await asyncio.wait({working, told}, return_when=asyncio.FIRST_COMPLETED)
    await asyncio.wait({working}, timeout=house.settings.worker.drain_s)
    told.cancel()
    if not working.done():
        _log.warning("stopped_undrained", extra={"after_s": house.settings.worker.drain_s})
        working.cancel()
    await asyncio.gather(working, told, return_exceptions=True)
    if not working.cancelled() and (error := working.exception()) is not None:
        raise error


def _shift(house: House, channel: Channel, stopping: asyncio.Event) -> Shift:
    async def look() -> None:
        await _round(house, channel, stopping.is_set)

    async def next_moment() -> datetime | None:
        return await asyncio.to_thread(_next_moment, house)

    async def bells() -> int:
        return await asyncio.to_thread(house.store.read, lambda tx: _bells(house, tx))

    tick = timedelta(seconds=house.settings.worker.tick_s)
    return Shift(
        name=worker_name(), clock=house.clock, tick=tick, stopping=stopping, look=look, next_moment=next_moment, bells=bells
    )


def _next_moment(house: House) -> datetime | None:
    try:
        return house.store.read(lambda tx: tx.next_due())
    except EnvironmentFault as fault:
        _log.error("database_unreachable", extra={"why": fault.sentence})
        return None


def _bells(house: House, tx: Tx) -> int:
    """Return how many workers what is due now keeps busy, at most as many as are at work."""
    assert isinstance(tx, SqlTx)
    now, tick = house.clock.now(), timedelta(seconds=house.settings.worker.tick_s)
    batches = -(-tx.backlog(now, BATCH * MOST_BELLS) // BATCH)
    alive = sum(w.note == WORKING and w.seen_at > now - silent_after(tick) for w in workers(tx))
    return min(batches, max(alive, 1), MOST_BELLS)


async def _beat(house: House) -> None:
    """Leave a sign of life at every tick, whatever the round in hand does."""
    while True:
        await asyncio.to_thread(_sign, house, WORKING)
        await asyncio.sleep(house.settings.worker.tick_s)


def _sign_off(house: House) -> None:
    _sign(house, STOPPED)


def _sign(house: House, note: str) -> None:
    now = house.clock.now()

    def sign(tx: Tx) -> None:
        assert isinstance(tx, SqlTx)
        tx.beat(worker_name(), now, note)
        tx.forget_workers(now - FORGOTTEN_AFTER)

    try:
        house.store.run(sign)
    except Exception as error:  # a worker that cannot say that it lives still lives
        _log.warning("no_sign_of_life", extra={"why": str(error)})


async def _round(house: House, channel: Channel, stop: Callable[[], bool]) -> None:
    """One round; what goes wrong in it is logged whole and tried again at the next ring."""
    try:
        done = await asyncio.to_thread(fire_all, house, house.clock.now(), stop)
        mailed = await mail_out(house, channel, stop)
        if done != Round() or mailed:
            _log.info("worked", extra={"missed": done.missed, "fired": done.fired, "failed": done.failed, "mailed": mailed})
    except EnvironmentFault as fault:
        _log.error("cannot_work", extra={"why": fault.sentence})
    except Exception:
        _log.exception("round_failed")
