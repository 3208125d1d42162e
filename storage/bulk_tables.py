"""Tables of bulk moves: one row for what was asked of many cases, one for each of them with what became of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Text
from sqlmodel import Field, Index

from storage.columns import CLUSTERED, Instant, JsonText, Rows


class BulkRow(Rows, table=True):
    """A move asked of many cases by one person. facts: given at the move, as typed; seen_at: when the plan was confirmed."""

    __tablename__ = "bulk"

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="programme.id")
    person: str
    transition: str
    reason: str = Field(sa_type=Text)
    facts: Any = Field(sa_type=JsonText, nullable=False)
    seen_at: datetime = Field(sa_type=Instant)
    touched_at: datetime = Field(sa_type=Instant)


class BulkCaseRow(Rows, table=True):
    """One case of a bulk move. revision: the one the plan was made for; state: waiting, moved, refused, changed, failed.

    entry: of the history, once moved; code, values: the reason where it was not.
    """

    __tablename__ = "bulk_case"
    __table_args__ = (Index("ix_bulk_case_state", "bulk_id", "state", "place"), CLUSTERED)

    bulk_id: int = Field(primary_key=True, foreign_key="bulk.id")
    place: int = Field(primary_key=True)
    number: str
    title: str
    revision: int
    state: str
    entry: int
    sentence: str = Field(sa_type=Text)
