"""What people type, read into values: addresses, days, instants, `key=value` pairs, versions. Every fault at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from engine.errors import BadInput, Fault

_VERSION = re.compile(r"^(?P<key>[^@\s]+?)(?:(?:@|\s+v)(?P<number>\d+))?$")


def bad(place: str, sentence: str, *, code: str = "value", what: str = "the command") -> BadInput:
    """Return the error of one fault in what was typed."""
    return BadInput([Fault(place=place, code=code, sentence=sentence)], what=what)


def read_address(text: str) -> tuple[str, int]:
    """Read `AAL-2026-0017/12` as case number and row number. Raises: BadInput.

    >>> read_address("AAL-2026-0017/12")
    ('AAL-2026-0017', 12)
    """
    number, _, no = text.rpartition("/")
    if not number or not no.isascii() or not no.isdigit():
        raise bad("address", f"{text!r} is no address; write CASE/NUMBER, e.g. AAL-2026-0017/12")
    return number, int(no)


def read_pairs(given: Iterable[str] | None) -> dict[str, str]:
    """Read `key=value` arguments; an empty value takes away. Raises: BadInput naming each that is none, or comes twice."""
    values: dict[str, str] = {}
    faults: list[Fault] = []
    for text in given or ():
        key, sign, value = text.partition("=")
        if not sign or not key:
            faults.append(Fault(place=text, code="value", sentence="write KEY=VALUE; an empty value takes the value away"))
        elif key in values:
            faults.append(Fault(place=key, code="twice", sentence="this key is given twice"))
        else:
            values[key] = value
    if faults:
        raise BadInput(faults, what="the command")
    return values


def read_day(text: str, place: str) -> date:
    """Read a day, `2026-04-10`. Raises: BadInput."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise bad(place, f"{text!r} is not a day; write 2026-04-10") from None


def read_instant(text: str, place: str, zone: str | Callable[[], str]) -> datetime:
    """Read a time, local in `zone` unless it says its own, as aware UTC; a day means its first minute.

    zone: its name, or how to find it out, asked only where the time says none. Raises: BadInput.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise bad(place, f"{text!r} is not a time; write 2026-04-10T09:00 or 2026-04-10T09:00+02:00") from None
    if found.tzinfo is None:
        found = found.replace(tzinfo=ZoneInfo(zone if isinstance(zone, str) else zone()))
    return found.astimezone(UTC)


def read_version(text: str) -> tuple[str, int]:
    """Read `KEY`, `KEY@2` or `KEY v2` as key and number, 0 for the newest. Raises: BadInput."""
    found = _VERSION.match(text.strip())
    if found is None:
        raise bad("workflow", f"{text!r} names no version; write KEY or KEY@NUMBER")
    return found["key"], int(found["number"] or 0)
