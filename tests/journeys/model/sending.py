"""A worker of its own process that sends what is due by SMTP and dies at a named point, for the tests of crashes only.

Run with the installation's folder and the time; CRASH_TEST_POINT names the point: `claim`, `claimed`, `send`, `taken`,
`note`, `noted`, or nothing. Nothing but this file reads that variable.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from engine.letters import Message, Receipt
from engine.ports import Channel, Document, Tx
from handslag.clock import MovedClock
from handslag.settings import load_settings
from handslag.wiring import open_house
from handslag.worker import mail_out
from storage.store import SqlStore

T = TypeVar("T")


def die_at(point: str) -> None:
    """Die here, if this is the point."""
    if os.environ.get("CRASH_TEST_POINT") == point:
        os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class DyingStore:
    """A store that dies just before or after it commits a claim (its first writing) or a note (its second)."""

    inner: SqlStore
    writings: int = 0

    def run(self, use_case: Callable[[Tx], T]) -> T:
        """Run, and perhaps die."""
        self.writings += 1
        before, after = {1: ("claim", "claimed"), 2: ("note", "noted")}.get(self.writings, ("", ""))

        def dying(tx: Tx) -> T:
            answer = use_case(tx)
            die_at(before or "-")
            return answer

        answer = self.inner.run(dying)
        die_at(after or "-")
        return answer

    def read(self, question: Callable[[Tx], T]) -> T:
        """Read."""
        return self.inner.read(question)


@dataclass
class DyingChannel:
    """A channel that dies before it sends, or when the server has taken the mail."""

    inner: Channel

    async def send(self, message: Message, document: Document | None) -> Receipt:
        """Send, and perhaps die."""
        die_at("send")
        receipt = await self.inner.send(message, document)
        die_at("taken")
        return receipt

    async def close(self) -> None:
        """Close."""
        await self.inner.close()


async def main(folder: Path, now: datetime) -> None:
    """Send what is due."""
    house = open_house(folder, load_settings(folder), clock=MovedClock(now))
    dying = cast(Any, DyingStore(house.store))
    channel = DyingChannel(house.channel())
    await mail_out(replace(house, store=dying), channel)
    await channel.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2])))
