"""Tables of a case: its bare row, the six kinds of rows it is made of, and its history.

Columns are named like the fields of `engine.case`; the rows of a case lie together on disk (clustered by case and
number), so that loading one case touches few pages. `wake_at` and `trouble` are ours: the instant at which the sweep
looks at a row (its own instant, or later while it is held or postponed), and why it was postponed. The dataclasses do
not know them, and history does not either.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Text, text
from sqlmodel import Field, Index

from storage.columns import CLUSTERED, Instant, JsonText, JsonTuple, Rows

# An expression on purpose: asked for `case_id = ?`, SQLite's planner takes the primary key and reads all ended rows.
WITHIN_CASE = "(case_id + 0)"
OPEN_DEADLINES = text("state IN ('open', 'submitted', 'returned')")
PENDING_PROMISES = text("state IN ('planned', 'queued')")
PLANNED = text("state = 'planned'")
WAKING = text("wake_at IS NOT NULL")
SEATED = text("ended_on IS NULL AND person <> ''")
COMMENTED = text("kind = 'commented'")
SLIPPED = text("state IN ('open', 'submitted', 'returned') AND (extended OR state = 'returned')")


class CaseRow(Rows, table=True):
    """One case without its rows; scalar facts are one JSON column."""

    __tablename__ = "cases"
    __table_args__ = (
        Index(None, "programme_id", "phase", "id"),
        Index(None, "programme_id", "id"),
        Index(None, "version_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    programme_id: int = Field(foreign_key="programme.id")
    version_id: int = Field(foreign_key="version.id")
    phase: str
    phase_since: date | None = None
    revision: int
    serial: int
    period: int
    opened_on: date | None = None
    closed_on: date | None = None
    outcome: str
    title: str
    last_happened_at: datetime | None = Field(default=None, sa_type=Instant)
    head: str
    facts: Any = Field(sa_type=JsonText, nullable=False)
    schedule: Any = Field(sa_type=JsonText, nullable=False)


class CaseCounterRow(Rows, table=True):
    """The last number given in a programme and year; locked by the transaction that takes the next one."""

    __tablename__ = "case_counter"
    __table_args__ = (CLUSTERED,)

    programme_id: int = Field(primary_key=True, foreign_key="programme.id")
    year: int = Field(primary_key=True)
    last: int


class PartyRow(Rows, table=True):
    """An organisation's part in a case."""

    __tablename__ = "party"
    __table_args__ = (Index(None, "organisation"), CLUSTERED)

    case_id: int = Field(primary_key=True, foreign_key="cases.id")
    no: int = Field(primary_key=True)
    organisation: int = Field(foreign_key="organisation.id")
    kind: str
    joined_on: date | None = None
    left_on: date | None = None


class SeatRow(Rows, table=True):
    """Somebody in a role of a case."""

    __tablename__ = "seat"
    __table_args__ = (
        Index("ix_seat_person", "person", "role", sqlite_where=SEATED, postgresql_where=SEATED),
        CLUSTERED,
    )

    case_id: int = Field(primary_key=True, foreign_key="cases.id")
    no: int = Field(primary_key=True)
    role: str
    person: str
    contact: int
    party: int
    authority: str
    since: date | None = None
    ended_on: date | None = None


class RecordRow(Rows, table=True):
    """An entry in a declared list."""

    __tablename__ = "record"
    __table_args__ = (CLUSTERED,)

    case_id: int = Field(primary_key=True, foreign_key="cases.id")
    no: int = Field(primary_key=True)
    list: str
    values: Any = Field(sa_type=JsonText, nullable=False)
    void_on: date | None = None


class WaitRow(Rows, table=True):
    """A pause of a case."""

    __tablename__ = "wait"
    __table_args__ = (CLUSTERED,)

    case_id: int = Field(primary_key=True, foreign_key="cases.id")
    no: int = Field(primary_key=True)
    reason: str
    first: date
    until: date


class DeadlineRow(Rows, table=True):
    """A thing owed. Partial indexes: what is open in a case, or by its day; what is to be marked missed next; what slipped."""

    __tablename__ = "deadline"
    __table_args__ = (
        Index(
            "ix_deadline_open",
            text(WITHIN_CASE),
            "due_on",
            "state",
            sqlite_where=OPEN_DEADLINES,
            postgresql_where=OPEN_DEADLINES,
        ),
        Index("ix_deadline_wake", "wake_at", "case_id", "no", sqlite_where=WAKING, postgresql_where=WAKING),
        Index("ix_deadline_due", "due_on", "case_id", "no", sqlite_where=OPEN_DEADLINES, postgresql_where=OPEN_DEADLINES),
        Index("ix_deadline_slipped", "case_id", sqlite_where=SLIPPED, postgresql_where=SLIPPED),
        CLUSTERED,
    )

    case_id: int = Field(primary_key=True, foreign_key="cases.id")
    no: int = Field(primary_key=True)
    kind: str
    rule: str
    seat: str
    opened_on: date
    due_on: date
    last_on: date
    occurrence: str
    record: int
    state: str
    overdue_at: datetime | None = Field(default=None, sa_type=Instant)
    missed_at: datetime | None = Field(default=None, sa_type=Instant)
    submitted_on: date | None = None
    ended_on: date | None = None
    why: str
    round: int
    extended: bool
    escalated_on: date | None = None
    questions: str = Field(sa_type=Text)
    sum: Any = Field(sa_type=JsonTuple, nullable=False)
    wake_at: datetime | None = Field(default=None, sa_type=Instant)
    trouble: str = ""


