"""People in seats and organisations as parties: who holds what in a case, and what passes on when that changes."""

from __future__ import annotations

from engine.acts import EndSeat, GiveSeat, JoinParty, LeaveParty, PartyGiven
from engine.case import Deadline, Party, Seat
from engine.deadlines import close, open_deadline
from engine.declared import MailRule
from engine.draft import Decision, Draft
from engine.errors import BadInput, Fault, NotFound
from engine.ladders import end_promise
from engine.mailing import send_move_mails
from engine.policy import require
from engine.seats import active_seats
from engine.settle import settle


def give_seat(draft: Draft, act: GiveSeat) -> Decision:
    """Put somebody into a role; the former holder's seat ends, and what it still owed by name passes on or is withdrawn."""
    require(draft.call.actor, "assign")
    old, new = seat(draft, act)
    _hand_over_tasks(draft, old, new)
    settle(draft)
    if act.role == "coordinator" and old is not None and draft.version.handover_mail:
        rule = MailRule(code=draft.version.handover_mail, to=("company_contact", "coordinator"))
        send_move_mails(draft, (rule,), reason="", previous=draft.case.phase, step="handover")
    return draft.finish("seat_given", cause=f"{new.role} {new.no}")


def seat(draft: Draft, act: GiveSeat) -> tuple[Seat | None, Seat]:
    """Seat somebody in the draft; returns the seat that ended with it, if any, and the new one. Raises: BadInput."""
    faults = list(_seat_faults(draft, act))
    if faults:
        raise BadInput(faults, what="the seat")
    old = draft.case.seats.get(act.replaces) if act.replaces else _single_holder(draft, act.role)
    if old is not None:
        _withdraw(draft, draft.change(old, ended_on=draft.day))
    party = act.party or (old.party if old else 0) or _party_of_contact(draft, act.contact)
    new = Seat(
        no=draft.next_no(),
        role=act.role,
        person=act.person,
        contact=act.contact,
        party=party,
        authority=act.authority,
        since=draft.day,
    )
    return old, draft.put(new)


def _seat_faults(draft: Draft, act: GiveSeat) -> list[Fault]:
    faults = []
    if act.role not in draft.version.roles:
        known = ", ".join(draft.version.roles)
        faults.append(Fault(place="role", code="unknown", sentence=f"no role {act.role!r}; known: {known}"))
    if bool(act.person) == bool(act.contact):
        faults.append(Fault(place="holder", code="one", sentence="name either a person of the municipality or a contact"))
    if act.person and act.person not in draft.programme.people:
        known = ", ".join(draft.programme.people)
        faults.append(Fault(place="person", code="unknown", sentence=f"no person {act.person!r}; known: {known}"))
    if act.contact and act.contact not in draft.scene.companies.contacts:
        faults.append(
            Fault(place="contact", code="unknown", sentence=f"contact {act.contact} belongs to no party of this case")
        )
    if act.replaces and act.replaces not in draft.case.seats:
        faults.append(Fault(place="replaces", code="unknown", sentence=f"no seat {act.replaces}"))
    return faults


def _single_holder(draft: Draft, role: str) -> Seat | None:
    """The seat a new holder takes over: only of roles held by one, never of signatories or owners."""
    declared = draft.version.roles[role]
    seats = active_seats(draft.case, role, draft.today)
    return seats[-1] if seats and not declared.signs and role not in {"municipal_owner", "company_contact"} else None


def _party_of_contact(draft: Draft, contact: int) -> int:
    found = draft.scene.companies.contacts.get(contact)
    parties = (p.no for p in draft.case.parties.values() if found and p.organisation == found.organisation)
    return next(parties, 0)


def _hand_over_tasks(draft: Draft, old: Seat | None, new: Seat) -> None:
    """Pass open tasks of a named seat on: withdrawn from the old holder, opened for the new one with the same due date."""
    if old is None:
        return
    for deadline in draft.case.open_deadlines():
        if deadline.seat == old.key and deadline.kind == "task":
            close(draft, deadline, "cancelled", "seat_changed")
            open_deadline(draft, kind="task", rule=deadline.rule, seat=new.key, ops=deadline.sum, record=deadline.record)
            _ask_again(draft, deadline, new)


def _ask_again(draft: Draft, deadline: Deadline, new: Seat) -> None:
    """Send the new holder the request that the phase's move sent the old one."""
    rules = {
        rule.code: rule
        for t in draft.version.transitions.values()
        if t.target == draft.case.phase
        for rule in t.mails
        if deadline.kind == "task" and {"unsigned", new.role} & set(rule.to)
    }
    asked = tuple(MailRule(code=code, to=(f"seat:{new.key}",)) for code in rules)
    send_move_mails(draft, asked, reason="", previous=draft.case.phase, step=f"asked {new.no}")


def end_seat(draft: Draft, act: EndSeat) -> Decision:
    """Take a seat away; tasks it still had are withdrawn."""
    require(draft.call.actor, "assign")
    held = draft.case.seats.get(act.no)
    if held is None or held.ended_on is not None:
        raise NotFound(f"case {draft.case.number}: no seat {act.no}", no=act.no)
    _end(draft, held)
    settle(draft)
    return draft.finish("seat_ended", reason=act.reason, cause=f"{held.role} {held.no}")


def _withdraw(draft: Draft, held: Seat) -> None:
    """Take back what was promised to a named seat and has not left; a role's promises pass to its next holder."""
    for promise in draft.case.pending():
        if promise.seat == held.key:
            end_promise(draft, promise, "cancelled", "seat_changed")


def _end(draft: Draft, held: Seat) -> None:
    """End a seat; tasks it still had are withdrawn."""
    _withdraw(draft, draft.change(held, ended_on=draft.day))
    for deadline in draft.case.open_deadlines():
        if deadline.seat == held.key:
            close(draft, deadline, "cancelled", "seat_changed")


def join_party(draft: Draft, act: JoinParty) -> Decision:
    """Let an organisation take part, with its contacts in their roles."""
    require(draft.call.actor, "party")
    party = join(draft, act.party)
    settle(draft)
    return draft.finish("party_joined", cause=f"party {party.no}")


def join(draft: Draft, given: PartyGiven) -> Party:
    """Let an organisation take part in the draft, and seat its contacts."""
    party = draft.put(Party(no=draft.next_no(), organisation=given.organisation, kind=given.kind, joined_on=draft.day))
    for role, contact in given.contacts.items():
        seat(draft, GiveSeat(role=role, contact=contact, party=party.no))
    return party


def leave_party(draft: Draft, act: LeaveParty) -> Decision:
    """End an organisation's part; its seats end with it."""
    require(draft.call.actor, "party")
    party = draft.case.parties.get(act.no)
    if party is None or party.left_on is not None:
        raise NotFound(f"case {draft.case.number}: no party {act.no}", no=act.no)
    draft.change(party, left_on=draft.day)
    for held in tuple(draft.case.seats.values()):
        if held.party == party.no and held.ended_on is None:
            _end(draft, held)
    settle(draft)
    return draft.finish("party_left", reason=act.reason, cause=f"party {party.no}")
