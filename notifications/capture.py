"""The channel that sends nothing: each mail becomes a file that only its owner can read."""

from __future__ import annotations

import asyncio
import os
import tempfile
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from engine.errors import NotFound
from engine.letters import Message, Receipt
from engine.ports import Document
from notifications.mime import MessageNotMailable, to_bytes

FOLDER_MODE = 0o700


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """A mail in the folder. id: of its message; to, subject: as the mail says."""

    id: str
    to: str
    subject: str
    path: Path


class CaptureChannel:
    """Implements `engine.ports.Channel` with a folder; the same message captured twice is one file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def send(self, message: Message, document: Document | None) -> Receipt:
        """Write the mail's file, whole or not at all."""
        try:
            path = await asyncio.to_thread(self._write, message, document)
        except MessageNotMailable as error:
            return Receipt(outcome="never", words=error.sentence)
        except OSError as error:
            return Receipt(outcome="later", words=f"the folder of captured mails cannot be written: {error}")
        return Receipt(outcome="sent", words=f"captured as {path.name}", code=250)

    async def close(self) -> None:
        """Nothing is kept."""

    def _write(self, message: Message, document: Document | None) -> Path:
        content = to_bytes(message, document)
        self.folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        path = self.folder / f"{message.created_at:%Y%m%dT%H%M%SZ}-{message.id}.eml"
        handle, unfinished = tempfile.mkstemp(dir=self.folder, prefix=".", suffix=".part")  # made with mode 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(unfinished).replace(path)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
        return path


def list_captured(folder: Path) -> tuple[Captured, ...]:
    """Return the captured mails, oldest first; empty where nothing was captured yet."""
    return tuple(_summary(path) for path in sorted(folder.glob("*.eml")))


def read_captured(folder: Path, message_id: str) -> EmailMessage:
    """Return one captured mail. Raises: NotFound."""
    for path in folder.glob("*.eml"):
        if _id_of(path) == message_id:
            with path.open("rb") as file:
                return BytesParser(EmailMessage, policy=policy.default).parse(file)
    raise NotFound(f"no captured mail {message_id!r} in {folder}", message=message_id)


def _summary(path: Path) -> Captured:
    with path.open("rb") as file:
        headers = BytesParser(EmailMessage, policy=policy.default).parse(file, headersonly=True)
    return Captured(id=_id_of(path), to=str(headers["To"]), subject=str(headers["Subject"]), path=path)


def _id_of(path: Path) -> str:
    return path.stem.partition("-")[2]