class PromiseRow(Rows, table=True):
    """One planned mail, escalation or automatic move; unique by what it hangs on, step, seat, round and repetition.

    The unique index also finds the promises of one deadline, whatever else the case has promised.
    """

    __tablename__ = "promise"
    __table_args__ = (
        Index(
            "uq_promise_once",
            text(WITHIN_CASE),
            "about",
            text("(CASE WHEN about = 0 THEN entry ELSE 0 END)"),
            "step",
            "seat",
            "round",
            "resend_of",
            unique=True,
        ),
        Index("ix_promise_pending", text(WITHIN_CASE), sqlite_where=PENDING_PROMISES, postgresql_where=PENDING_PROMISES),
        Index("ix_promise_wake", "wake_at", "case_id", "no", sqlite_where=PLANNED, postgresql_where=PLANNED),
        CLUSTERED,
    )

    case_id: int = Field(primary_key=True, foreign_key="cases.id")
    no: int = Field(primary_key=True)
    kind: str
    seat: str
    step: str
    entry: int
    due_at: datetime = Field(sa_type=Instant)
    on: date
    about: int
    code: str
    task: str
    round: int
    state: str
    why: str
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    message: str
    held_until: datetime | None = Field(default=None, sa_type=Instant)
    resend_of: int
    wake_at: datetime = Field(sa_type=Instant)
    trouble: str = ""


class HistoryRow(Rows, table=True):
    """One sealed entry; triggers refuse update and delete. actor_key to target repeat the body, for searching.

    Not clustered: bodies are large, and appending at the end of the file is cheaper than into the middle of each case.
    """

    __tablename__ = "history"
    # The second: in the order of a search through many histories, with what it asks; bodies that it leaves out stay unread.
    __table_args__ = (
        Index("ix_history_comments", "case_id", "no", sqlite_where=COMMENTED, postgresql_where=COMMENTED),
        Index("ix_history_recorded", "recorded_at", "case_id", "no", "kind", "actor_key", "transition"),
    )

    case_id: int = Field(primary_key=True, foreign_key="cases.id")
    no: int = Field(primary_key=True)
    kind: str
    body: str = Field(sa_type=Text)
    previous: str
    hash: str
    recorded_at: datetime = Field(sa_type=Instant)
    happened_at: datetime = Field(sa_type=Instant)
    actor_key: str
    transition: str
    source: str
    target: str


class StayRow(Rows, table=True):
    """A finished stay of a case in a phase, written by the entry that ended it; the present one is the case's own row.

    no: that entry. phase: empty where the entry opened the case. to_phase: where it went. left_on: the day on which it went,
    also the first day there; of an agreement taken over in force, its first day. period: of the agreement being made or kept.
    why: kind of the entry. All of it follows from history; it stands here so that questions about time read no history.
    """

    __tablename__ = "stay"
    __table_args__ = (
        Index(None, "programme_id", "phase", "left_on"),
        Index(None, "programme_id", "to_phase", "left_on"),
        CLUSTERED,
    )

    case_id: int = Field(primary_key=True, foreign_key="cases.id")
    no: int = Field(primary_key=True)
    programme_id: int = Field(foreign_key="programme.id")
    version_id: int = Field(foreign_key="version.id")
    phase: str
    entered_on: date
    left_on: date
    to_phase: str
    period: int
    why: str


class PrivateTextRow(Rows, table=True):
    """A name or free text that history holds as a salted digest; erased it is NULL, and the chain still stands."""

    __tablename__ = "private_text"
    __table_args__ = (CLUSTERED,)

    case_id: int = Field(primary_key=True, foreign_key="cases.id")
    entry_no: int = Field(primary_key=True)
    path: str = Field(primary_key=True)
    salt: str
    digest: str
    value: str | None = Field(default=None, sa_type=Text)


class HeadRow(Rows, table=True):
    """The head of one case on one day, part of that day's signed list; triggers refuse update and delete.

    number: the case's own, which the list names too; it stays when the case is gone.
    """

    __tablename__ = "head"
    __table_args__ = (Index(None, "case_id"), CLUSTERED)

    day: date = Field(primary_key=True)
    case_id: int = Field(primary_key=True, foreign_key="cases.id")
    entry_no: int
    hash: str
    signature: str
    number: str = Field(default="", sa_column_kwargs={"server_default": ""})
