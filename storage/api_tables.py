"""Tables of the API: tokens of people, and answers kept so that a request that is sent twice is done once."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from storage.columns import CLUSTERED, Instant, Rows


class TokenRow(Rows, table=True):
    """A token of a person. hash: SHA-256 hex of it, which is all we keep; person: key in table `person`.

    scope: read or write; programme: key of the only one it opens, empty for all of the person's.
    """

    __tablename__ = "token"

    id: int | None = Field(default=None, primary_key=True)
    hash: str = Field(unique=True)
    person: str = Field(index=True)
    name: str
    scope: str
    programme: str
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)


class AnswerRow(Rows, table=True):
    """What was answered under an idempotency key of a person. digest: SHA-256 hex of the request; head: JSON of headers."""

    __tablename__ = "answer"
    __table_args__ = (CLUSTERED,)

    person: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    digest: str
    status: int
    head: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Instant, index=True)
