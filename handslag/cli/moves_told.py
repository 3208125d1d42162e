"""Moves in words: what is possible from here, what stands in the way, and who can change that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from engine.declared import Guard, Transition
from engine.entry import GuardAnswer
from engine.moves import Offer
from handslag.cli.case_view import CaseView
from handslag.cli.printing import say
from handslag.methods import kind

SYSTEM = ("system",)


def guard_said(view: CaseView, guard: Guard | None, answer: GuardAnswer) -> str:
    """Return what an unmet guard needs, in the reader's language: the workflow's own words where it has them."""
    said = view.why(answer.code, answer.values)
    own = view.text(guard.needs) if guard else ""
    return own or said or answer.name


def can_change(view: CaseView, guard: Guard | None) -> str:
    """Return who can change a guard's answer: roles, with the names of those who hold them here."""
    return "; ".join(_role_with_names(view, role) for role in (guard.can if guard else ()))


def _role_with_names(view: CaseView, role: str) -> str:
    seats = [s for s in view.case.seats.values() if s.role == role and s.holds_on(view.today)]
    names = [view.person(s.person) if s.person else view.contact(s.contact) for s in seats]
    names = names or [person.name for person in view.programme.people_in(role)]
    return f"{view.role(role)}: {', '.join(names) if names else 'nobody yet'}"


def blocks_told(view: CaseView, transition: str, blocks: Sequence[Any]) -> Iterator[str]:
    """Yield a line for each unmet guard of a refused move."""
    move = view.version.transitions.get(transition)
    for answer in blocks:
        if isinstance(answer, GuardAnswer):
            yield from _unmet(view, _guard_of(move, answer), answer)


def _guard_of(move: Transition | None, answer: GuardAnswer) -> Guard | None:
    guards = move.guards if move else ()
    return next((g for g in guards if g.name == answer.name and dict(g.params) == dict(answer.params)), None)


def _unmet(view: CaseView, guard: Guard | None, answer: GuardAnswer) -> Iterator[str]:
    yield f"  - {guard_said(view, guard, answer)}"
    who = can_change(view, guard)
    if who:
        yield f"    can be changed by {who}"


def offer_data(view: CaseView, offer: Offer) -> dict[str, Any]:
    """Return a move as data, with sentences in the reader's language."""
    move = offer.transition
    guards = [
        {
            "guard": answer.name,
            "met": answer.yes,
            "code": answer.code,
            "values": answer.values or {},
            "sentence": "" if answer.yes else guard_said(view, guard, answer),
            "can": list(guard.can),
            "who": can_change(view, guard),
        }
        for guard, answer in zip(move.guards, offer.answers, strict=True)
    ]
    return {
        "transition": move.key,
        "code": move.code,
        "title": view.text(move.title),
        "to": move.target,
        "to_title": view.phase(move.target),
        "by": list(move.by),
        "permitted": offer.permitted,
        "possible": offer.is_open,
        "asks": list(move.asks),
        "requires": list(move.requires),
        "reason_required": move.reason_required,
        "mails": [{"code": mail.code, "to": list(mail.to)} for mail in move.mails],
        "guards": guards,
    }


def show_offers(view: CaseView, offers: Iterable[Offer]) -> None:
    """Print every move out of the phase: possible ones first."""
    case = view.case
    say(f"{case.number}  {case.title}  stands in {view.phase(case.phase)} since {case.phase_since}")
    listed = sorted(offers, key=lambda offer: not offer.is_open)
    if not listed:
        say("no move leads out of this phase")
    for offer in listed:
        say("", *_told(view, offer))


def _told(view: CaseView, offer: Offer) -> Iterator[str]:
    move = offer.transition
    yield f"{move.key} ({move.code})  {view.text(move.title)} -> {view.phase(move.target)}:  {_state(offer)}"
    if not offer.permitted:
        yield f"  for {', '.join(view.role(role) for role in move.by)}"
    asks = [f"{key} ({kind(view.version.facts[key])})" for key in dict.fromkeys((*move.requires, *move.asks))]
    if asks:
        yield f"  takes {', '.join(asks)}"
    if move.reason_required:
        yield "  needs --reason"
    for guard, answer in zip(move.guards, offer.answers, strict=True):
        if not answer.yes:
            yield from _unmet(view, guard, answer)


def _state(offer: Offer) -> str:
    if offer.is_open:
        return "possible"
    unmet = sum(not answer.yes for answer in offer.answers)
    if offer.transition.by == SYSTEM:
        return "made by the system" + (f", {unmet} condition(s) unmet" if unmet else "")
    if not offer.permitted:
        return "not for your role" + (f", {unmet} condition(s) unmet" if unmet else "")
    return f"blocked, {unmet} condition(s) unmet"
