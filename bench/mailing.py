"""Mails from the outbox to a real SMTP server (aiosmtpd in a process of its own), against one kept connection."""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
from collections.abc import Iterator, Sequence
from contextlib import closing
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from time import perf_counter
from typing import Any

import aiosmtplib
from aiosmtpd import smtp
from bench.databases import Place, Raw
from bench.measuring import Line, Options, in_turn
from bench.moving import Walker
from bench.town import MOVES, RING, TODAY, Swallow, advance, build, call, house_on, number_of
from bench.twin import Act, Twin, record
from handslag.wiring import House
from handslag.worker import mail_out
from storage import approval

HOST = "127.0.0.1"
# Mails leave at once: what is measured is sending them, not how long they wait for an undo.
NOW: dict[str, object] = {"hold_minutes": 0}
QUEUED = "SELECT id, address, subject, text, html FROM message WHERE state = 'queued' ORDER BY not_before, id"


class _Keep:
    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd names it
        return "250 taken"


def _serve(port: int, ready: Any) -> None:
    async def main() -> None:
        await asyncio.get_running_loop().create_server(lambda: smtp.SMTP(_Keep(), enable_SMTPUTF8=True), HOST, port)
        ready.set()
        await asyncio.Event().wait()

    asyncio.run(main())


class PostOffice:
    """A mail server that takes everything, in a process of its own."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind((HOST, 0))
            self.port = free.getsockname()[1]
        context = multiprocessing.get_context("spawn")
        ready = context.Event()
        self._process = context.Process(target=_serve, args=(self.port, ready), daemon=True)
        self._process.start()
        ready.wait(30)

    def close(self) -> None:
        """Stop it."""
        self._process.terminate()
        self._process.join()


def mail(options: Options) -> Iterator[Line]:
    """G4: claim, send, and note each mail with the server's words; against sending alone, and against sending and noting."""
    count = 100 if options.quick else 500
    with Place() as place, closing(PostOffice()) as office:
        outbox = _Outbox(place, count, office.port)
        with closing(outbox):
            found = in_turn(
                options.rounds,
                {
                    "ours": outbox.drain,
                    "one": lambda: outbox.send_raw(notes=False),
                    "noted": lambda: outbox.send_raw(notes=True),
                },
            )
        yield Line(
            workload="mail", variant=f"{count} mails", against="one connection, EmailMessage, nothing kept", unit="mails/s",
            ours=found["ours"], theirs=found["one"], goal=1.5, floor=1.0,
        )  # fmt: skip
        yield Line(
            workload="mail", variant=f"{count} mails", against="the same, rows kept, a commit a mail", unit="mails/s",
            ours=found["ours"], theirs=found["noted"],
        )  # fmt: skip


class _Outbox:
    """Two equal towns whose outboxes are filled before each round."""

    def __init__(self, place: Place, count: int, port: int) -> None:
        url = place.sqlite()
        build(place, url, max(1_000, 2 * count))
        scratch = place.copy(url)
        notes = _recorded(place, scratch)
        self._port, self._count = port, count
        way_out = {"transport": "smtp", "smtp": {"host": HOST, "port": port, "security": "none"}}
        self._houses = {
            who: house_on(place, made, mail=way_out, sending=NOW) for who, made in (("ours", url), ("raw", place.copy(url)))
        }
        self._houses["ours"].store.run(lambda tx: approval.approve(tx, by="bench", at=TODAY))
        self._walkers = {who: Walker(house, range(1, 2 * count + 1)) for who, house in self._houses.items()}
        self._raw = Raw(str(self._houses["raw"].store.url))
        self._twin = Twin(self._raw, notes)

    def drain(self) -> float:
        """Let the worker empty the outbox."""
        self._walkers["ours"].move_many(self._count)

        async def once() -> int:
            channel = self._houses["ours"].channel()
            try:
                return await mail_out(self._houses["ours"], channel)
            finally:
                await channel.close()

        start = perf_counter()
        sent = asyncio.run(once())
        spent = perf_counter() - start
        if sent != self._count:
            raise ValueError(f"{sent} of {self._count} mails were sent")
        return sent / spent

    def send_raw(self, *, notes: bool) -> float:
        """Send the same mails over one connection; note each in the tables, if asked, one commit a mail."""
        self._walkers["raw"].move_many(self._count)
        rows = self._raw.run(QUEUED).fetchall()
        cases = dict(
            self._raw.run(
                "SELECT message_id, c.number FROM message_promise JOIN cases c ON c.id = case_id"
                " WHERE message_id IN (SELECT id FROM message WHERE state = 'queued')"
            ).fetchall()
        )
        start = perf_counter()
        asyncio.run(self._send(rows, cases if notes else {}))
        spent = perf_counter() - start
        if not notes:
            for row in rows:
                self._note(row[0], cases[row[0]])
        return len(rows) / spent

    async def _send(self, rows: Sequence[Any], cases: dict[str, str]) -> None:
        async with aiosmtplib.SMTP(hostname=HOST, port=self._port, start_tls=False) as client:
            for number, address, subject, text, html in rows:
                await client.send_message(_mail(number, address, subject, text, html))
                if cases:
                    self._note(number, cases[number])

    def _note(self, message: str, case: str) -> None:
        self._raw.begin()
        self._twin.move(case, message)
        self._raw.commit()

    def close(self) -> None:
        """Let go of both."""
        for house in self._houses.values():
            house.close()
        self._raw.close()


def _mail(number: str, address: str, subject: str, text: str, html: str) -> EmailMessage:
    made = EmailMessage(policy=WIRE)
    made["From"], made["To"], made["Subject"] = "klima@ring.example.org", address, subject
    made["Message-ID"], made["Auto-Submitted"] = f"<{number}@ring.example.org>", "auto-generated"
    made.set_content(text)
    made.add_alternative(html, subtype="html")
    return made


def _recorded(place: Place, url: str) -> dict[str, Act]:
    """Return what noting a delivery writes, by the phase in which the case stands."""
    house = house_on(place, url, sending=NOW)
    circumstances = call(house)
    found = {}
    with closing(Raw(url)) as raw:
        for case_id in range(1, len(RING) + 1):
            phase = (case_id - 1) % len(RING)
            advance(house, number_of(case_id), MOVES[phase], circumstances)
            found[RING[(phase + 1) % len(RING)]] = record(raw, case_id, lambda: _deliver(house))
    house.close()
    return found


def _deliver(house: House) -> None:
    asyncio.run(mail_out(house, Swallow()))
