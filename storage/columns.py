"""Column types and the parent of all table classes: how values of the engine look in a row.

Instants are stored as 64-bit microseconds since 1970 (UTC): exact, sortable as numbers, the same on both databases, and
cheaper to write, compare and read than the text that SQLite would hold for an aware datetime. Dates are dates. Maps and
tuples of JSON values are compact JSON text, because nobody searches in them.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, MetaData, Table, Text, TypeDecorator
from sqlmodel import SQLModel

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
METADATA = MetaData(naming_convention=NAMES)
CLUSTERED = {"sqlite_with_rowid": False}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000
_DAY = 86_400 * _SECOND


class Rows(SQLModel):
    """Parent of every table class; has the naming convention, so that migrations can name what they change."""

    metadata = METADATA


def table_of(model: type[SQLModel]) -> Table:
    """Return the Core table that a table class declares."""
    return METADATA.tables[str(model.__tablename__)]


def to_micros(instant: datetime) -> int:
    """Return microseconds since 1970 in UTC; a datetime without zone is a fault of ours and raises ValueError."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant!r} has no zone; instants are aware UTC")
    passed = instant - EPOCH
    return passed.days * _DAY + passed.seconds * _SECOND + passed.microseconds


def from_micros(micros: int) -> datetime:
    """Return the aware UTC datetime of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=micros)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime as a 64-bit integer."""

    impl = BigInteger
    cache_ok = True

    # The two processors are given whole, because what TypeDecorator wraps around a value's processing costs as much again.

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], int | None]:
        """Return what turns an instant into microseconds."""
        return _bound

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[int | None], datetime | None]:
        """Return what turns microseconds into an instant."""
        return _found


def _bound(value: datetime | None) -> int | None:
    return None if value is None else to_micros(value)


def _found(value: int | None) -> datetime | None:
    return None if value is None else EPOCH + timedelta(microseconds=value)


class JsonText(TypeDecorator[Any]):
    """A JSON value as compact text. Refuses what JSON does not know, dates included, rather than guess."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Turn a JSON value into text."""
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Turn text into a JSON value."""
        return None if value is None else json.loads(value)


class JsonTuple(JsonText):
    """A JSON list that comes back as a tuple."""

    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Turn text into a tuple of JSON values."""
        return () if value is None else tuple(json.loads(value))


def _plain(value: Any) -> Any:
    # Frozen values hold read-only maps (MappingProxyType), which json does not know.
    if hasattr(value, "items"):
        return dict(value)
    raise TypeError(f"{value!r} is no JSON value")
