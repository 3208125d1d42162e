"""The dispatcher on PostgreSQL: any number of workers on any number of machines share the work through Procrastinate.

The only module that imports procrastinate, and the only one that takes the driver's connection. A bell is a job that says
"look", written in the transaction that leaves something due; it is never a truth. Jobs have no locks and no time of their own:
what falls due later stands in our rows, and each worker's alarm clock then has one sweep run, which rings as many bells as are
needed.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Any

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Status

from engine.ports import Tx
from handslag.alarm import Alarm
from handslag.dispatch.shift import Rounds, Shift
from storage.reads import line_of

QUEUE, LOOK, SWEEP = "handslag", "handslag.look", "handslag.sweep"
# A worker that says nothing for so long is dead to Procrastinate; its jobs are cleared, the truth is in our rows.
STALLED_S = 30.0
POLL_S = 5.0
RECONNECT_S = 1.0
KNOCK_S = 15.0
POOL: dict[str, Any] = {"min_size": 1, "max_size": 4, "timeout": 10.0}
_log = logging.getLogger(__name__)


class ProcrastinateDispatcher:
    """Rings through the database. address: as libpq wants it, `postgresql://…`."""

    def __init__(self, address: str) -> None:
        logging.getLogger("procrastinate").setLevel(logging.CRITICAL)  # we say what matters, once
        self._address = address
        # Never opened: it only writes jobs on connections that it is handed. An App opened async cannot do that.
        self._producer = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())

    def ring(self, tx: Tx) -> None:
        """Write a bell in this transaction: it rings when that is committed and is gone when it is not."""
        # No queueing lock: a second caller would have to wait for the first one's commit, every move behind every other.
        raw: Any = line_of(tx).core.connection.driver_connection
        self._producer.configure_task(LOOK, queue=QUEUE, connection=raw).defer()

    async def run(self, shift: Shift) -> None:
        """Look at every bell that this worker gets, until told to stop; a lost database is connected to again and again."""
        while not shift.stopping.is_set():
            try:
                await self._work(shift)
            except Exception as error:
                _log.warning("dispatcher_disconnected", extra={"why": f"{type(error).__name__}: {error}"})
            if not shift.stopping.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(shift.stopping.wait(), RECONNECT_S)

    async def _work(self, shift: Shift) -> None:
        """Work on one pool of connections until told to stop or until it breaks."""
        app = self._app(shift)
        alarm = Alarm(shift.tick, shift.clock)
        async with app.open_async():
            alarm.start()
            tasks = [
                asyncio.create_task(part) for part in (_listen(app, shift), _knock(app, shift, alarm), shift.stopping.wait())
            ]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                alarm.stop()
                ended = await _end(tasks)
        for error in ended:
            raise error

    def _app(self, shift: Shift) -> procrastinate.App:
        app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=self._address, **POOL))

        async def look() -> None:
            await shift.look()

        async def sweep() -> None:
            await _clear_stalled(app)
            for _ in range(await shift.bells()):
                await app.configure_task(LOOK, queue=QUEUE).defer_async()

        app.task(name=LOOK, queue=QUEUE)(look)
        app.task(name=SWEEP, queue=QUEUE)(sweep)
        return app


async def _listen(app: procrastinate.App, shift: Shift) -> None:
    """Run the jobs, one at a time; ends when the connection is lost for good, and gracefully when it is cancelled."""
    await app.run_worker_async(
        queues=[QUEUE],
        name=shift.name,
        fetch_job_polling_interval=POLL_S,
        stalled_worker_timeout=STALLED_S,
        delete_jobs="always",
        install_signal_handlers=False,
    )


async def _knock(app: procrastinate.App, shift: Shift, alarm: Alarm) -> None:
    """Have one worker sweep at every tick and next moment; the lock lets one of all workers' knocks through."""
    while True:
        with suppress(AlreadyEnqueued):
            async with asyncio.timeout(KNOCK_S):  # a connection that hangs is given up, and the database connected to anew
                await app.configure_task(SWEEP, queue=QUEUE, queueing_lock=SWEEP).defer_async()
        alarm.at(await shift.next_moment())
        await alarm.wait()


async def _told(shift: Shift) -> None:
    await shift.stopping.wait()


async def _clear_stalled(app: procrastinate.App) -> None:
    """Take away the jobs of workers that died; what they were about is found by the sweep itself."""
    for job in await app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=STALLED_S):
        if job.id is not None:
            await app.job_manager.finish_job_by_id_async(job.id, status=Status.FAILED, delete_job=True)


async def _end(tasks: list[asyncio.Task[Any]]) -> list[Exception]:
    """Cancel what still runs, wait for it, and return what went wrong in it."""
    for task in tasks:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    return [error for error in ended if isinstance(error, Exception)]


_: type[Rounds] = ProcrastinateDispatcher
