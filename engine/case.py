"""A case and the rows it is made of, as frozen values.

Every row of a case has a number `no`, unique within its case across all kinds of rows; together with the case number it is the
address people use (`AAL-2026-0017/12`). All field values are JSON values, dates or aware UTC datetimes, so that a history entry
can carry them. A `Case` as loaded for a decision holds only live deadlines and promises; loaded whole, it holds all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from engine.declared import VersionRef

OPEN_DEADLINE = ("open", "submitted", "returned")
PENDING_PROMISE = ("planned", "queued")


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """An organisation's part in a case. kind: company, co_signatory, support_member, intermediary, municipality."""

    no: int
    organisation: int
    kind: str = "company"
    joined_on: date | None = None
    left_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Somebody in a role of this case: a municipal `person` (key) or a company `contact` (id), never both.

    authority: document or note that says the holder may sign; ended_on: the first day on which it no longer holds.
    """

    no: int
    role: str
    person: str = ""
    contact: int = 0
    party: int = 0
    authority: str = ""
    since: date | None = None
    ended_on: date | None = None

    @property
    def key(self) -> str:
        """The seat as promises name it: `signatory_private#17`."""
        return f"{self.role}#{self.no}"

    def holds_on(self, day: date) -> bool:
        """Whether it has not ended by a day."""
        return self.ended_on is None or self.ended_on > day


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An entry in a declared list; `values` by field key. void_on: withdrawn or voided since that day."""

    no: int
    list: str
    values: Mapping[str, Any] = field(default_factory=dict)
    void_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A pause: the days from `first` to before `until` do not count in working-day terms."""

    no: int
    reason: str
    first: date
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A thing owed, by one seat, until a day.

    kind: phase, followup, record, task. rule: key of the phase, follow-up, record list or task.
    occurrence: which one of a repeating follow-up (`2026-03-31`). seat: owner seat (a role, or `role#no`); record: its number.
    state: open, submitted, returned, met, cancelled. due_on: local date; last_on: the end of grace, the day after which it is
    missed; overdue_at: instant at which it is marked missed (None when ended or marked). sum: how the date came about, see
    `engine.sums`. round: counted up when answered questions or a correction start a new ladder. why: reason code of the end.
    """

    no: int
    kind: str
    rule: str
    seat: str
    opened_on: date
    due_on: date
    last_on: date
    occurrence: str = ""
    record: int = 0
    state: str = "open"
    overdue_at: datetime | None = None
    missed_at: datetime | None = None
    submitted_on: date | None = None
    ended_on: date | None = None
    why: str = ""
    round: int = 1
    extended: bool = False
    escalated_on: date | None = None
    questions: str = ""
    sum: tuple[Mapping[str, Any], ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it is still owed (waiting for acceptance included)."""
        return self.state in OPEN_DEADLINE


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One planned mail, escalation or automatic transition owed to one seat.

    kind: mail, escalation, move. about: `no` of its deadline, 0 for a mail of a move. entry: number of the history entry that
    made it. step: the rung or rule it comes from. code: mail code, or transition key for kind move. on: the day it is dated;
    due_at: the instant at which it is acted on. state: planned, queued, sent, suppressed, skipped, cancelled, failed;
    why: reason code of the end (or of a hold). message: id of the message that carries it. resend_of: an earlier promise.
    """

    no: int
    kind: str
    seat: str
    step: str
    entry: int
    due_at: datetime
    on: date
    about: int = 0
    code: str = ""
    task: str = ""
    round: int = 1
    state: str = "planned"
    why: str = ""
    ended_at: datetime | None = None
    message: str = ""
    held_until: datetime | None = None
    resend_of: int = 0

    @property
    def is_pending(self) -> bool:
        """Whether it has no end yet."""
        return self.state in PENDING_PROMISE


Row = Party | Seat | Record | Wait | Deadline | Promise
ROW_KINDS: Mapping[str, type[Row]] = {
    "party": Party,
    "seat": Seat,
    "record": Record,
    "wait": Wait,
    "deadline": Deadline,
    "promise": Promise,
}
# The field of a `Case` that holds the rows of a kind.
SHELVES: Mapping[str, str] = {kind: "parties" if kind == "party" else f"{kind}s" for kind in ROW_KINDS}


def kind_of(row: Row) -> str:
    """Return the kind of a row as history and tables name it."""
    return type(row).__name__.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One partnership. id: 0 until stored. number: `AAL-2026-0017`, empty until the store has given one.

    revision: number of the last history entry (0: not opened yet). serial: the highest row number given so far.
    head: hash of the last history entry, hex. schedule: follow-up (with its seat, `F3@person:pia`) -> last occurrence that
    was opened, so that an ended one is never opened again (a JSON column, like facts). title: the company's name, for lists.
    """

    id: int = 0
    number: str = ""
    programme: str = ""
    version: VersionRef
    phase: str = ""
    phase_since: date | None = None
    revision: int = 0
    serial: int = 0
    period: int = 1
    opened_on: date | None = None
    closed_on: date | None = None
    outcome: str = ""
    title: str = ""
    last_happened_at: datetime | None = None
    head: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    schedule: Mapping[str, str] = field(default_factory=dict)
    parties: Mapping[int, Party] = field(default_factory=dict)
    seats: Mapping[int, Seat] = field(default_factory=dict)
    records: Mapping[int, Record] = field(default_factory=dict)
    waits: Mapping[int, Wait] = field(default_factory=dict)
    deadlines: Mapping[int, Deadline] = field(default_factory=dict)
    promises: Mapping[int, Promise] = field(default_factory=dict)

    def records_of(self, list_key: str) -> tuple[Record, ...]:
        """Return the records of a list that are not void, oldest first."""
        return tuple(r for r in self.records.values() if r.list == list_key and r.void_on is None)

    def open_deadlines(self) -> tuple[Deadline, ...]:
        """Return what is still owed, oldest first."""
        return tuple(d for d in self.deadlines.values() if d.is_open)

    def pending(self, about: int | None = None) -> tuple[Promise, ...]:
        """Return the promises without an end, of one deadline if asked."""
        return tuple(p for p in self.promises.values() if p.is_pending and (about is None or p.about == about))
