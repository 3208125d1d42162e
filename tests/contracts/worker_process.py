"""A real worker process for tests.

Its clock runs, so many seconds away from the machine's. Every mail handed to the channel is a line in FOLDER/sends.jsonl,
written before the server's answer is known to anybody: what a mail server would have seen.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
from dataclasses import fields
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from engine.letters import Message, Receipt
from engine.ports import Channel, Document
from handslag.clock import SystemClock
from handslag.settings import Settings, load_settings
from handslag.wiring import House, open_house
from handslag.worker import work


class RunningClock:
    """The machine's clock, moved."""

    def __init__(self, offset_s: float) -> None:
        self._offset = timedelta(seconds=offset_s)

    def now(self) -> datetime:
        return SystemClock().now() + self._offset


@cache
def offset_to(instant: datetime) -> float:
    """Return by how much the machine's clock has to be moved to show an instant when first asked; all workers agree on it."""
    return (instant - SystemClock().now()).total_seconds()


class SeenChannel:
    """Takes every mail and writes down that it has seen it."""

    def __init__(self, folder: Path) -> None:
        self._file = os.open(folder / "sends.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def send(self, message: Message, document: Document | None) -> Receipt:
        seen = {"id": message.id, "to": message.address, "text": message.text, "by": os.getpid()}
        os.write(self._file, (json.dumps(seen) + "\n").encode())
        return Receipt(outcome="sent", words="250 seen", code=250)

    async def close(self) -> None:
        os.close(self._file)


class SeenHouse(House):
    """An installation whose mails go to `SeenChannel`."""

    def channel(self) -> Channel:
        return SeenChannel(self.folder)


def seen(folder: Path) -> list[dict[str, str]]:
    """Return what the channel has seen, in order."""
    path = folder / "sends.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


class Worker:
    """A worker process that a test has started. It is the test's duty to end it.

    It is forked from a server that has loaded our modules once, never from the test's own process with its threads.
    """

    def __init__(self, url: str, folder: Path, now: datetime, *, tick_s: int = 1, lease_s: int = 30) -> None:
        self.log = folder / f"worker-{len(list(folder.glob('worker-*')))}.log"
        self.log.touch()
        given = (url, folder, offset_to(now), tick_s, lease_s, self.log)
        self.process = _FORKS.Process(target=run, args=given)
        self.process.start()

    def stop(self) -> int | None:
        """Send SIGTERM and return the exit code, None where it goes on for half a minute."""
        self.process.terminate()
        self.process.join(30)
        return self.process.exitcode

    def kill(self) -> None:
        """Send SIGKILL."""
        self.process.kill()
        self.process.join(30)


def run(url: str, folder: Path, offset_s: float, tick_s: int, lease_s: int, log: Path) -> None:
    """Work until told to stop."""
    for stream in (1, 2):
        os.dup2(os.open(log, os.O_WRONLY | os.O_APPEND), stream)
    plain = load_settings(folder).model_dump()
    plain["database"] = {"url": url}
    plain["worker"] = {"tick_s": tick_s, "lease_s": lease_s, "batch": 25, "drain_s": 10}
    house = open_house(folder, Settings.model_validate(plain), clock=RunningClock(offset_s))
    asyncio.run(work(SeenHouse(**{f.name: getattr(house, f.name) for f in fields(House)})))
    house.close()


_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.contracts.worker_process", "handslag.dispatch.shared"])
