"""A server that says 'later' while the case goes on: what is settled meanwhile never leaves, and retries keep the hours."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from engine import acts
from engine.letters import Message, Receipt
from engine.ports import Document
from handslag.worker import fire_all, mail_out
from tests.world import World


class Slow:
    """A server that is not ready for mail to companies; somebody acts on the case while it is asked."""

    def __init__(self, world: World, number: str, deadline: int = 0) -> None:
        self.world, self.number, self.deadline = world, number, deadline
        self.taken: list[str] = []

    async def send(self, message: Message, document: Document | None) -> Receipt:
        if message.recipient.startswith("person:"):
            return Receipt(outcome="sent", words="250 taken", code=250)
        if self.deadline:
            act, self.deadline = acts.Fulfil(what="submit", deadline=self.deadline), 0
            await asyncio.to_thread(self.world.do, self.number, act)
            return Receipt(outcome="later", words="451 try again", code=451)
        self.taken.append(message.code)
        return Receipt(outcome="sent", words="250 taken", code=250)

    async def close(self) -> None:
        """Nothing."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An installation on the morning of 2 February 2026."""
    made = World(tmp_path / "handslag", now="2026-02-02 08:00")
    yield made
    made.close()


def test_reminder_settled_while_a_server_said_later_never_leaves(world: World) -> None:
    number = world.active()
    pulse = world.deadline(number, "F2")
    world.go("2026-06-09 09:00")
    world.work()
    world.go("2026-06-10 09:00")
    fire_all(world.house, world.clock.now())
    channel = Slow(world, number, pulse.no)

    asyncio.run(mail_out(world.house, channel))
    world.clock.advance(timedelta(minutes=5))
    asyncio.run(mail_out(world.house, channel))

    reminder = next(p for p in world.promises(number, pulse.no) if p.step == "-14 wd M08")
    assert channel.taken == []
    assert (reminder.state, reminder.why) == ("cancelled", "fulfilled")
    assert next(m for m in world.messages() if m.id == reminder.message).state == "cancelled"
    assert world.verify(number) is None


class Busy(Slow):
    """A server that is never ready for companies."""

    async def send(self, message: Message, document: Document | None) -> Receipt:
        return Receipt(outcome="later", words="451 try again", code=451)


def test_retries_of_a_mail_to_a_company_keep_its_hours(world: World) -> None:
    number = world.active()
    world.go("2026-06-09 09:00")
    world.work()
    world.go("2026-06-10 13:59")  # a minute before the hours close
    fire_all(world.house, world.clock.now())

    asyncio.run(mail_out(world.house, Busy(world, number)))

    [waiting] = [m for m in world.messages() if m.state == "queued" and m.recipient.startswith("contact:")]
    assert waiting.not_before.isoformat() == "2026-06-11T06:00:00+00:00"
