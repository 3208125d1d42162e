"""Tables of who gets in: accounts, their sessions, one-time invitations, and the counters that limit attempts."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from storage.columns import CLUSTERED, Instant, Rows


class AccountRow(Rows, table=True):
    """A person of the installation who can sign in. person: key in table `person`; password: empty for none."""

    __tablename__ = "account"

    id: int | None = Field(default=None, primary_key=True)
    person: str = Field(unique=True)
    password: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)
    changed_at: datetime = Field(sa_type=Instant)


class IdentityRow(Rows, table=True):
    """An account elsewhere that stands for one here. issuer, subject: what OpenID Connect promises never to give to another."""

    __tablename__ = "identity"
    __table_args__ = (CLUSTERED,)

    issuer: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    linked_by: str
    linked_at: datetime = Field(sa_type=Instant)
    used_at: datetime = Field(sa_type=Instant)


class SessionRow(Rows, table=True):
    """A signed-in browser. hash: SHA-256 hex of the id in its cookie, which we do not keep."""

    __tablename__ = "session"

    id: int | None = Field(default=None, primary_key=True)
    hash: str = Field(unique=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    created_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    agent: str = Field(sa_type=Text)


class InvitationRow(Rows, table=True):
    """A one-time link. hash: SHA-256 hex of its token; person: whose, empty for the set-up link of a new installation."""

    __tablename__ = "invitation"
    __table_args__ = (CLUSTERED,)

    hash: str = Field(primary_key=True)
    person: str
    created_by: str
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)


class LoginAttemptRow(Rows, table=True):
    """How often something was tried in vain since when. key: `name:anne`, `address:192.0.2.7`."""

    __tablename__ = "login_attempt"
    __table_args__ = (CLUSTERED,)

    key: str = Field(primary_key=True)
    failures: int
    since: datetime = Field(sa_type=Instant)
