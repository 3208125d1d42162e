"""The acts: everything a person, a company or the system can do to a case, as frozen values. `decide` matches on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyGiven:
    """An organisation with the part it takes, and its contacts by role (`company_contact` -> contact id)."""

    organisation: int
    kind: str = "company"
    contacts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """Open a case in the first phase, or take over a running one in `phase` (then `source` names the file or reason)."""

    title: str
    parties: tuple[PartyGiven, ...] = ()
    people: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    records: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    phase: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """Make a declared move, with facts given at the move."""

    transition: str
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct:
    """Put a case into another phase because it stands in a wrong one: no guards; no mails unless asked."""

    phase: str
    reason: str
    mails: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """Take a move back within the hold time, before any of its mails has left. entry: number of the move's entry."""

    entry: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailChoice:
    """What a person decides about a mail that an act sends at once, before confirming it; it travels in the call.

    code: of the mail; seat: the one it goes to, empty for every seat that gets it. what: `hold` until an instant (aware UTC),
    or `suppress` with a reason.
    """

    code: str
    what: str
    seat: str = ""
    until: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFacts:
    """Set facts; None takes one away."""

    facts: Mapping[str, Any]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddRecord:
    """Add an entry to a declared list."""

    list: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRecord:
    """Change values of a record, or void it."""

    no: int
    values: Mapping[str, Any] = field(default_factory=dict)
    void: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveSeat:
    """Put a person or contact into a role. replaces: number of the seat that ends with it (0: the single holder of a role that
    does not sign, if there is one).
    """

    role: str
    person: str = ""
    contact: int = 0
    party: int = 0
    authority: str = ""
    replaces: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSeat:
    """Take a seat away."""

    no: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinParty:
    """Let an organisation take part."""

    party: PartyGiven


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveParty:
    """End an organisation's part; its seats end with it."""

    no: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """Note the signature of a seat on the frozen document. hash: of the document signed, empty for the frozen one."""

    seat: int
    method: str = "paper"
    document_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fulfil:
    """Do something to a deadline. what: submit, return, accept, confirm, cancel, extend.

    text: answer, questions or reason; term: of an answer, overriding the declared one; values: facts of a submission.
    """

    what: str
    deadline: int
    text: str = ""
    term: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """Say something about a case."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppress:
    """Take back a pending promise, by a named person with a reason; never for duty mails already handed over."""

    promise: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipRestored:
    """End mails that fell due while sending was off (after a restore): a person decided that they shall not leave."""

    promises: tuple[int, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Hold a planned promise until an instant (aware UTC)."""

    promise: int
    until: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resend:
    """Promise again what failed or was sent: a new promise 'resend of'."""

    promise: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeDocument:
    """Lay a document into a document fact. hash: of the stored content."""

    fact: str
    hash: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fire:
    """System: act on planned promises of the case whose time has come."""

    promises: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkMissed:
    """System: note that deadlines have passed their last day."""

    deadlines: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """System: what became of a message. outcome: sent, never, or later, for promises settled while it was tried in vain.

    words: the server's own; uncertain: it may have left twice.
    """

    message: str
    promises: tuple[int, ...]
    outcome: str
    words: str
    uncertain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Readdress:
    """System: promises of an unsent message whose seats somebody else holds now. letter: what it was rendered from."""

    message: str
    letter: str
    promises: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replan:
    """Reckon the case's dates again, because its calendar has changed and a person decided so."""

    reason: str
    deadlines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactChanged:
    """Note on the case that one of its contacts or organisations changed. kind: contact or organisation."""

    kind: str
    no: int
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None
    effective: date | None = None


Act = (
    OpenCase | Advance | Correct | Undo | SetFacts | AddRecord | ChangeRecord | GiveSeat | EndSeat | JoinParty | LeaveParty
    | Sign | Fulfil | Comment | Suppress | SkipRestored | Hold | Resend | FreezeDocument | Fire | MarkMissed | Delivered
    | Readdress | Replan | ContactChanged
)  # fmt: skip
