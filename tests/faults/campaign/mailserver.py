"""A mail server with moods. It keeps every mail whose text it has got to the end, and knows whether it ever said so."""

from __future__ import annotations

import asyncio
import random
import threading
from collections import Counter
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy

from tests.faults.campaign.clock import Stepper

FINE = "fine"
MOODS = (
    FINE, "slow", "down", "refuses", "greylists", "hangs before the text", "hangs after the text", "drops every tenth",
    "takes and dies", "says it and dies", "dies in the text", "speaks nonsense",
)  # fmt: skip
HANG_S = 4.0


class Died(Exception):
    """The server lets the line fall."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A mail that the server has. told: whether its 250 was written; latest: the latest instant shown by then."""

    id: str
    to: str
    text: str
    told: bool
    latest: datetime


class MailServer:
    """Listens on a port of this machine, in a thread of its own."""

    def __init__(self, clock: Stepper, rng: random.Random, refused: frozenset[str]) -> None:
        self.clock, self.rng, self.refused = clock, rng, refused
        self.mood = FINE
        self.seen: list[Seen] = []
        self.moods: Counter[str] = Counter()
        self._bodies = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._on_loop(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = int(self._server.sockets[0].getsockname()[1])

    def _on_loop(self, task: object) -> asyncio.Server:
        found: Future[asyncio.Server] = asyncio.run_coroutine_threadsafe(task, self._loop)  # type: ignore[arg-type]
        return found.result(10)

    def close(self) -> None:
        """Stop listening and let every line fall."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        talks = asyncio.all_tasks() - {asyncio.current_task()}
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._greet(reader, writer)
        except (Died, ConnectionError, asyncio.IncompleteReadError, TimeoutError):
            pass
        finally:
            writer.transport.abort()

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mood == "down":
            self.moods["connections refused while down"] += 1
            raise Died
        await self._say(writer, "554 not today" if self.mood == "refuses" else "220 moody")
        to = ""
        while line := (await reader.readline()).decode("latin-1").strip():
            if self.mood in ("down", "drops every tenth") and (self.mood == "down" or self.rng.random() < 0.1):
                self.moods["connections dropped"] += 1
                raise Died
            verb = line[:4].upper()
            if verb == "RCPT":
                to = line.partition("<")[2].partition(">")[0]
            if verb == "DATA":
                await self._data(reader, writer, to)
            else:
                await self._say(writer, self._answer(verb, to))
            if verb == "QUIT":
                return

    def _answer(self, verb: str, to: str) -> str:
        if verb == "EHLO":
            return "250 moody"
        if verb == "RCPT" and to in self.refused:
            self.moods["5xx for one address"] += 1
            return "550 no such user here"
        if verb == "RCPT" and self.mood == "greylists":
            self.moods["greylisted"] += 1
            return "451 come back later"
        if verb in ("MAIL", "RCPT") and self.mood == "refuses":
            self.moods["refused for now"] += 1
            return "421 too busy"
        if self.mood == "speaks nonsense" and self.rng.random() < 0.3:
            self.moods["nonsense said"] += 1
            return "what?"
        return "221 bye" if verb == "QUIT" else "250 ok"

    async def _say(self, writer: asyncio.StreamWriter, words: str) -> None:
        if self.mood == "slow":
            await asyncio.sleep(self.rng.random() * 0.2)
        writer.write(f"{words}\r\n".encode())
        await writer.drain()

    async def _data(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, to: str) -> None:
        if self.mood == "hangs before the text":
            self.moods["hung before the text"] += 1
            await asyncio.sleep(HANG_S)
            raise Died
        await self._say(writer, "354 go on")
        if self.mood == "dies in the text":
            self.moods["died in the text"] += 1
            await reader.read(40)
            raise Died
        content = (await reader.readuntil(b"\r\n.\r\n")).removesuffix(b".\r\n")
        mood = self.mood
        self._keep(content, to, told=mood not in ("hangs after the text", "takes and dies"))
        if mood == "hangs after the text":
            self.moods["hung after the text"] += 1
            await asyncio.sleep(HANG_S)
            raise Died
        if mood == "takes and dies":
            self.moods["took it and died"] += 1
            raise Died
        await self._say(writer, "250 taken")
        if mood == "says it and dies":
            self.moods["said 250 and died"] += 1
            raise Died

    def _keep(self, content: bytes, to: str, *, told: bool) -> None:
        mail = message_from_bytes(content.replace(b"\r\n..", b"\r\n."), policy=policy.default)
        part = mail.get_body(("plain",))
        key = str(mail["Message-ID"]).strip("<>").partition("@")[0]
        text = part.get_content() if part is not None else ""
        self.seen.append(Seen(key, to, text, told, self.clock.note()))
