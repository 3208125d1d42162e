"""Who may do what: the one place where this is decided, asked by every surface.

Roles are held in a programme (person) or in a case (seat). `roles_on` gathers both; the acts ask `require`.
"""

from __future__ import annotations

from collections.abc import Iterable
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
    "replan": MANAGEMENT,
    "programme": ("administrator", "manager"),
    "organisation": (*CASE_WORK, "administrator", "intermediary"),
    "publish": ("administrator", "manager"),
    "read": READERS,
}


def roles_on(person: Person, programme: Programme, case: Case | None, day: date) -> tuple[str, ...]:
    """Return the roles a person holds: in the programme, by a seat of the case, and as deputy of somebody who is absent."""
    roles = dict.fromkeys(person.roles)
    if case is not None:
        seats = (s for s in case.seats.values() if s.person == person.key and (s.ended_on is None or s.ended_on > day))
        roles |= dict.fromkeys(seat.role for seat in seats)
    return tuple(roles)


def acts_for(person: Person, programme: Programme, case: Case, day: date) -> str:
    """Return the name of the absent coordinator a deputy stands in for on a case, empty where there is none."""
    for seat in case.seats.values():
        if seat.role != "coordinator" or seat.person == person.key or (seat.ended_on and seat.ended_on <= day):
            continue
        absence = programme.absence_of(seat.person, day)
        owner = programme.people.get(seat.person)
        if absence is not None and owner is not None and person.key in {absence.deputy, owner.deputy}:
            return owner.name
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
    """Tell whether a person of the programme may see its cases; an intermediary sees those it brought only."""
    if set(person.roles) & set(READERS):
        return True
    return case is not None and any(s.person == person.key for s in case.seats.values())
