"""Who is away and who stands in: noted, ended, and noted in the programme's log. A coordinator may do it too."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from engine.errors import BadInput, Fault, NotFound
from engine.policy import require
from engine.ports import Tx
from engine.programme import Absence, Programme
from handslag.administration.office import Office
from handslag.administration.people import nobody

NOTE_ABSENCE = "assign"


def save_absence(tx: Tx, office: Office, person: str, days: tuple[date, date], deputy: str = "") -> Absence:
    """Note an absence; the same span again changes its deputy. Raises: NotFound, NotPermitted, BadInput with every fault."""
    absence = checked(office, person, days, deputy)
    tx.save_absence(office.programme.key, absence)
    span = f"{absence.first}/{absence.last}"
    office.note(tx, "absence_noted", person, {"days": (None, span), "deputy": (None, absence.deputy)})
    return absence


def checked(office: Office, person: str, days: tuple[date, date], deputy: str = "") -> Absence:
    """Return the absence as it would be. Raises: NotFound, NotPermitted, BadInput with every fault."""
    require(office.actor, NOTE_ABSENCE)
    programme = office.programme
    found = programme.people.get(person)
    if found is None:
        raise NotFound(f"{programme.key} has no person {person!r}; known: {', '.join(programme.people)}", person=person)
    stands_in = deputy or found.deputy
    faults = [] if _can_stand_in(programme, stands_in, person) else [nobody("deputy", stands_in, programme)]
    if days[1] < days[0]:
        faults.append(Fault(place="last", code="order", sentence=f"{days[1]} is before {days[0]}"))
    if faults:
        raise BadInput(faults, what="the absence")
    return Absence(person=person, first=days[0], last=days[1], deputy=stands_in)


def end_absence(tx: Tx, office: Office, person: str, first: date, last: date) -> Absence | None:
    """End an absence: one under way ends yesterday, one to come goes away. Returns what is left of it.

    Raises: NotFound where there is none, NotPermitted.
    """
    require(office.actor, NOTE_ABSENCE)
    programme = office.programme
    found = next((a for a in programme.absences if (a.person, a.first, a.last) == (person, first, last)), None)
    today = programme.calendar.local_day(office.now)
    if found is None or last < today:
        raise NotFound("there is no such absence to end", person=person)
    until = today - timedelta(days=1)
    left = replace(found, last=until) if until >= first else None
    tx.end_absence(programme.key, found, until)
    office.note(tx, "absence_ended", person, {"days": (f"{first}/{last}", f"{first}/{until}" if left else None)})
    return left


def _can_stand_in(programme: Programme, key: str, person: str) -> bool:
    found = programme.people.get(key)
    return found is not None and found.active and key != person
