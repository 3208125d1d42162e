"""Tables of the outbox: messages, the promises they carry, and every try to send one."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Text, text
from sqlmodel import Field, Index

from storage.columns import CLUSTERED, Instant, JsonText, JsonTuple, Rows

QUEUED = text("state = 'queued'")
CLAIMED = text("state = 'claimed'")
SENT = text("state = 'sent'")
MERGING = text("state = 'queued' AND merges")


class MessageRow(Rows, table=True):
    """One rendered mail; columns named like the fields of `engine.letters.Message`.

    Partial indexes: what may leave next, whose lease lapses next, what may still be merged with, what threads together.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_queued", "not_before", sqlite_where=QUEUED, postgresql_where=QUEUED),
        Index("ix_message_claimed", "lease_until", sqlite_where=CLAIMED, postgresql_where=CLAIMED),
        Index("ix_message_merging", "recipient", "programme_id", "day", sqlite_where=MERGING, postgresql_where=MERGING),
        Index("ix_message_thread", "thread", "recipient", sqlite_where=SENT, postgresql_where=SENT),
        Index("ix_message_listed", "programme_id", "created_at", "id"),
    )

    id: str = Field(primary_key=True)
    programme_id: int = Field(foreign_key="programme.id")
    recipient: str
    address: str
    language: str
    subject: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    html: str = Field(sa_type=Text)
    day: date
    code: str
    thread: str
    not_before: datetime = Field(sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    sender: str
    sender_name: str
    reply_to: str
    merges: bool
    state: str
    attempts: int
    lease_until: datetime | None = Field(default=None, sa_type=Instant)
    worker: str
    uncertain: bool
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    last_words: str = Field(sa_type=Text)
    invitation: Any = Field(default=None, sa_type=JsonText, nullable=True)
    document: str
    references: Any = Field(sa_type=JsonTuple, nullable=False)
    letter: str = Field(sa_type=Text)


class MessagePromiseRow(Rows, table=True):
    """A promise that a message carries; `position` keeps the order in which the mail names them."""

    __tablename__ = "message_promise"
    __table_args__ = (CLUSTERED,)

    message_id: str = Field(primary_key=True, foreign_key="message.id")
    case_id: int = Field(primary_key=True, foreign_key="cases.id")
    promise_no: int = Field(primary_key=True)
    position: int


class AttemptRow(Rows, table=True):
    """One try to send a message, with the server's words."""

    __tablename__ = "attempt"

    id: int | None = Field(default=None, primary_key=True)
    message_id: str = Field(foreign_key="message.id", index=True)
    at: datetime = Field(sa_type=Instant)
    outcome: str
    code: int
    words: str = Field(sa_type=Text)
