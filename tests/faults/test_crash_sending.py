"""Scenario 16: the worker is killed around a real SMTP conversation; who gets the mail twice, and what history says."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from storage import approval
from tests.world import World

ROOT = Path(__file__).parents[2]


class Inbox:
    """Keeps what it takes."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.mails.append(envelope.content)
        return "250 taken"

    @property
    def ids(self) -> list[str]:
        """The Message-IDs, in order of arrival."""
        return [str(message_from_bytes(mail)["Message-ID"]) for mail in self.mails]


@pytest.fixture
def inbox() -> Inbox:
    """An empty inbox."""
    return Inbox()


@pytest.fixture
def port(inbox: Inbox) -> Iterator[int]:
    """A mail server on this machine."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        found = int(free.getsockname()[1])
    controller = Controller(inbox, hostname="127.0.0.1", port=found)
    controller.start()
    yield found
    controller.stop()


@pytest.fixture
def world(tmp_path: Path, port: int) -> Iterator[World]:
    """An installation that may really send, to this machine."""
    folder = tmp_path / "handslag"
    folder.mkdir()
    (folder / "config.toml").write_text(
        f'[mail]\ntransport = "smtp"\n[mail.smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
    )
    made = World(folder, now="2026-02-02 08:00")
    made.house.store.run(lambda tx: approval.approve(tx, by="Mette", at=made.clock.now()))
    yield made
    made.close()


def _work(world: World, crash: str = "") -> int:
    """A worker in a process of its own; returns how it ended."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.journeys.model.sending", str(world.folder), world.clock.now().isoformat()],
        cwd=ROOT, env={**os.environ, "CRASH_TEST_POINT": crash}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
    return done.returncode


def _one_mail_due(world: World) -> str:
    number = world.candidate()
    world.to_screening(number)
    world.to_dialogue(number)
    world.clock.advance(world.house.tools.hold)
    return number


@pytest.mark.parametrize("crash", ["claim", "claimed", "send", "taken", "note", "noted"])
def test_worker_killed_while_sending_loses_nothing_and_doubles_only_what_the_server_had(
    world: World, inbox: Inbox, crash: str
) -> None:
    number = _one_mail_due(world)
    [mail] = world.messages()

    assert _work(world, crash) == -signal.SIGKILL
    lease = timedelta(seconds=world.house.settings.worker.lease_s)
    world.clock.advance(lease / 2)
    _work(world)
    early = len(inbox.mails)
    world.clock.advance(lease)
    _work(world)
    repeated = crash in {"taken", "note"}  # the server's 250 was there, our note of it was not
    if repeated:
        world.clock.advance(lease * 2)
        _work(world)

    assert len(inbox.mails) == (2 if repeated else 1)
    assert early == (0 if crash in {"claimed", "send"} else 1), "a lease that holds is not taken over"
    assert set(inbox.ids) == {f"<{mail.id}@aalborg.example.org>"}
    promise = next(p for p in world.promises(number) if p.code == "M01" and p.message == mail.id)
    assert (promise.state, promise.why) == ("sent", "sent")
    told = [e["cause"] for e in world.history(number) if e["kind"] == "mail_sent"]
    assert len(told) == 1
    uncertain = crash in {"claimed", "send", "taken", "note"}
    assert told[0].endswith("delivery uncertain, repeated") is uncertain
    assert world.verify(number) is None
