"""Who may do what: the one place where this is decided, asked by every surface.

Roles are held in a programme (person) or in a case (seat). `roles_on` gathers both; the acts ask `require`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from engine.actor import Actor
from engine.case import Case
from engine.declared import Transition
from engine.errors import NotPermitted
from engine.programme import Person, Programme

CASE_WORK = ("coordinator", "manager")
MANAGEMENT = ("manager",)
READERS = (
    "coordinator", "deputy", "manager", "municipal_owner", "head_of_department", "signatory_public", "auditor",
    "administrator",
)  # fmt: skip
ACTS: dict[str, tuple[str, ...]] = {
    "open_case": (*CASE_WORK, "intermediary"),
    "correct": MANAGEMENT,
    "set_facts": CASE_WORK,
    "record": (*CASE_WORK, "municipal_owner"),
    "assign": CASE_WORK,
    "party": CASE_WORK,
    "sign": (*CASE_WORK, "signatory_public"),
    "settle": (*CASE_WORK, "municipal_owner", "head_of_department"),
    "extend": CASE_WORK,
    "comment": (*READERS, "intermediary"),
    "promise": CASE_WORK,
    "document": CASE_WORK,
    "bulk": CASE_WORK,
    "replan": MANAGEMENT,
    "programme": ("administrator", "manager"),
    "organisation": (*CASE_WORK, "administrator", "intermediary"),
    "publish": ("administrator", "manager"),
    "read": READERS,
    "audit": ("auditor", "manager", "administrator"),
    "overview": ("coordinator", "deputy", "manager", "head_of_department", "auditor", "administrator"),
}


def roles_on(person: Person, programme: Programme, case: Case | None, day: date) -> tuple[str, ...]:
    """Return the roles a person holds: in the programme, by a seat of the case, and as deputy of somebody absent that day."""
    roles = dict.fromkeys(person.roles)
    if case is None:
        return tuple(roles)
    away = {p.key for p in _stood_in_for(person, programme, day)}
    for seat in case.seats.values():
        if seat.holds_on(day) and (seat.person == person.key or seat.person in away):
            roles[seat.role] = None
    for key in away:
        roles |= dict.fromkeys(role for role in programme.people[key].roles if role in MANAGEMENT)
    return tuple(roles)


def _stood_in_for(person: Person, programme: Programme, day: date) -> tuple[Person, ...]:
    """Return the absent people whose deputy somebody is on a day: named in the absence, else by the person."""
    found = []
    for absence in programme.absences:
        absent = programme.people.get(absence.person)
        away = absence.first <= day <= absence.last and absent is not None
        if away and absent is not None and person.key == (absence.deputy or absent.deputy):
            found.append(absent)
    return tuple(found)


def acts_for(person: Person, programme: Programme, case: Case, day: date) -> str:
    """Return the name of the absent person a deputy stands in for on a case, empty where there is none."""
    for absent in _stood_in_for(person, programme, day):
        seats = (s for s in case.seats.values() if s.person == absent.key and s.holds_on(day))
        if any(True for _ in seats):
            return absent.name
    return ""


def require(actor: Actor, act: str) -> None:
    """Let an act pass, or refuse it naming the roles that may.

    Raises: NotPermitted.
    """
    _require_any(actor, ACTS[act], act)


def require_move(actor: Actor, transition: Transition) -> None:
    """Let a move pass if the actor holds one of its declared roles.

    Raises: NotPermitted.
    """
    _require_any(actor, transition.by, transition.key)


def require_undo(actor: Actor, made_by: str, transition: Transition | None) -> None:
    """Let an undo pass: for the person who made the move, who may make it, or who may correct a phase. transition: None for a
    correction.

    Raises: NotPermitted.
    """
    allowed = (*(transition.by if transition else ()), *ACTS["correct"])
    if actor.kind != "person" or actor.key != made_by:
        _require_any(actor, (role for role in allowed if role != "system"), "undo")


def _require_any(actor: Actor, allowed: Iterable[str], act: str) -> None:
    allowed = tuple(allowed)
    if actor.kind == "system" or set(actor.roles) & set(allowed):
        return
    roles = ", ".join(actor.roles) or "no role here"
    raise NotPermitted(
        f"{actor.name} ({roles}) may not {act!r}; who may: {', '.join(allowed)}",
        actor=actor.name,
        act=act,
        roles=list(allowed),
    )


def may_move(actor: Actor, transition: Transition) -> bool:
    """Tell whether the actor holds a role that may make a move."""
    return actor.kind == "system" or bool(set(actor.roles) & set(transition.by))


def may_see(person: Person, case: Case | None = None) -> bool:
    """Tell whether a person of the programme may see its cases; an intermediary sees those in which it has a seat still."""
    if set(person.roles) & set(READERS):
        return True
    return case is not None and any(s.person == person.key and s.ended_on is None for s in case.seats.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What lists may show a person. whole: keys of programmes seen as a whole; seated: of those seen where it has a seat."""

    person: str
    whole: tuple[str, ...] = ()
    seated: tuple[str, ...] = ()


def reach(person: str, programmes: Iterable[Programme]) -> Reach:
    """Return how far a person sees into programmes; those in which it is not active are left out."""
    mine = [p for p in programmes if person in p.people and p.people[person].active]
    whole = tuple(p.key for p in mine if may_see(p.people[person]))
    return Reach(person=person, whole=whole, seated=tuple(p.key for p in mine if p.key not in whole))


def may_change_view(person: Person, owner: str) -> bool:
    """Tell whether a person may rename or delete a saved view that it sees: its own, and as manager those others share."""
    return person.key == owner or bool(set(person.roles) & set(MANAGEMENT))
