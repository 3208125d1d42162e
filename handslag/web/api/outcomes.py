"""What an act did, or would do, as it is answered: entries with their changes, and every mail in full."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import Field

from engine.codec import plain
from engine.draft import Decision
from engine.entry import Change
from engine.letters import Message
from engine.use_cases import Outcome
from handslag.web.api.shapes import Shown
from handslag.web.mail_choices import seats_of


class ChangeShown(Shown):
    """One row's difference: `old` is null where it is new, `new` where it was taken away; else both hold what changed."""

    kind: str = Field(examples=["deadline"])
    no: int = Field(description="Number of the row in its case; 0 for the case itself and its facts.")
    old: dict[str, Any] | None
    new: dict[str, Any] | None


class EntryShown(Shown):
    """An entry of history that was written, or would be."""

    no: int
    kind: str = Field(examples=["moved"])
    by: str = Field(examples=["Anne Holm (coordinator)"])
    source: str = Field(description="Phase before it.")
    target: str = Field(description="Phase after it.")
    transition: str
    changes: list[ChangeShown]


class MailShown(Shown):
    """A mail that leaves, or would leave, in full."""

    code: str
    recipient: str = Field(description="`person:KEY` or `contact:ID`.")
    address: str
    language: str
    subject: str
    text: str
    html: str
    not_before: datetime = Field(description="When it may leave.")
    day: date = Field(description="Its sending day.")
    document: str = Field(description="Hash of the file it carries, empty for none.")


class MailLeaving(MailShown):
    """A mail of a plan, with what names it where something is decided about it."""

    seats: list[str] = Field(description="Seats that it goes to.")


class Done(Shown):
    """What a change of a case did, or what it would do."""

    done: bool = Field(description="False for a dry run.")
    case: str = Field(description="Number of the case.", examples=["AAL-2026-0017"])
    phase: str
    revision: int = Field(description="Number of the last entry; the ETag of the case.")
    digest: str = Field(description="Hand it back as `?confirm=` to do exactly this.")
    entries: list[EntryShown]
    mails: list[MailLeaving]


def done_of(outcome: Outcome, *, done: bool) -> Done:
    """Return an outcome as it is answered."""
    case = outcome.case
    return Done(
        done=done,
        case=case.number,
        phase=case.phase,
        revision=case.revision,
        digest=outcome.digest,
        entries=[_entry(decision) for decision in outcome.decisions],
        mails=[_leaving(outcome, message) for message in outcome.messages],
    )


def _entry(decision: Decision) -> EntryShown:
    entry = decision.entry
    return EntryShown(
        no=entry.no, kind=entry.kind, by=entry.actor.said, source=entry.source, target=entry.target,
        transition=entry.transition, changes=[_change(change) for change in entry.changes],
    )  # fmt: skip


def _change(change: Change) -> ChangeShown:
    return ChangeShown(kind=change.kind, no=change.no, old=plain(change.old), new=plain(change.new))


def _leaving(outcome: Outcome, message: Message) -> MailLeaving:
    shown = mail_of(message).model_dump()
    return MailLeaving(**shown, seats=sorted(seats_of(outcome, message.id)))


def mail_of(message: Message) -> MailShown:
    """Return a message with its words."""
    return MailShown.model_validate(message)
