"""Complaint 15: test systems mail real people."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from engine.errors import EnvironmentFault
from engine.letters import Message, Receipt
from engine.ports import Document
from handslag.clock import MovedClock
from handslag.settings import load_settings
from handslag.wiring import open_house
from handslag.worker import mail_out
from storage import approval
from tests.world import World


class Refusing:
    """A channel that must not be asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def send(self, message: Message, document: Document | None) -> Receipt:
        self.asked.append(message.address)
        return Receipt(outcome="sent", words="250 taken", code=250)

    async def close(self) -> None:
        """Nothing."""


def _world(folder: Path, config: str) -> World:
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(config)
    return World(folder, now="2026-02-02 08:00")


def test_address_off_the_allow_list_is_never_handed_to_the_transport(tmp_path: Path) -> None:
    """Outside production an address not on the allow list is never handed to the transport."""
    world = _world(tmp_path / "handslag", '[mail]\nallow_list = ["aalborg.example.org"]\n')
    number = world.candidate()
    world.to_screening(number)
    world.to_dialogue(number)
    world.clock.advance(world.house.tools.hold)
    channel = Refusing()

    asyncio.run(mail_out(world.house, channel))

    invitation = next(p for p in world.promises(number) if p.code == "M01")
    assert channel.asked == []
    assert (invitation.state, invitation.why) == ("suppressed", "not_allowed_address")
    world.close()


def test_restored_copy_starts_with_sending_off(tmp_path: Path) -> None:
    """A restored copy of production data starts with sending off."""
    world = _world(tmp_path / "real", '[mail]\ntransport = "smtp"\n')
    world.house.store.run(lambda tx: approval.approve(tx, by="Mette", at=world.clock.now()))
    number = world.candidate()
    world.to_screening(number)
    world.to_dialogue(number)
    world.clock.advance(world.house.tools.hold)
    world.close()
    shutil.copytree(tmp_path / "real", tmp_path / "copy")
    copy = open_house(tmp_path / "copy", load_settings(tmp_path / "copy"), clock=MovedClock(world.clock.now()))
    channel = Refusing()

    with pytest.raises(EnvironmentFault):
        asyncio.run(mail_out(copy, channel))

    assert channel.asked == []
    assert asyncio.run(mail_out(world.house, channel)) == len(channel.asked) == 1  # the real one may
    copy.close()
    world.close()
