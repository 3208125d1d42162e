"""A programme as the engine sees it: one city's undertaking with calendar, people, and the companies it deals with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from engine.calendar import Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An account of the installation, with its roles in this programme. deputy: key of the stand-in, if named."""

    key: str
    name: str
    email: str
    language: str
    roles: tuple[str, ...]
    function: str = ""
    department: str = ""
    deputy: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A person is away from `first` to `last`, both included; `deputy` stands in."""

    person: str
    first: date
    last: date
    deputy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """A company or other body, one per programme, unique by register and number."""

    id: int
    name: str
    register: str
    number: str
    kind: str = "company"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person at an organisation who gets mail. state: active, left, undeliverable."""

    id: int
    organisation: int
    name: str
    email: str
    language: str
    function: str = ""
    state: str = "active"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """So many first entries into a signed phase from `first` to `last`, both included.

    roll: `next` where a last day that is no working day moves to the next one.
    """

    title: str
    count: int
    first: date
    last: date
    roll: str = ""


@dataclass(frozen=True, kw_only=True)
class Programme:
    """One city's undertaking. code: prefix of case numbers (`AAL`). sender, reply_to: addresses of its mails.

    people: by key. events: named lists of dates (for follow-ups). Rows never cross programmes.
    """

    key: str
    code: str
    name: str
    names: Mapping[str, str]
    calendar: Calendar
    languages: tuple[str, ...]
    sender: str
    sender_name: str
    reply_to: str
    people: Mapping[str, Person]
    absences: tuple[Absence, ...] = ()
    events: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    targets: tuple[Target, ...] = ()
    id: int = 0

    def people_in(self, role: str) -> tuple[Person, ...]:
        """Return the active people who hold a role, in the programme's order."""
        return tuple(p for p in self.people.values() if p.active and role in p.roles)

    def absence_of(self, person: str, day: date) -> Absence | None:
        """Return the absence that covers a day, None where the person is there."""
        return next((a for a in self.absences if a.person == person and a.first <= day <= a.last), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeFile:
    """What a programme file declares, before it becomes rows: see `workflows.programmes`.

    calendar_days: (day, kind `free` or `quiet`, name); opens, closes: local sending hours.
    """

    key: str
    code: str
    name: str
    names: Mapping[str, str]
    zone: str
    languages: tuple[str, ...]
    sender: str
    sender_name: str
    reply_to: str
    opens: time
    closes: time
    calendar_days: tuple[tuple[date, str, str], ...]
    people: tuple[Person, ...]
    events: Mapping[str, tuple[date, ...]]
    targets: tuple[Target, ...]
    country: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
