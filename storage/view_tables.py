"""Saved views of the board: a name for a filter."""

from datetime import datetime

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field

from storage.columns import Instant, Rows


class SavedViewRow(Rows, table=True):
    """A person's view of a programme's board. query: its filters as an address has them; shared: everybody there sees it."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("programme_id", "person", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="programme.id")
    person: str
    name: str
    query: str = Field(sa_type=Text)
    shared: bool
    created_at: datetime = Field(sa_type=Instant)
