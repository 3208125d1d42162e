"""Guard functions about the agreement's text and its signatures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from engine.case import Party, Seat
from engine.declared import YES, Answer
from engine.guards import GuardView
from workflows.guard_function import Check, Params, title

SIGNING_PARTIES = ("company", "co_signatory")


def document_frozen(_: Params) -> Check:
    """Ask whether the text of the agreement is frozen."""

    def check(view: GuardView) -> Answer:
        if view.frozen_hash:
            return YES
        return Answer.no("document_frozen", document_title=title(view.version.facts, view.version.document))

    return check


def signatories_named(params: Params) -> Check:
    """Ask whether every company party, and the municipality, has enough signatories with authority."""
    least = params["min"]

    def check(view: GuardView) -> Answer:
        roles = params["roles"] or view.version.signing_roles()
        company = [role for role in roles if view.version.side_of(role) == "company"]
        others = [role for role in roles if role not in company]
        groups = [(party, company) for party in _signing_parties(view) if company]
        answers = [_enough(view, _of_party(view, names, party), names, least, party.no) for party, names in groups]
        if others:
            answers.append(_enough(view, _seats(view, others), others, least, 0))
        return next((answer for answer in answers if not answer.yes), YES)

    return check


def _enough(view: GuardView, seats: Sequence[Seat], roles: Sequence[str], least: int, party: int) -> Answer:
    ready = [seat for seat in seats if seat.authority]
    if len(ready) >= least:
        return YES
    shown = {"roles_title": role_titles(view, roles), "party": party, "least": least, "there": len(seats)}
    code = "signatories_named.authority" if len(seats) >= least else "signatories_named"
    return Answer.no(code, **shown, now=len(ready) if code.endswith("authority") else len(seats))


def _signing_parties(view: GuardView) -> list[Party]:
    """Return the parties that sign and have not left, in order of joining."""
    return [
        party
        for party in view.case.parties.values()
        if party.kind in SIGNING_PARTIES and (party.left_on is None or party.left_on > view.today)
    ]


def _of_party(view: GuardView, roles: Iterable[str], party: Party) -> list[Seat]:
    """Return a party's seats; a seat that names no party belongs to the first one."""
    first = next(iter(_signing_parties(view)), None)
    ours = (party.no, 0) if first is not None and first.no == party.no else (party.no,)
    return [seat for seat in _seats(view, roles) if seat.party in ours]


def _seats(view: GuardView, roles: Iterable[str]) -> list[Seat]:
    return [seat for role in roles for seat in view.seats(role)]


def all_signed(params: Params) -> Check:
    """Ask whether every seat of the signing roles has a valid signature on the frozen text."""

    def check(view: GuardView) -> Answer:
        roles = params["roles"] or view.version.signing_roles()
        if not view.frozen_hash:
            return Answer.no("all_signed.not_frozen", document_title=title(view.version.facts, view.version.document))
        vacant = [role for role in roles if view.version.roles[role].required and not view.seats(role)]
        if vacant:
            return Answer.no("all_signed.nobody", roles_title=role_titles(view, vacant))
        missing, needed = unsigned(view, roles)
        if not missing and needed:
            return YES
        return Answer.no("all_signed", **signature_count(view, missing, needed))

    return check


def a_signature_missing(_: Params) -> Check:
    """Ask whether at least one signature is missing or void."""

    def check(view: GuardView) -> Answer:
        missing, needed = unsigned(view, view.version.signing_roles())
        if missing or not needed:
            return YES
        return Answer.no("a_signature_missing", **signature_count(view, missing, needed))

    return check


def unsigned(view: GuardView, roles: Iterable[str]) -> tuple[list[Seat], int]:
    """Return the seats of these roles without a valid signature, and how many seats there are."""
    seats, signed = _seats(view, roles), view.signed_seats()
    return [seat for seat in seats if seat.key not in signed], len(seats)


def signature_count(view: GuardView, missing: Sequence[Seat], needed: int) -> dict[str, Any]:
    """Return what a sentence about signatures says: who is missing, how many there are of how many."""
    roles = list(dict.fromkeys(seat.role for seat in missing))
    return {
        "missing": [seat.key for seat in missing],
        "roles_title": role_titles(view, roles),
        "now": needed - len(missing),
        "needed": needed,
    }


def role_titles(view: GuardView, roles: Iterable[str]) -> list[dict[str, str]]:
    """Return the labels of roles."""
    return [dict(view.version.roles[role].title) for role in roles]
