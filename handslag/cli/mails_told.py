"""Mails behind the commands: those that a person may see, one of them in full, and the captured files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.calendar import Calendar
from engine.errors import NotFound
from engine.letters import Message
from engine.ports import Tx
from engine.undo_offer import held_messages
from handslag.cli.case_view import view_of
from handslag.cli.desk import Desk
from handslag.cli.given import bad
from handslag.cli.people import readable
from handslag.cli.printing import pairs, say, table
from notifications.capture import read_captured
from storage.outbox_reads import AttemptLine, MessageLine, attempts, messages

SHORT = 12  # last signs of a UUID: the first ones are the time, alike for mails of one move
FEWEST = 6
PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which mails are wanted; empty means any."""

    case: str
    programme: str
    state: str
    to: str
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenMail:
    """A mail with every try to send it. calendar: for local times."""

    message: Message
    attempts: Sequence[AttemptLine]
    zone: str


def mails(desk: Desk, tx: Tx, asked: Asked) -> list[tuple[MessageLine, Calendar]]:
    """Return the mails that the acting person may see, newest first. Raises: NotFound, BadInput."""
    if asked.case:
        view = view_of(desk, tx, asked.case)
        lines = messages(tx, case=asked.case, state=asked.state, limit=PAGE)
        return [(line, view.programme.calendar) for line in lines if asked.to in ("", line.address)][: asked.limit]
    found = [
        (line, programme.calendar)
        for programme, whole in readable(desk, tx, asked.programme)
        if whole
        for line in messages(tx, programme=programme.key, state=asked.state, limit=PAGE if asked.to else asked.limit)
        if asked.to in ("", line.address)
    ]
    return sorted(found, key=lambda pair: pair[0].created_at, reverse=True)[: asked.limit]


def held_mails(desk: Desk, tx: Tx, lines: Sequence[MessageLine]) -> frozenset[str]:
    """Return the ids of those mails that leave only if their move is not undone."""
    queued = [line for line in lines if line.state == "queued"]
    if not queued:
        return frozenset()
    now = desk.now(tx.programme(queued[0].programme).calendar.zone)
    return held_messages(tx, desk.house.tools, [(line.id, line.created_at) for line in queued], now)


def mail_row(line: MessageLine, calendar: Calendar, *, held: bool = False) -> tuple[object, ...]:
    """Return a mail as a row: id, code, case, to, subject, state, when, last words. held: its move can still be undone."""
    when = calendar.local(line.ended_at or line.not_before)
    state = f"{line.state}{' (uncertain)' if line.uncertain else ''}"
    words = "unless undone" if held else line.last_words
    told = (line.code, line.thread, line.address, line.subject, state, f"{when:%Y-%m-%d %H:%M}", words)
    return (line.id[-SHORT:], *told)


def seen_mail(desk: Desk, tx: Tx, given: str) -> SeenMail:
    """Return a mail by its id or the last signs of it. Raises: NotFound, also for a mail of cases not to be seen; BadInput."""
    missing = NotFound(f"there is no mail {given!r}; list: handslag mail list", message=given)
    if len(given) < FEWEST:
        raise bad("id", "give at least six signs of the id")
    for programme, _ in readable(desk, tx):
        before = None
        while page := messages(tx, programme=programme.key, before=before, limit=PAGE):
            for line in page:
                if line.id.endswith(given):
                    message = tx.message(line.id)
                    for number, _no in message.promises:
                        view_of(desk, tx, number)
                    return SeenMail(message=message, attempts=attempts(tx, line.id), zone=programme.calendar.zone)
            before = (page[-1].created_at, page[-1].id)
    raise missing


def captured(desk: Desk, message_id: str) -> str:
    """Return a captured mail as text. Raises: NotFound."""
    return read_captured(Path(desk.settings.mail.capture_folder), message_id).as_string()


def show_mail(seen: SeenMail) -> None:
    """Print a mail for people."""
    message, local = seen.message, Calendar(zone=seen.zone).local
    pairs(
        (
            ("mail", f"{message.id}  {message.code}"),
            ("about", ", ".join(f"{number}/{no}" for number, no in message.promises)),
            ("from", f"{message.sender_name} <{message.sender}>"),
            ("to", f"{message.address} ({message.language})"),
            ("reply to", message.reply_to),
            ("state", message.state),
            ("leaves", f"{local(message.not_before):%Y-%m-%d %H:%M}"),
            ("ended", f"{local(message.ended_at):%Y-%m-%d %H:%M}" if message.ended_at else ""),
            ("calendar", f"{message.invitation.on} {message.invitation.summary}" if message.invitation else ""),
            ("attached", message.document),
            ("subject", message.subject),
        )
    )
    say("", message.text.rstrip(), "")
    rows = [(f"{local(a.at):%Y-%m-%d %H:%M:%S}", a.outcome, a.code, a.words) for a in seen.attempts]
    table(("tried", "outcome", "code", "the server's words"), rows, empty="not tried yet")
