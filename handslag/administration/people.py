"""People of a programme: added and changed, checked as a whole, and noted in the programme's log.

An account belongs to the installation, so whoever changes its name or address, or lets it sign in anew, must administer
every programme in which the person works. Otherwise a manager could take over a colleague's account in another city.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.declared import VersionRef
from engine.errors import BadInput, Fault, NotPermitted
from engine.policy import ACTS, require
from engine.ports import Tx
from engine.programme import Person, Programme
from handslag.administration.office import ADMINISTER, Office
from notifications.dates import LANGUAGES
from storage.account_rows import memberships
from storage.programme_reads import person_of, versions

ACCOUNT = ("name", "email", "language")
PART = ("roles", "function", "department", "deputy", "active")


def save_person(tx: Tx, office: Office, key: str, given: Mapping[str, Any]) -> Person:
    """Add a person, or change what is given of one. Raises: NotPermitted, BadInput with every fault."""
    person = checked(tx, office, key, given)
    old = office.programme.people.get(key)
    changes = _changes(old, person)
    if changes:
        tx.save_person(office.programme.key, person)
        office.note(tx, "person_changed" if old else "person_added", key, changes)
    return person


def checked(tx: Tx, office: Office, key: str, given: Mapping[str, Any]) -> Person:
    """Return the person as it would be. Raises: NotPermitted, BadInput with every fault."""
    require(office.actor, ADMINISTER)
    person = _person(tx, office.programme, key, given)
    faults = [*_account_faults(key, person), *_part_faults(tx, office.programme, person)]
    if faults:
        raise BadInput(faults, what=f"the person {key}")
    stored = person_of(tx, key)
    if stored is not None and (key not in office.programme.people or _account(stored) != _account(person)):
        require_whole_account(tx, office, key)
    return person


def require_whole_account(tx: Tx, office: Office, key: str) -> None:
    """Let a change of a shared account pass. Raises: NotPermitted where the person works in a programme of others."""
    for programme in memberships(tx, key):
        there = office.programme if programme == office.programme.key else tx.programme(programme)
        mine = there.people.get(office.actor.key)
        if office.actor.kind != "system" and (mine is None or not mine.active or not set(mine.roles) & set(ACTS[ADMINISTER])):
            raise NotPermitted(
                f"{key!r} is somebody who works in a programme that {office.actor.name} does not administer;"
                " choose another short name, or ask whoever administers both",
                actor=office.actor.name,
                act=ADMINISTER,
                roles=list(ACTS[ADMINISTER]),
            )


def known_roles(tx: Tx) -> frozenset[str]:
    """Return the roles that people may hold: those of published workflows and those the policy speaks of."""
    declared = {role for line in versions(tx) for role in tx.version(VersionRef(key=line.key, number=line.number)).roles}
    return frozenset(declared | {role for roles in ACTS.values() for role in roles})


def _person(tx: Tx, programme: Programme, key: str, given: Mapping[str, Any]) -> Person:
    old = programme.people.get(key)
    if old is None:
        stored = person_of(tx, key)
        old = Person(key=key, name="", email="", language=programme.languages[0], roles=())
        if stored is not None:  # somebody of another programme comes with the account there is
            old = replace(old, name=stored.name, email=stored.email, language=stored.language)
    return replace(old, **given)


def _account(person: Any) -> dict[str, str]:
    return {name: getattr(person, name) for name in ACCOUNT}


def _account_faults(key: str, person: Person) -> list[Fault]:
    faults = [Fault(place=name, code="missing", sentence=f"a person needs a{'n' if name == 'email' else ''} {name}")
              for name in ("name", "email") if not getattr(person, name)]  # fmt: skip
    if key in ("", "new") or not key.replace("-", "").replace("_", "").replace(".", "").isalnum() or not key.isascii():
        faults.append(Fault(place="key", code="value", sentence="a short name is letters, digits, dots, - and _"))
    if person.email and ("@" not in person.email[1:-1] or not person.email.isprintable() or " " in person.email):
        faults.append(Fault(place="email", code="value", sentence=f"{person.email!r} is no mail address"))
    if person.language not in LANGUAGES:
        said = f"no language {person.language!r}; known: {', '.join(LANGUAGES)}"
        faults.append(Fault(place="language", code="unknown", sentence=said))
    return faults


def _part_faults(tx: Tx, programme: Programme, person: Person) -> list[Fault]:
    faults = []
    if not person.roles and person.active:
        faults.append(Fault(place="role", code="missing", sentence="a person needs at least one role"))
    known = known_roles(tx)
    unknown = [role for role in person.roles if role not in known]
    faults += [Fault(place=r, code="unknown", sentence=f"no role {r!r}; known: {', '.join(sorted(known))}") for r in unknown]
    if person.deputy and (person.deputy not in programme.people or person.deputy == person.key):
        faults.append(nobody("deputy", person.deputy, programme))
    if _administers(programme.people.get(person.key)) and not _administers(person):
        others = [p for p in programme.people.values() if p.key != person.key and _administers(p)]
        if not others:
            said = f"{programme.key} would have nobody left who may administer it; give somebody else that role first"
            faults.append(Fault(place="role", code="last", sentence=said))
    return faults


def _administers(person: Person | None) -> bool:
    return person is not None and person.active and bool(set(person.roles) & set(ACTS[ADMINISTER]))


def nobody(place: str, key: str, programme: Programme) -> Fault:
    """Return the fault of a stand-in whom the programme does not have."""
    known = ", ".join(programme.people)
    return Fault(place=place, code="unknown", sentence=f"{key!r} cannot stand in; known: {known}")


def _changes(old: Person | None, new: Person) -> dict[str, tuple[Any, Any]]:
    found = {}
    for name in (*ACCOUNT, *PART):
        before, after = getattr(old, name) if old else None, getattr(new, name)
        if before != after and not (old is None and after in ("", ())):
            found[name] = (_told(name, before), _told(name, after))
    return found


def _told(name: str, value: Any) -> Any:
    """Return what the log keeps of a value: no name, and of an address only what tells where mail goes, for it only grows."""
    if value is None or name not in ("name", "email"):
        return list(value) if isinstance(value, tuple) else value
    return f"…@{value.rpartition('@')[2]}" if name == "email" else "…"
