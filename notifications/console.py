"""The channel that prints mails, for a look while developing."""

from __future__ import annotations

from typing import TextIO

from engine.letters import Message, Receipt
from engine.ports import Document

LINE = "-" * 72


class ConsoleChannel:
    """Implements `engine.ports.Channel` with a stream: the headers that matter and the text part."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    async def send(self, message: Message, document: Document | None) -> Receipt:
        """Print the mail."""
        lines = [
            LINE,
            f"From: {message.sender_name} <{message.sender}>",
            f"To: {message.address}",
            f"Subject: {message.subject}",
            *([f"Calendar: {message.invitation.on.isoformat()}"] if message.invitation else []),
            *([f"Attached: {document.name}"] if document else []),
            "",
            message.text.rstrip(),
            LINE,
        ]
        self.stream.write("\n".join(lines) + "\n")
        self.stream.flush()
        return Receipt(outcome="sent", words="printed", code=250)

    async def close(self) -> None:
        """The stream belongs to whoever handed it in."""
