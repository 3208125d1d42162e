"""Dates, numbers and lists as people write them; beside `words`, the only module that imports babel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import format_decimal

LANGUAGES = ("en", "da", "nl")
MOST_DIGITS = 30

# Plain `en` would write "March 1"; a country is taken only where it matters.
LOCALES = {"en": "en_GB", "da": "da_DK", "nl": "nl_NL"}


@lru_cache(maxsize=32)
def locale_of(language: str) -> Locale:
    """Return the locale of a language code; British English for one that we do not speak."""
    return Locale.parse(LOCALES.get(language.partition("-")[0].lower(), "en_GB"))


@lru_cache(maxsize=4096)
def long_date(day: date, language: str) -> str:
    """Return a date in full: `31 May 2026`, `31. maj 2026`, `31 mei 2026`."""
    return format_date(day, format="long", locale=locale_of(language))


@lru_cache(maxsize=4096)
def day_month(day: date, language: str) -> str:
    """Return a date without its year: `31 May`, `31. maj`, `31 mei`."""
    return format_skeleton("MMMMd", day, locale=locale_of(language), fuzzy=False)


def local_day(value: date | datetime, zone: str) -> date:
    """Return the day on which something happens for people in a zone. Raises: ValueError for a naive instant."""
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no zone")
    return value.astimezone(ZoneInfo(zone)).date()


def long_instant(at: datetime, language: str, zone: str) -> str:
    """Return day and time for people in a zone: `31 May 2026 14:05`. Raises: ValueError for a naive instant."""
    day, local = local_day(at, zone), at.astimezone(ZoneInfo(zone))
    return f"{long_date(day, language)} {format_skeleton('Hm', local, tzinfo=local.tzinfo, locale=locale_of(language))}"


def day_of(value: object, zone: str) -> date:
    """Return the day that a date, an instant or their ISO text names. Raises: ValueError where it names none."""
    if isinstance(value, str):
        return local_day(datetime.fromisoformat(value), zone) if "T" in value else date.fromisoformat(value)
    if isinstance(value, date):
        return local_day(value, zone)
    raise ValueError(f"{value!r} is not a date")


def number(value: int | float | Decimal | str, language: str) -> str:
    """Return a number with the language's marks: `12,345.6`, `12.345,6`. Raises: ValueError where it is none."""
    try:
        exact = Decimal(str(value))
    except ArithmeticError as error:
        raise ValueError(f"{value!r} is not a number") from error
    # 1E+999999999 is a short text and a number of a gigabyte.
    if not exact.is_finite() or abs(exact.adjusted()) > MOST_DIGITS or len(exact.as_tuple().digits) > MOST_DIGITS:
        raise ValueError(f"{value!r} is not a number that can be written")
    return format_decimal(exact, locale=locale_of(language), decimal_quantization=False)


def listing(parts: Sequence[str], language: str) -> str:
    """Return parts as one enumeration: `A, B and C`, `A, B og C`, `A, B en C`; empty for none."""
    return format_list(parts, locale=locale_of(language)) if parts else ""
