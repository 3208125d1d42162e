"""A worker that comes back after its lease has lapsed: what it says late revives, contradicts and hides nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from engine.letters import Message, Receipt
from engine.ports import Document
from handslag.worker import mail_out
from tests.world import World

SAYS = {
    "sent": Receipt(outcome="sent", words="250 taken", code=250),
    "later": Receipt(outcome="later", words="451 try again", code=451),
    "never": Receipt(outcome="never", words="550 no such user", code=550),
}


class Says:
    """A channel that always says the same."""

    def __init__(self, what: str) -> None:
        self.what, self.times = what, 0

    async def send(self, message: Message, document: Document | None) -> Receipt:
        self.times += 1
        return SAYS[self.what]

    async def close(self) -> None:
        """Nothing."""


class Late(Says):
    """A channel whose answer comes when the lease has lapsed and somebody else has tried the mail."""

    def __init__(self, world: World, what: str, other: Says) -> None:
        super().__init__(what)
        self.world, self.other = world, other

    async def send(self, message: Message, document: Document | None) -> Receipt:
        self.world.clock.advance(timedelta(seconds=self.world.house.settings.worker.lease_s * 2))
        await mail_out(self.world.house, self.other)
        return await super().send(message, document)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An installation on the morning of 2 February 2026, with one mail to send."""
    made = World(tmp_path / "handslag", now="2026-02-02 08:00")
    yield made
    made.close()


def played(world: World, late: str, other: str) -> tuple[Message, list[tuple[str, str]], list[str]]:
    """Return the mail, how its promises ended, and what history says about sending it."""
    number = world.candidate()
    world.to_screening(number)
    world.to_dialogue(number)
    world.clock.advance(world.house.tools.hold)
    asyncio.run(mail_out(world.house, Late(world, late, Says(other))))
    [mail] = world.messages()
    assert mail.uncertain, "somebody took over: nobody knows what the first try came to"
    assert world.verify(number) is None
    ends = [(p.state, p.why) for p in world.promises(number) if p.message == mail.id]
    told = [f"{e['kind']} {e['cause']}" for e in world.history(number) if e["kind"].startswith("mail_")]
    return mail, ends, told


@pytest.mark.parametrize("late", ["later", "never"])
def test_given_up_mail_is_not_revived_by_a_late_refusal(world: World, late: str) -> None:
    mail, ends, told = played(world, late, "never")

    assert (mail.state, ends) == ("failed", [("failed", "given_up")])
    assert len(told) == 1


def test_late_sending_of_a_given_up_mail_is_told_and_the_promise_ends_once(world: World) -> None:
    mail, ends, told = played(world, "sent", "never")

    assert (mail.state, ends) == ("sent", [("failed", "given_up")])
    assert told[0].startswith("mail_failed")
    assert told[1].startswith("mail_sent")
    assert "known only when it was failed already" in told[1]
    assert told[1].endswith("delivery uncertain, repeated")


@pytest.mark.parametrize("late", ["later", "never"])
def test_late_refusal_changes_nothing_where_the_other_will_try_again(world: World, late: str) -> None:
    mail, ends, told = played(world, late, "later")

    assert (mail.state, mail.attempts, ends, told) == ("queued", 1, [("queued", "")], [])


@pytest.mark.parametrize("late", ["sent", "later", "never"])
def test_late_note_after_the_other_has_sent_is_only_a_try(world: World, late: str) -> None:
    mail, ends, told = played(world, late, "sent")

    assert (mail.state, ends, len(told)) == ("sent", [("sent", "sent")], 1)


def test_late_sending_where_the_other_will_try_again_ends_it(world: World) -> None:
    mail, ends, told = played(world, "sent", "later")
    again = Says("sent")
    world.clock.advance(timedelta(hours=1))
    asyncio.run(mail_out(world.house, again))

    assert (mail.state, ends, len(told), again.times) == ("sent", [("sent", "sent")], 1, 0)
