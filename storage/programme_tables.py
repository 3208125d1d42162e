"""Tables around the cases: installation, versions, programmes with calendar and people, organisations, documents."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Column, LargeBinary, String, Text, UniqueConstraint, func, text
from sqlmodel import Field, Index

from storage.columns import CLUSTERED, Instant, JsonText, JsonTuple, Rows

NUMBERED = text("number <> ''")


class InstallationRow(Rows, table=True):
    """One row: who we are, and where real sending was approved by whom; an empty place means not approved."""

    __tablename__ = "installation"

    id: int | None = Field(default=None, primary_key=True)
    key: str
    place: str
    approved_by: str
    approved_at: datetime | None = Field(default=None, sa_type=Instant)


class WorkerRow(Rows, table=True):
    """The last sign of life of a worker process."""

    __tablename__ = "worker"
    __table_args__ = (CLUSTERED,)

    name: str = Field(primary_key=True)
    seen_at: datetime = Field(sa_type=Instant)
    note: str


class VersionRow(Rows, table=True):
    """A published workflow: every file of its folder as JSON (path -> text). Never changed; triggers see to it."""

    __tablename__ = "version"
    __table_args__ = (UniqueConstraint("key", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str
    number: int
    hash: str
    files: Any = Field(sa_type=JsonText, nullable=False)
    published_at: datetime = Field(sa_type=Instant)


class VersionSnapshotRow(Rows, table=True):
    """What reading a version's files came to, as one release of Handslag reads them: kept to be read faster, never the truth.

    format: which way of reading made it; hash: over format, the version's hash and the content. Never changed, as the files.
    """

    __tablename__ = "version_snapshot"
    __table_args__ = (CLUSTERED,)

    version_id: int = Field(primary_key=True, foreign_key="version.id")
    format: int = Field(primary_key=True)
    hash: str
    content: str = Field(sa_type=Text)


class ProgrammeRow(Rows, table=True):
    """A programme. `stamp` counts changes of it, its calendar, people and absences, so that a cache can be trusted."""

    __tablename__ = "programme"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    code: str = Field(unique=True)
    name: str
    names: Any = Field(sa_type=JsonText, nullable=False)
    zone: str
    languages: Any = Field(sa_type=JsonTuple, nullable=False)
    sender: str
    sender_name: str
    reply_to: str
    opens: time
    closes: time
    country: str
    events: Any = Field(sa_type=JsonText, nullable=False)
    targets: Any = Field(sa_type=JsonText, nullable=False)
    extra: Any = Field(sa_type=JsonText, nullable=False)
    stamp: int


class CalendarDayRow(Rows, table=True):
    """A free or quiet day of a programme; a day may be both (25 December in a quiet window)."""

    __tablename__ = "calendar_day"
    __table_args__ = (CLUSTERED,)

    programme_id: int = Field(primary_key=True, foreign_key="programme.id")
    day: date = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    name: str


class PersonRow(Rows, table=True):
    """An account of the installation."""

    __tablename__ = "person"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str
    email: str
    language: str


class RoleRow(Rows, table=True):
    """A person's part in a programme; the order of ids is the programme's order of people."""

    __tablename__ = "role"
    __table_args__ = (UniqueConstraint("programme_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="programme.id")
    person_id: int = Field(foreign_key="person.id")
    roles: Any = Field(sa_type=JsonTuple, nullable=False)
    function: str
    department: str
    deputy: str
    active: bool


class AbsenceRow(Rows, table=True):
    """Days on which a person is away and a deputy stands in; `person` and `deputy` are keys, as in the dataclass."""

    __tablename__ = "absence"

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="programme.id", index=True)
    person: str
    first: date
    last: date
    deputy: str


class ProgrammeEntryRow(Rows, table=True):
    """Who changed what in a programme, or in the whole installation (no programme): only ever added to.

    actor: key of a person, or of the rule that acted; subject: what was changed, e.g. a person's key; changes: names of
    fields with old and new value.
    """

    __tablename__ = "programme_entry"

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int | None = Field(default=None, foreign_key="programme.id", index=True)
    recorded_at: datetime = Field(sa_type=Instant)
    actor: str
    surface: str
    account: str
    kind: str
    subject: str
    changes: Any = Field(sa_type=JsonText, nullable=False)


class OrganisationRow(Rows, table=True):
    """A company or other body of one programme, unique by register and number (where it has a number)."""

    __tablename__ = "organisation"
    __table_args__ = (
        Index(
            "uq_organisation_number",
            "programme_id",
            "register",
            "number",
            unique=True,
            sqlite_where=NUMBERED,
            postgresql_where=NUMBERED,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="programme.id")
    name: str
    register_: str = Field(sa_column=Column("register", String, nullable=False))  # ABCMeta.register is in the way
    number: str
    kind: str
    note: str = Field(sa_type=Text)


class ContactRow(Rows, table=True):
    """A person at an organisation who gets mail."""

    __tablename__ = "contact"
    __table_args__ = (Index(None, "organisation"), Index("ix_contact_email", func.lower(text("email"))))

    id: int | None = Field(default=None, primary_key=True)
    organisation: int = Field(foreign_key="organisation.id")
    name: str
    email: str
    language: str
    function: str
    state: str


class DocumentRow(Rows, table=True):
    """A stored file, by the hash of its bytes."""

    __tablename__ = "document"

    hash: str = Field(primary_key=True)
    name: str
    media_type: str
    content: bytes = Field(sa_type=LargeBinary)
    stored_at: datetime = Field(sa_type=Instant)


class ImportNoteRow(Rows, table=True):
    """An imported row became a case; importing the same file again finds it here."""

    __tablename__ = "import_note"
    __table_args__ = (CLUSTERED,)

    programme_id: int = Field(primary_key=True, foreign_key="programme.id")
    key: str = Field(primary_key=True)
    case_id: int = Field(foreign_key="cases.id")
