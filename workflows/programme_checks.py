"""Checks of a programme file once its shape is right: dates, windows, people, languages."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from workflows.calendars import COUNTRIES
from workflows.finding import Finding, each_known, unknown
from workflows.model_programme import PersonShape, ProgrammeShape, WindowShape
from workflows.yaml_text import Path


def programme_findings(file: ProgrammeShape, roles: Collection[str]) -> Iterator[Finding]:
    """Yield every fault; roles: those that workflows know, empty to let any pass."""
    yield from unknown(("country",), file.country, COUNTRIES, "country")
    yield from _zone(file.zone)
    for index, text in enumerate(file.calendar.include):
        yield from _day(("calendar", "include", index), text if len(text) > len("MM-DD") else f"2024-{text}")
    if file.sending_hours.opens >= file.sending_hours.closes:
        sentence = f"sending hours close at {file.sending_hours.closes}, not after they open at {file.sending_hours.opens}"
        yield Finding(path=("sending_hours", "closes"), code="bad_hours", sentence=sentence)
    yield from _names(file)
    for index, window in enumerate(file.quiet_windows):
        yield from _window(("quiet_windows", index), window)
    yield from _events_and_targets(file)
    for key, person in file.people.items():
        yield from _person(file, key, person, roles)


def _zone(zone: str) -> Iterator[Finding]:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        sentence = f"{zone!r} is not a time zone; write one such as Europe/Copenhagen"
        yield Finding(path=("zone",), code="unknown_zone", sentence=sentence)


def _names(file: ProgrammeShape) -> Iterator[Finding]:
    for name, texts in (("name", file.name), ("sender_name", file.sender_name)):
        if isinstance(texts, dict):
            for language in file.languages:
                if language not in texts:
                    sentence = f"the text is missing in {language!r}; it needs {', '.join(file.languages)}"
                    yield Finding(path=(name,), code="label_language_missing", sentence=sentence)
            yield from each_known((name,), list(texts), file.languages, "language")


def _window(path: Path, window: WindowShape) -> Iterator[Finding]:
    dated = bool(window.from_ and window.to)
    if dated == (window.weeks is not None) or bool(window.from_) != bool(window.to):
        sentence = "a window is either 'weeks: [28, 30]' or 'from' and 'to' as MM-DD, exactly one of them"
        yield Finding(path=path, code="window_unclear", sentence=sentence)
    elif window.weeks is not None and window.weeks[0] > window.weeks[1]:
        sentence = f"week {window.weeks[0]} comes after week {window.weeks[1]}; over the turn of the year write 'from' and 'to'"
        yield Finding(path=(*path, "weeks"), code="window_unclear", sentence=sentence)
    for name, text in (("from", window.from_), ("to", window.to)):
        if text:
            yield from _day((*path, name), f"2025-{text}", shown=text)


def _day(path: Path, text: str, shown: str = "") -> Iterator[Finding]:
    try:
        date.fromisoformat(text)
    except ValueError:
        yield Finding(path=path, code="bad_date", sentence=f"{(shown or text)!r} is not a day of the calendar")


def _events_and_targets(file: ProgrammeShape) -> Iterator[Finding]:
    for name, days in file.events.items():
        for index, text in enumerate(days):
            yield from _day(("events", name, index), text)
        yield from each_known(("events", name), days, days, "day")
    for index, target in enumerate(file.targets):
        faults = [*_day(("targets", index, "first"), target.first), *_day(("targets", index, "last"), target.last)]
        yield from faults
        yield from unknown(("targets", index, "roll"), target.roll, ("none", "next"), "way to roll")
        if not faults and target.first > target.last:
            sentence = f"the target ends on {target.last}, before it begins on {target.first}"
            yield Finding(path=("targets", index, "last"), code="bad_date", sentence=sentence)


def _person(file: ProgrammeShape, key: str, person: PersonShape, roles: Collection[str]) -> Iterator[Finding]:
    path: Path = ("people", key)
    yield from unknown((*path, "language"), person.language, file.languages, "language")
    yield from unknown((*path, "deputy"), person.deputy, set(file.people) - {key}, "person")
    yield from each_known((*path, "roles"), person.roles, roles or person.roles, "role")
    others = [other for other, one in file.people.items() if other < key and one.email.casefold() == person.email.casefold()]
    if others:
        sentence = f"{person.email} is the address of {others[0]!r} already; one account for one address"
        yield Finding(path=(*path, "email"), code="duplicate_name", sentence=sentence)
