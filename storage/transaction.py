"""One transaction as the engine sees it: the port `engine.ports.Tx`, each method one call into the rows it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from engine.case import Case
from engine.declared import Version, VersionRef
from engine.entry import Change, Sealed
from engine.letters import Message, Receipt
from engine.ports import Companies, Document, DueItem
from engine.programme import Absence, Contact, Organisation, Person, Programme, ProgrammeFile
from engine.replay import reveal
from storage import (
    case_rows,
    case_sets,
    company_rows,
    due_rows,
    entry_rows,
    head_rows,
    library_rows,
    outbox_rows,
    programme_rows,
    snapshot_rows,
    stay_rows,
    writing,
)
from storage.cache import Cache
from storage.passing import is_passing
from storage.statements import Line


class SqlTx:
    """A transaction on a SQL database. `line` is its connection; only `storage` and the Procrastinate module touch it.

    soonest: the earliest instant at which anything it has written wants to be looked at, None where nothing does.
    afterwards: what to do once it is committed. changed: programmes changed in this database transaction.
    """

    def __init__(self, line: Line, cache: Cache, *, changed: set[str] | None = None) -> None:
        self.line = line
        self.soonest: datetime | None = None
        self.afterwards: list[Callable[[], None]] = []
        self._cache = cache
        self._changed: set[str] = set() if changed is None else changed

    # reads

    def programme(self, key: str) -> Programme:
        """Return the programme with its calendar and people. Raises: NotFound."""
        made, stamp = programme_rows.stamp(self.line, key)
        found = self._cache.programme(made, stamp)
        if found is None:
            found = programme_rows.load(self.line, made)
            if not self._changed:
                self._cache.keep_programme(made, stamp, found)
        return found

    def version(self, ref: VersionRef) -> Version:
        """Return a published version. Raises: NotFound."""
        if not ref.hash:  # the content that stands under that number is looked up, so that it need not be read again
            ref = replace(ref, hash=case_rows.find_version(self.line, ref)[1])
        found = self._cache.version(ref)
        if found is None:
            loaded = snapshot_rows.load(self.line, ref, self._cache.load_version, self._cache.snapshots)
            found = loaded.version
            self._cache.keep_version(found)
            if loaded.made:
                self._cache.unkept[ref] = loaded.made
        if self._cache.unkept and self.line.writes:
            self._keep_snapshots()
        return found

    def case(self, number: str, *, whole: bool = False) -> Case:
        """Return a case with its live deadlines and promises, or with all of them if `whole`. Raises: NotFound."""
        return case_rows.load(self.line, number, whole=whole)

    def cases(self, numbers: Sequence[str]) -> Sequence[Case]:
        """Return live cases in the order of their numbers. Raises: NotFound."""
        return case_sets.load_many(self.line, numbers)

    def companies_by_case(self, cases: Sequence[Case]) -> Mapping[int, Companies]:
        """Return what `companies` returns, by the id of each case."""
        return case_sets.companies(self.line, cases)

    def companies(self, case: Case) -> Companies:
        """Return the organisations of the case's parties with all their contacts."""
        return company_rows.companies(self.line, case)

    def companies_of(self, organisations: Sequence[int]) -> Companies:
        """Return the named organisations with all their contacts."""
        return company_rows.companies_of(self.line, organisations)

    def figures(self, case: Case, names: Sequence[str]) -> Mapping[str, int]:
        """Return counts beyond the case that guards asked for."""
        return company_rows.figures(self.line, case, names)

    def last_move(self, number: str) -> Mapping[str, Any]:
        """Return `by`, `did` and `at` of the case's last entry; empty where it has none."""
        return writing.last_move(self.line, number)

    def entries(self, number: str, *, after: int) -> Sequence[Mapping[str, Any]]:
        """Return the entries of a case after a number, in order, with their private words. Raises: NotFound."""
        found = entry_rows.entries(self.line, case_rows.case_id(self.line, number), after)
        return [
            reveal(row[-1], {path: value for path, _salt, _digest, value in words if value is not None}) for row, words in found
        ]

    # cases

    def give_number(self, programme: Programme, year: int) -> str:
        """Return the next free case number of a year."""
        return case_rows.give_number(self.line, programme, year)

    def insert_case(self, case: Case) -> int:
        """Write the bare row of a new case and return its id."""
        return case_rows.insert_case(self.line, case)

    def write(self, before: Case, after: Case, changes: Sequence[Change], sealed: Sealed) -> None:
        """Write the changed fields and rows and the entry. Raises: CaseConflict where somebody else was faster."""
        writing.write(self.line, before, after, changes, sealed)
        if before.phase != after.phase:
            stay_rows.add(self.line, before, after, sealed, period=self.version(after.version).period)
        self._note(writing.wakes(after, changes))

    # due work

    def due_promises(self, now: datetime, limit: int) -> Sequence[DueItem]:
        """Return planned promises whose time has come and which are not held, earliest first."""
        return due_rows.due_promises(self.line, now, limit)

    def overdue_deadlines(self, now: datetime, limit: int) -> Sequence[DueItem]:
        """Return open deadlines whose `overdue_at` has come, earliest first."""
        return due_rows.overdue_deadlines(self.line, now, limit)

    def next_due(self) -> datetime | None:
        """Return the earliest instant at which anything falls due, None where nothing is pending."""
        return due_rows.next_due(self.line)

    def postpone(self, item: DueItem, until: datetime, why: str) -> None:
        """Push a promise or deadline that raised ahead, so that it cannot block the rest."""
        due_rows.postpone(self.line, item, until, why)

    # outbox

    def add_message(self, message: Message) -> None:
        """Write a message and its link to its promises."""
        outbox_rows.add(self.line, message)
        self._note(message.not_before if message.state == "queued" else None)

    def change_message(self, message: Message) -> None:
        """Write all changeable fields and the promise links of a message. Raises: NotFound."""
        outbox_rows.write_changes(self.line, message)
        self._note(message.not_before if message.state == "queued" else None)

    def message(self, message_id: str) -> Message:
        """Return one message. Raises: NotFound."""
        return outbox_rows.find(self.line, message_id)

    def claimed(self, message_ids: Sequence[str]) -> frozenset[str]:
        """Return those of the messages that a sender holds now (state claimed)."""
        return outbox_rows.claimed(self.line, message_ids)

    def open_message(self, recipient: str, programme: str, day: date) -> Message | None:
        """Return the unclaimed merging message for a person, programme and sending day, None where there is none."""
        return outbox_rows.find_open(self.line, recipient, programme, day)

    def claim_messages(self, now: datetime, lease_until: datetime, limit: int, worker: str) -> Sequence[Message]:
        """Claim messages that may leave now or whose lease has lapsed (those come back with `uncertain` true)."""
        return outbox_rows.claim(self.line, now, lease_until, limit, worker)

    def add_attempt(self, message_id: str, at: datetime, receipt: Receipt) -> None:
        """Note one try with the server's words."""
        outbox_rows.add_attempt(self.line, message_id, at, receipt)

    def earlier_messages(self, case: str, recipient: str) -> Sequence[str]:
        """Return the ids of mails about a case that this recipient was sent, oldest first (at most 10)."""
        return outbox_rows.earlier(self.line, case, recipient)

    # programmes, people, organisations, documents

    def add_programme(self, file: ProgrammeFile) -> Programme:
        """Write a programme with its calendar days and people. Raises: Refused where the key exists."""
        self._changed.add(file.key)
        return programme_rows.load(self.line, programme_rows.add(self.line, file))

    def save_person(self, programme: str, person: Person) -> None:
        """Write or change a person with its roles."""
        self._changed.add(programme)
        programme_rows.save_person(self.line, programme, person)

    def save_absence(self, programme: str, absence: Absence) -> None:
        """Write an absence."""
        self._changed.add(programme)
        programme_rows.save_absence(self.line, programme, absence)

    def end_absence(self, programme: str, absence: Absence, last: date) -> None:
        """Let an absence end earlier; one whose last day would come before its first goes away."""
        self._changed.add(programme)
        programme_rows.end_absence(self.line, programme, absence, last)

    def save_settings(self, programme: str, values: Mapping[str, Any]) -> None:
        """Write what a programme says of itself: names, sender, languages, hours, targets."""
        self._changed.add(programme)
        programme_rows.save_settings(self.line, programme, values)

    def save_calendar_day(self, programme: str, day: date, kind: str, name: str) -> None:
        """Write a free or quiet day; an empty kind takes the day back to an ordinary one."""
        self._changed.add(programme)
        programme_rows.save_calendar_day(self.line, programme, day, kind, name)

    def save_organisation(self, programme: str, organisation: Organisation) -> Organisation:
        """Write or change an organisation; id 0 is new. Raises: Refused where register and number are taken."""
        return company_rows.save_organisation(self.line, programme, organisation)

    def save_contact(self, contact: Contact) -> Contact:
        """Write or change a contact; id 0 is new."""
        return company_rows.save_contact(self.line, contact)

    def find_organisation(self, programme: str, register: str, number: str) -> Organisation | None:
        """Return the organisation with a registration number, None where there is none."""
        return company_rows.find_organisation(self.line, programme, register, number)

    def find_contact(self, programme: str, email: str) -> Contact | None:
        """Return the contact with an address, None where there is none."""
        return company_rows.find_contact(self.line, programme, email)

    def cases_with(self, programme: str, organisation: int) -> Sequence[str]:
        """Return the numbers of open cases in which an organisation takes part."""
        return company_rows.cases_with(self.line, programme, organisation)

    def save_document(self, document: Document, at: datetime) -> None:
        """Store a file by its hash; storing the same content again changes nothing."""
        library_rows.save_document(self.line, document, at)

    def document(self, digest: str) -> Document:
        """Return a stored file. Raises: NotFound."""
        return library_rows.document(self.line, digest)

    def publish(self, key: str, number: int, files: Mapping[str, str], digest: str, at: datetime) -> bool:
        """Store a version; False where the same content is already there. Raises: Refused for other content."""
        made = library_rows.publish(self.line, key, number, files, digest, at)
        if made and self._cache.snapshots is not None:
            ref = VersionRef(key=key, number=number, hash=digest)
            snapshot_rows.keep(self.line, ref, self._cache.snapshots, self._cache.snapshots.make(files))
        return made

    def note_import(self, programme: str, key: str, case: str) -> bool:
        """Remember that an imported row became a case; False where it was known already."""
        return library_rows.note_import(self.line, programme, key, case)

    # beyond the port: for the worker's and the auditor's commands

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Take back what is written inside, and only that, where it raises."""
        cursor = self.line.cursor
        cursor.execute("SAVEPOINT apart")
        try:
            yield
        except Exception as error:
            if not is_passing(error):
                cursor.execute("ROLLBACK TO SAVEPOINT apart")
                cursor.execute("RELEASE SAVEPOINT apart")
            raise
        cursor.execute("RELEASE SAVEPOINT apart")

    def _keep_snapshots(self) -> None:
        assert self._cache.snapshots is not None
        for ref in tuple(self._cache.unkept):
            text = self._cache.unkept.pop(ref, "")  # another thread may have taken it
            if text:
                snapshot_rows.keep(self.line, ref, self._cache.snapshots, text)

    def _note(self, at: datetime | None) -> None:
        if at is not None and (self.soonest is None or at < self.soonest):
            self.soonest = at

    def backlog(self, now: datetime, most: int) -> int:
        """Return how many rows of each kind want to be looked at now, counted up to `most` each, together."""
        return due_rows.backlog(self.line, now, most)

    def differing_versions(self) -> Sequence[tuple[str, int, str]]:
        """Return key, number and what is wrong of each version that is not as it was published, its files read anew."""
        snapshots = self._cache.snapshots
        return [] if snapshots is None else list(snapshot_rows.differing(self.line, snapshots))

    def beat(self, worker: str, at: datetime, note: str) -> None:
        """Leave a worker's sign of life."""
        head_rows.beat(self.line, worker, at, note)

    def forget_workers(self, before: datetime) -> None:
        """Forget workers that were seen last before an instant."""
        head_rows.forget_workers(self.line, before)

    def save_heads(self, day: date, signature: str) -> int:
        """Write down the head of every case under a day's signature; return how many. Raises: Refused for a day taken."""
        return head_rows.save_heads(self.line, day, signature)

    def erase_private(self, case: str, entry_no: int, path: str) -> bool:
        """Forget a name or text; its digest stays, so the chain still stands. False where there is none."""
        return head_rows.erase_private(self.line, case, entry_no, path)
