"""The channels that reach nobody: a private folder, and a stream."""

from __future__ import annotations

import io
import stat
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from engine.errors import NotFound
from engine.letters import Invitation, Message
from engine.ports import Document
from notifications.capture import CaptureChannel, list_captured, read_captured
from notifications.console import ConsoleChannel
from notifications.mime import to_bytes

DOCUMENT = Document(hash="0" * 64, name="Aftale.pdf", media_type="application/pdf", content=b"%PDF")


async def test_a_captured_mail_can_be_read_by_its_owner_only(message: Message, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "captured"

    receipt = await CaptureChannel(folder).send(message, None)

    (path,) = folder.iterdir()
    assert receipt.outcome == "sent"
    assert path.name == f"20260511T053000Z-{message.id}.eml"
    assert path.read_bytes() == to_bytes(message, None)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


async def test_the_same_mail_captured_twice_is_one_file(message: Message, tmp_path: Path) -> None:
    channel = CaptureChannel(tmp_path)

    await channel.send(message, None)
    await channel.send(replace(message, uncertain=True, attempts=1), None)
    await channel.close()

    assert len(list(tmp_path.iterdir())) == 1


async def test_captured_mails_are_listed_oldest_first_and_read_back(message: Message, tmp_path: Path) -> None:
    channel = CaptureChannel(tmp_path)
    later = replace(message, id="later", address="bob@example.org", created_at=message.created_at + timedelta(days=1))

    await channel.send(later, DOCUMENT)
    await channel.send(message, None)

    assert [(mail.id, mail.to) for mail in list_captured(tmp_path)] == [
        (message.id, "alice@example.org"),
        ("later", "bob@example.org"),
    ]
    assert list_captured(tmp_path)[0].subject == message.subject
    assert [part.get_filename() for part in read_captured(tmp_path, "later").iter_attachments()] == ["Aftale.pdf"]
    with pytest.raises(NotFound, match="no captured mail 'other'"):
        read_captured(tmp_path, "other")
    assert list_captured(tmp_path / "nowhere") == ()


async def test_a_mail_that_is_none_is_given_up(message: Message, tmp_path: Path) -> None:
    receipt = await CaptureChannel(tmp_path).send(replace(message, id="../evil"), None)

    assert receipt.outcome == "never"
    assert list(tmp_path.iterdir()) == []


async def test_a_folder_that_cannot_be_written_is_tried_again(message: Message, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    receipt = await CaptureChannel(tmp_path / "file").send(message, None)

    assert receipt.outcome == "later"


async def test_a_printed_mail_shows_what_matters(message: Message) -> None:
    stream = io.StringIO()
    channel = ConsoleChannel(stream)
    invitation = Invitation(uid="u", sequence=1, on=date(2026, 5, 31), summary="Pulse")

    receipt = await channel.send(replace(message, invitation=invitation), DOCUMENT)
    await channel.close()

    assert receipt.outcome == "sent"
    for line in ("To: alice@example.org", f"Subject: {message.subject}", "Calendar: 2026-05-31", "Attached: Aftale.pdf"):
        assert line in stream.getvalue()
    assert message.text.strip() in stream.getvalue()
