"""What the engine needs from outside, and nothing more. `handslag.wiring` plugs the real ones in; tests call it with others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from engine.case import Case
from engine.declared import Version, VersionRef
from engine.entry import Change, Sealed
from engine.errors import Reason
from engine.letters import Letter, Message, Receipt, Rendered
from engine.programme import Absence, Contact, Organisation, Person, Programme, ProgrammeFile

T = TypeVar("T")


class Clock(Protocol):
    """The only way to know what time it is."""

    def now(self) -> datetime:
        """Return the present instant, aware UTC."""


class Ids(Protocol):
    """Where fresh identifiers come from (seeded in the demo and in tests)."""

    def message(self, recipient: str = "", document: str = "") -> str:
        """Return a message id: a fresh one, or within a bulk move the one of this recipient and the document carried."""

    def join(self, recipient: str, programme: str, day: date) -> str:
        """Return the id of the unclaimed merging message for a person and sending day, or a new id for one."""

    def salt(self) -> str:
        """Return 16 fresh random bytes as hex, for one private value."""


class Render(Protocol):
    """Makes the words of a mail."""

    def __call__(self, letter: Letter) -> Rendered:
        """Render subject, text and HTML in the recipient's language.

        Raises: TextFails where a city-written text cannot be rendered with the given context.
        """


class Words(Protocol):
    """Makes sentences for people, in their language."""

    def sentence(self, reason: Reason, language: str) -> str:
        """Return the sentence of a reason; an unknown code gives the code itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Companies:
    """The organisations and contacts that a case deals with, by id."""

    organisations: Mapping[int, Organisation]
    contacts: Mapping[int, Contact]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueItem:
    """A row whose time has come: a promise or a deadline of a case."""

    case: str
    no: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A stored file; `hash` is SHA-256 hex over its bytes."""

    hash: str
    name: str
    media_type: str
    content: bytes


class Tx(Protocol):
    """One transaction. Everything a use case reads or writes goes through it; nothing is sent in it."""

    # reads
    def programme(self, key: str) -> Programme:
        """Return the programme with its calendar and people. Raises: NotFound."""

    def version(self, ref: VersionRef) -> Version:
        """Return a published version. Raises: NotFound."""

    def case(self, number: str, *, whole: bool = False) -> Case:
        """Return a case with its live deadlines and promises, or with all of them if `whole`. Raises: NotFound."""

    def cases(self, numbers: Sequence[str]) -> Sequence[Case]:
        """Return what `case` returns for each number, in their order, in few round trips. Raises: NotFound."""

    def companies_by_case(self, cases: Sequence[Case]) -> Mapping[int, Companies]:
        """Return what `companies` returns, by the id of each case, in few round trips."""

    def companies(self, case: Case) -> Companies:
        """Return the organisations of the case's parties with all their contacts."""

    def companies_of(self, organisations: Sequence[int]) -> Companies:
        """Return the named organisations with all their contacts."""

    def figures(self, case: Case, names: Sequence[str]) -> Mapping[str, int]:
        """Return counts beyond the case that guards asked for, e.g. `open_cases` of the case's coordinator."""

    def last_move(self, number: str) -> Mapping[str, Any]:
        """Return actor, kind and time of the case's last entry, for a conflict's sentence."""

    def entries(self, number: str, *, after: int) -> Sequence[Mapping[str, Any]]:
        """Return the entries of a case after a number, in order, with their private words. Raises: NotFound."""

    # cases
    def give_number(self, programme: Programme, year: int) -> str:
        """Return the next free case number of a year, e.g. `AAL-2026-0017`; held by this transaction."""

    def insert_case(self, case: Case) -> int:
        """Write the bare row of a new case and return its id; its rows and first entry follow by `write`."""

    def write(self, before: Case, after: Case, changes: Sequence[Change], sealed: Sealed) -> None:
        """Write the changed fields and rows and the entry, if `before.revision` still stands.

        Raises: CaseConflict where somebody else was faster.
        """

    # due work
    def due_promises(self, now: datetime, limit: int) -> Sequence[DueItem]:
        """Return planned promises whose `due_at` has come and which are not held, earliest first."""

    def overdue_deadlines(self, now: datetime, limit: int) -> Sequence[DueItem]:
        """Return open deadlines whose `overdue_at` has come, earliest first."""

    def next_due(self) -> datetime | None:
        """Return the earliest instant at which anything falls due, None where nothing is pending."""

    def postpone(self, item: DueItem, until: datetime, why: str) -> None:
        """Push a promise that raised ahead, so that it cannot block the rest."""

    # outbox
    def add_message(self, message: Message) -> None:
        """Write a message and its link to its promises."""

    def change_message(self, message: Message) -> None:
        """Write all changeable fields and the promise links of a message that stands under the same id."""

    def message(self, message_id: str) -> Message:
        """Return one message. Raises: NotFound."""

    def claimed(self, message_ids: Sequence[str]) -> frozenset[str]:
        """Return those of the messages that a sender holds now (state claimed)."""

    def open_message(self, recipient: str, programme: str, day: date) -> Message | None:
        """Return the unclaimed merging message for a person, programme and sending day, None where there is none."""

    def claim_messages(self, now: datetime, lease_until: datetime, limit: int, worker: str) -> Sequence[Message]:
        """Claim messages that may leave now or whose lease has lapsed (those come back with `uncertain` true)."""

    def add_attempt(self, message_id: str, at: datetime, receipt: Receipt) -> None:
        """Note one try with the server's words."""

    def earlier_messages(self, case: str, recipient: str) -> Sequence[str]:
        """Return the ids of mails about a case that this recipient was sent, oldest first (at most 10), for References."""

    # programmes, people, organisations, documents
    def add_programme(self, file: ProgrammeFile) -> Programme:
        """Write a programme with its calendar days and people. Raises: Refused where the key exists."""

    def save_person(self, programme: str, person: Person) -> None:
        """Write or change a person with its roles."""

    def save_absence(self, programme: str, absence: Absence) -> None:
        """Write an absence."""

    def end_absence(self, programme: str, absence: Absence, last: date) -> None:
        """Let an absence end earlier; one whose last day would come before its first goes away."""

    def save_settings(self, programme: str, values: Mapping[str, Any]) -> None:
        """Write what a programme says of itself: names, sender, languages, hours, targets."""

    def save_calendar_day(self, programme: str, day: date, kind: str, name: str) -> None:
        """Write a free or quiet day; an empty kind takes the day back to an ordinary one."""

    def save_organisation(self, programme: str, organisation: Organisation) -> Organisation:
        """Write or change an organisation; id 0 is new. Raises: Refused where register and number are taken."""

    def save_contact(self, contact: Contact) -> Contact:
        """Write or change a contact; id 0 is new."""

    def find_organisation(self, programme: str, register: str, number: str) -> Organisation | None:
        """Return the organisation with a registration number, None where there is none."""

    def find_contact(self, programme: str, email: str) -> Contact | None:
        """Return the contact with an address, None where there is none."""

    def cases_with(self, programme: str, organisation: int) -> Sequence[str]:
        """Return the numbers of open cases in which an organisation takes part."""

    def save_document(self, document: Document, at: datetime) -> None:
        """Store a file by its hash; storing the same content again changes nothing."""

    def document(self, digest: str) -> Document:
        """Return a stored file. Raises: NotFound."""

    def publish(self, key: str, number: int, files: Mapping[str, str], digest: str, at: datetime) -> bool:
        """Store a version; False where the same content is already there.

        Raises: Refused where other content stands under that number.
        """

    def note_import(self, programme: str, key: str, case: str) -> bool:
        """Remember that an imported row became a case; False where it was known already."""


class Store(Protocol):
    """Where cases live. A use case is a function of a transaction; it may run twice, so it has no effect outside it."""

    def run(self, use_case: Callable[[Tx], T]) -> T:
        """Run in a writing transaction, commit, and retry serialization failures."""

    def read(self, question: Callable[[Tx], T]) -> T:
        """Run in a reading transaction that sees one state and writes nothing."""


class Dispatcher(Protocol):
    """Makes somebody look now; the truth of due work lies in our rows."""

    def ring(self, tx: Tx) -> None:
        """Say, within a transaction, that there is work due now."""


class Channel(Protocol):
    """A way out for messages. The only part of Handslag that talks to others."""

    async def send(self, message: Message, document: Document | None) -> Receipt:
        """Try once. Never raises for what the other side says or does; that is in the receipt."""

    async def close(self) -> None:
        """Let go of kept connections."""
