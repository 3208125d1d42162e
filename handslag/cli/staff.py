"""People of a programme behind the commands: checked, allowed, written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from engine.errors import BadInput, Fault, NotFound
from engine.ports import Tx
from engine.programme import Absence, Person, Programme
from handslag.cli.desk import Desk
from handslag.cli.people import standing_in
from handslag.cli.undertakings import known_roles

ACT = "programme"
ABSENCES = "assign"  # a coordinator may note an absence, not only a manager


def save_person(desk: Desk, programme: str, key: str, given: Mapping[str, Any], *, dry_run: bool) -> Person:
    """Add or change a person. Raises: NotFound, NotPermitted, BadInput with every fault."""

    def save(tx: Tx) -> Person:
        there = standing_in(desk, tx, programme, ACT).programme
        person = _person(there, key, given)
        _check(there, person, known_roles(tx))
        if not dry_run:
            tx.save_person(programme, person)
        return person

    return desk.read(save) if dry_run else desk.run(save)


def _person(programme: Programme, key: str, given: Mapping[str, Any]) -> Person:
    old = programme.people.get(key)
    if old is not None:
        return replace(old, **given)
    blank = Person(key=key, name="", email="", language=programme.languages[0], roles=())
    return replace(blank, **given)


def _check(programme: Programme, person: Person, roles: frozenset[str]) -> None:
    faults = [Fault(place=name, code="missing", sentence=f"a new person needs --{name}")
              for name in ("name", "email") if not getattr(person, name)]  # fmt: skip
    if not person.roles:
        faults.append(Fault(place="role", code="missing", sentence="a person needs at least one --role"))
    unknown = [role for role in person.roles if role not in roles]
    faults += [Fault(place=r, code="unknown", sentence=f"no role {r!r}; known: {', '.join(sorted(roles))}") for r in unknown]
    if person.deputy and person.deputy not in programme.people:
        faults.append(_nobody("deputy", person.deputy, programme))
    if faults:
        raise BadInput(faults, what=f"the person {person.key}")


def save_absence(
    desk: Desk, programme: str, key: str, days: tuple[date, date], deputy: str, *, dry_run: bool
) -> Absence:  # fmt: skip
    """Note an absence. Raises: NotFound, NotPermitted, BadInput with every fault."""

    def save(tx: Tx) -> Absence:
        there = standing_in(desk, tx, programme, ABSENCES).programme
        absence = _absence(there, key, days, deputy)
        if not dry_run:
            tx.save_absence(programme, absence)
        return absence

    return desk.read(save) if dry_run else desk.run(save)


def _absence(programme: Programme, key: str, days: tuple[date, date], deputy: str) -> Absence:
    person = programme.people.get(key)
    if person is None:
        raise NotFound(f"{programme.key} has no person {key!r}; known: {', '.join(programme.people)}", person=key)
    stands_in = deputy or person.deputy
    faults = [] if stands_in in programme.people and stands_in != key else [_nobody("deputy", stands_in, programme)]
    if days[1] < days[0]:
        faults.append(Fault(place="--to", code="order", sentence=f"{days[1]} is before {days[0]}"))
    if faults:
        raise BadInput(faults, what="the absence")
    return Absence(person=key, first=days[0], last=days[1], deputy=stands_in)


def _nobody(place: str, key: str, programme: Programme) -> Fault:
    known = ", ".join(programme.people)
    return Fault(place=place, code="unknown", sentence=f"{key!r} cannot stand in; known: {known}")
