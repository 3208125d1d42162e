"""Mails as values: a letter to be rendered, its rendered words, and the message in the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from engine.declared import Mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who gets a mail. key: `person:anne` or `contact:12`; side: municipality, company or network.

    why: reason code of why this person gets it (`owner`, `deputy`, `copy`, `signatory`, `manager`, `party` …).
    for_whom, copy_to: name and seat key of the absent person a deputy stands in for; a copy goes there.
    """

    key: str
    name: str
    email: str
    language: str
    side: str
    why: str = "owner"
    for_whom: str = ""
    copy_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What one promise (and those in `also`, which say the same) has to say in a letter.

    context: variables of the city-written text: JSON values, dates, and language maps (`Mapping` with language keys), which the
    renderer turns into the recipient's language. fallback: language where a text is missing.
    """

    case: str
    promise: int
    mail: Mail
    fallback: str
    context: Mapping[str, Any]
    also: tuple[int, ...] = ()

    def without(self, case: str, ended: frozenset[int]) -> Item | None:
        """Return the item without ended promises of a case, None where none is left."""
        if self.case != case:
            return self
        left = [no for no in (self.promise, *self.also) if no not in ended]
        return replace(self, promise=left[0], also=tuple(left[1:])) if left else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail to be rendered: one recipient, one language, one or more items, most urgent first.

    sender_name, reply_to: of the programme; zone: for local times; programme: language map of its name.
    """

    recipient: Recipient
    items: tuple[Item, ...]
    programme: Mapping[str, str]
    sender_name: str
    reply_to: str
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """The words of a mail, all in the recipient's language."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A calendar part: something asked for by a date. uid is stable per deadline, sequence counts its changes."""

    uid: str
    sequence: int
    on: date
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One mail in the outbox. id: UUID text; its Message-ID derives from it.

    state: queued, claimed, sent, failed, cancelled. day: sending day, for merging. code: mail codes, comma-separated.
    thread: case number whose mails thread together. letter: what it was rendered from (JSON), to render again.
    merges: whether what falls due later for the same person and sending day may join it (never for a mail of a move).
    invitation, document: calendar part, hash of the file to carry; references: ids of earlier mails of the thread.
    promises: (case number, promise no) of each promise it carries.
    attempts: tries so far; lease_until: set while claimed; uncertain: an earlier try may have reached the server.
    """

    id: str
    programme: str
    recipient: str
    address: str
    language: str
    subject: str
    text: str
    html: str
    day: date
    code: str
    thread: str
    not_before: datetime
    created_at: datetime
    sender: str
    sender_name: str
    reply_to: str
    merges: bool = False
    state: str = "queued"
    attempts: int = 0
    lease_until: datetime | None = None
    worker: str = ""
    uncertain: bool = False
    ended_at: datetime | None = None
    last_words: str = ""
    invitation: Invitation | None = None
    document: str = ""
    references: tuple[str, ...] = ()
    letter: str = ""
    promises: tuple[tuple[str, int], ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the channel says of one try. outcome: sent, later (try again), never (given up); words: the server's own."""

    outcome: str
    words: str
    code: int = 0
