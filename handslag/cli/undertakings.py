"""Programmes behind the commands: reading a programme file with the roles that are known, and telling what stands in one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from engine.errors import NotFound
from engine.ports import Tx
from engine.programme import Person, Programme, ProgrammeFile
from handslag.administration.people import known_roles
from handslag.cli.printing import as_data
from handslag.cli.publishing import shipped_programme
from workflows.programmes import read_programme


def read_file(tx: Tx, path: Path, now: datetime) -> ProgrammeFile:
    """Read a programme file, or the shipped one of that name. Raises: NotFound, BadInput with every fault."""
    found = path if path.is_file() else shipped_programme(path.name)
    if not found.is_file():
        raise NotFound(f"there is no programme file {path}; shipped: aalborg, amsterdam", path=str(path))
    return read_programme(found.read_text(encoding="utf-8-sig"), str(path), now.year, known_roles(tx))


def described(programme: Programme) -> dict[str, Any]:
    """Return a programme as data, its calendar as lists of days."""
    calendar = programme.calendar
    plain = {name: as_data(getattr(programme, name)) for name in ("key", "code", "name", "names", "languages", "sender")}
    return {
        **plain,
        "reply_to": programme.reply_to,
        "zone": calendar.zone,
        "opens": f"{calendar.opens:%H:%M}",
        "closes": f"{calendar.closes:%H:%M}",
        "free": {day.isoformat(): name for day, name in sorted(calendar.free.items())},
        "quiet": {day.isoformat(): name for day, name in sorted(calendar.quiet.items())},
        "people": as_data(list(programme.people.values())),
        "absences": as_data(programme.absences),
        "events": as_data(programme.events),
        "targets": as_data(programme.targets),
    }


def people_rows(programme: Programme) -> list[tuple[object, ...]]:
    """Return the people of a programme as rows of a table."""
    return [_row(person) for person in programme.people.values()]


def _row(person: Person) -> tuple[object, ...]:
    name = person.name if person.active else f"{person.name} (left)"
    return person.key, name, person.roles, person.function, person.email, person.language, person.deputy
