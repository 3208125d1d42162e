"""Moves as a person reads them: what is possible from here, what stands in the way now, and who can change that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from engine.declared import Guard, Transition
from engine.entry import GuardAnswer
from engine.moves import Offer
from engine.seats import active_seats
from handslag.web.case_view import CaseView
from handslag.web.said import GUARDS

SYSTEM = ("system",)


class Holder(NamedTuple):
    """Who can change something: a role and the names of those who hold it here."""

    role: str
    names: Sequence[str]


class Condition(NamedTuple):
    """One thing a move asks. says: what is missing with the present value; where: path of the page that can change it."""

    met: bool
    says: str
    who: Sequence[Holder]
    where: str


class MoveLine(NamedTuple):
    """A move. state: possible, blocked, not_yours, system; by: roles that may make it; ends: whether it closes the case."""

    key: str
    code: str
    title: str
    target: str
    state: str
    by: Sequence[str]
    conditions: Sequence[Condition]
    ends: bool

    @property
    def unmet(self) -> list[Condition]:
        """The conditions that are not met."""
        return [condition for condition in self.conditions if not condition.met]


ORDER = ("possible", "blocked", "not_yours", "system")


def move_lines(view: CaseView, offers: Sequence[Offer]) -> list[MoveLine]:
    """Return every move out of the phase: those that lead on before those that close the case, possible ones first."""
    lines = [_line(view, offer) for offer in offers]
    return sorted(lines, key=lambda line: (line.ends, ORDER.index(line.state)))


def _line(view: CaseView, offer: Offer) -> MoveLine:
    move = offer.transition
    pairs = zip(move.guards, offer.answers, strict=True)
    return MoveLine(
        key=move.key,
        code=move.code,
        title=view.text(move.title),
        target=view.phase(move.target),
        state=_state(offer),
        by=[view.role(role) for role in move.by if role != "system"],
        conditions=[condition(view, guard, answer) for guard, answer in pairs],
        ends=bool(view.version.phases[move.target].ending),
    )


def _state(offer: Offer) -> str:
    if offer.transition.by == SYSTEM:
        return "system"
    if not offer.permitted:
        return "not_yours"
    return "possible" if offer.is_open else "blocked"


def conditions_of(view: CaseView, transition: Transition, answers: Sequence[GuardAnswer]) -> list[Condition]:
    """Return what a refused move still needs."""
    return [condition(view, _guard_of(transition, answer), answer) for answer in answers]


def _guard_of(move: Transition, answer: GuardAnswer) -> Guard | None:
    return next((g for g in move.guards if g.name == answer.name and dict(g.params) == dict(answer.params)), None)


def condition(view: CaseView, guard: Guard | None, answer: GuardAnswer) -> Condition:
    """Return a guard's answer in words."""
    said = view.why(answer.code, answer.values)
    own = view.text(guard.needs) if guard else ""
    met = own or guard_met(view, answer.name)
    return Condition(
        met=answer.yes,
        says=met if answer.yes else own or said or answer.name,
        who=list(_who(view, guard)) if not answer.yes else [],
        where="" if answer.yes else _where(view, guard),
    )


def guard_met(view: CaseView, name: str) -> str:
    """Return what a guard that says yes has found; one of the workflow's own is called by its name."""
    return view.labels(GUARDS[name]) if name in GUARDS else name.replace("_", " ")


def _who(view: CaseView, guard: Guard | None) -> Iterator[Holder]:
    for role in guard.can if guard else ():
        seats = active_seats(view.case, role, view.today)
        names = [view.person(s.person) if s.person else view.contact(s.contact) for s in seats]
        yield Holder(view.role(role), names or [p.name for p in view.programme.people_in(role)])


def _where(view: CaseView, guard: Guard | None) -> str:
    """Return the page where the answer can be changed: the guard's own parameters say what it is about."""
    if guard is None:
        return ""
    base, params = f"/cases/{view.case.number}", guard.params
    named = str(params.get("list") or params.get("records") or "")
    if named in view.version.records:
        return f"{base}/facts#list-{named}"
    return f"{base}/facts" if _about_facts(view, guard) else f"{base}#people" if "role" in str(params) else base


def _about_facts(view: CaseView, guard: Guard) -> bool:
    words = {str(value) for value in guard.params.values()}
    words |= {str(part) for value in guard.params.values() if isinstance(value, (list, tuple)) for part in value}
    return bool(words & set(view.version.facts)) or "registration" in guard.name or "baseline" in guard.name
