"""Who is meant: from seat specs of a declaration to seats of a case, and from a seat to the person who holds it today.

A promise names a *seat key*, never a person, so that truth is asked at the moment of firing. Keys: a role (`coordinator`),
`<role>#<seat no>` for one named seat, `record#<no>` for the owner of a record, `party#<no>` for a party's contact,
`person:<key>` for a fixed person, `copy:<key>` for a copy to a person whose deputy acts.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from engine.case import Case, Deadline, Record, Seat
from engine.declared import Version
from engine.draft import Draft
from engine.errors import Reason
from engine.letters import Recipient
from engine.ports import Companies
from engine.programme import Contact, Person, Programme

DEPUTY_OF_SIDE = {"company": "deputy_contact", "municipality": "deputy", "network": "deputy"}


def active_seats(case: Case, role: str, day: date) -> tuple[Seat, ...]:
    """Return the seat rows of a role that hold on a day, oldest first."""
    return tuple(s for s in case.seats.values() if s.role == role and s.holds_on(day))


def signed_seats(case: Case) -> frozenset[str]:
    """Return keys of the seats with a valid signature on the frozen document."""
    frozen = case.facts.get("frozen_hash") or ""
    return frozenset(
        str(r.values.get("seat")) for r in case.records_of("signatures") if frozen and r.values.get("document_hash") == frozen
    )


def unsigned_seats(case: Case, version: Version, day: date) -> tuple[Seat, ...]:
    """Return the signatory seats whose valid signature is missing."""
    signed = signed_seats(case)
    seats = (seat for role in version.signing_roles() for seat in active_seats(case, role, day))
    return tuple(seat for seat in seats if seat.key not in signed)


def role_of(seat_key: str) -> str:
    """Return the role in a seat key; empty for record, party and person keys."""
    if ":" in seat_key or seat_key.startswith(("record#", "party#")):
        return ""
    return seat_key.partition("#")[0].partition("@")[0]


def side_of(draft: Draft, seat_key: str) -> str:
    """Return the side a seat is on: municipality, company or network."""
    kind, _, ref = seat_key.partition("#")
    if kind == "party":
        return "municipality" if draft.case.parties[int(ref)].kind == "municipality" else "company"
    if kind == "record":
        record = draft.case.records[int(ref)]
        return draft.version.records[record.list].side or "municipality"
    if seat_key.startswith(("person:", "copy:")):
        return "municipality"
    return draft.version.side_of(role_of(seat_key))


def expand(draft: Draft, spec: str, deadline: Deadline | None = None) -> tuple[str, ...]:
    """Return the seat keys a spec means in this case now; a spec for four people gives four keys.

    An optional role that nobody holds gives none; a required one gives its key, so that the gap shows when it fires.
    """
    name, _, argument = spec.partition(":")
    match name:
        case "owner":
            return (deadline.seat,) if deadline else ()
        case "deputy":
            side = side_of(draft, deadline.seat) if deadline else "municipality"
            return _expand_role(draft, DEPUTY_OF_SIDE[side])
        case "record_owners":
            return tuple(f"record#{r.no}" for r in draft.case.records_of(argument))
        case "parties":
            return tuple(f"party#{p.no}" for p in draft.case.parties.values() if p.left_on is None and p.kind != "intermediary")
        case "unsigned":
            return tuple(s.key for s in unsigned_seats(draft.case, draft.version, draft.today))
        case "person":
            return (spec,)
        case "seat":
            return (argument,)
        case _:
            return _expand_role(draft, spec, _department(draft, deadline))


def _department(draft: Draft, deadline: Deadline | None) -> str:
    """Return the department of the person who owes a deadline, empty where it is none of the municipality's."""
    found = holder(draft, deadline.seat) if deadline else None
    owner = draft.programme.people.get(found.key.partition(":")[2]) if isinstance(found, Recipient) else None
    return owner.department if owner else ""


def _expand_role(draft: Draft, role: str, department: str = "") -> tuple[str, ...]:
    declared = draft.version.roles.get(role)
    if declared is None:
        return ()
    seats = active_seats(draft.case, role, draft.today)
    if declared.signs or len(seats) > 1:
        return tuple(seat.key for seat in seats)
    everywhere = declared.side == "municipality" and draft.programme.people_in(role)
    if not seats and everywhere and len(everywhere) > 1 and department:
        return (f"{role}@{department}",)
    return (role,) if seats or declared.required or everywhere else ()


def distinct_owners(draft: Draft, spec: str) -> tuple[str, ...]:
    """Like `expand`, but one key per person where a spec means the owners of records (for follow-ups they share)."""
    if not spec.startswith("record_owners:"):
        return expand(draft, spec)
    keys: dict[str, None] = {}
    for key in expand(draft, spec):
        owner = _record_owner(draft.version, draft.case.records[int(key.partition("#")[2])])
        keys[f"person:{owner}" if owner in draft.programme.people else key] = None
    return tuple(keys)


def holder(draft: Draft, seat_key: str) -> Recipient | Reason:
    """Return who holds a seat today, or the reason why nobody can be written to.

    An absent person of the municipality is replaced by the deputy of that absence, else by the person's own deputy.
    """
    return Holders(draft.programme, draft.version, draft.case, draft.scene.companies, draft.today).holder(seat_key)


class Holders:
    """Looks holders up in one case on one day."""

    def __init__(self, programme: Programme, version: Version, case: Case, companies: Companies, day: date) -> None:
        self.programme, self.version, self.case, self.companies, self.day = programme, version, case, companies, day

    def holder(self, seat_key: str) -> Recipient | Reason:
        """Return the recipient, or why there is none: `nobody`, `no_address`, `undeliverable`."""
        kind, _, ref = seat_key.partition("#")
        if seat_key.startswith("person:"):
            return self._person(seat_key.partition(":")[2], "owner")
        if seat_key.startswith("copy:"):
            return _as_recipient(self.programme.people[seat_key.partition(":")[2]], "copy")
        if kind == "record":
            return self._record(self.case.records[int(ref)])
        if kind == "party":
            return self._party(int(ref))
        if ref:
            seat = self.case.seats[int(ref)]
            return self._seat(seat) if seat.holds_on(self.day) else Reason(code="nobody", values={"role": seat.role})
        return self._role(kind)

    def _role(self, key: str) -> Recipient | Reason:
        role, _, department = key.partition("@")
        seats = active_seats(self.case, role, self.day)
        if seats:
            return self._seat(seats[-1])
        people = self.programme.people_in(role) if self.version.side_of(role) == "municipality" else ()
        if people:
            ours = next((p for p in people if department and p.department == department), people[0])
            return self._person(ours.key, _why(role))
        return Reason(code="nobody", values={"role": role})

    def _seat(self, seat: Seat) -> Recipient | Reason:
        declared = self.version.roles.get(seat.role)
        why = "signatory" if declared and declared.signs else _why(seat.role)
        found = self._person(seat.person, why) if seat.person else self._contact(seat.contact, why)
        if declared and declared.side == "network" and isinstance(found, Recipient):
            return replace(found, side="network")
        return found

    def _record(self, record: Record) -> Recipient | Reason:
        owner = _record_owner(self.version, record)
        if owner in self.programme.people:
            return self._person(owner, "record_owner")
        if owner.isdigit():
            return self._contact(int(owner), "record_owner")
        return self._role(owner) if owner in self.version.roles else Reason(code="nobody", values={"role": owner})

    def _party(self, no: int) -> Recipient | Reason:
        party = self.case.parties[no]
        seats = [s for s in active_seats(self.case, "company_contact", self.day) if s.party == no]
        if seats:
            return self._seat(seats[-1])
        for contact in self.companies.contacts.values():
            if contact.organisation == party.organisation and contact.state == "active":
                return self._contact(contact.id, "party")
        return Reason(code="nobody", values={"role": "company_contact"})

    def _person(self, key: str, why: str) -> Recipient | Reason:
        person = self.programme.people.get(key)
        if person is None or not person.active:
            return Reason(code="nobody", values={"role": key})
        stand_in = self._deputy(person)
        if stand_in is not None:
            return _as_recipient(stand_in, "deputy", absent=person)
        return _as_recipient(person, why)

    def _deputy(self, person: Person) -> Person | None:
        absence = self.programme.absence_of(person.key, self.day)
        if absence is None:
            return None
        deputy = self.programme.people.get(absence.deputy or person.deputy)
        away = deputy is None or not deputy.active or self.programme.absence_of(deputy.key, self.day) is not None
        return None if away else deputy

    def _contact(self, contact_id: int, why: str) -> Recipient | Reason:
        contact = self.companies.contacts.get(contact_id)
        if contact is None or contact.state == "left":
            return Reason(code="nobody", values={"role": "company_contact"})
        if contact.state == "undeliverable":
            return Reason(code="undeliverable", values={"email": contact.email})
        if not contact.email:
            return Reason(code="no_address", values={"name": contact.name})
        return _contact_recipient(contact, why)


def _as_recipient(person: Person, why: str, absent: Person | None = None) -> Recipient | Reason:
    if not person.email:
        return Reason(code="no_address", values={"name": person.name})
    return Recipient(
        key=f"person:{person.key}",
        name=person.name,
        email=person.email,
        language=person.language,
        side="municipality",
        why=why,
        for_whom=absent.name if absent else "",
        copy_to=f"copy:{absent.key}" if absent else "",
    )


def _contact_recipient(contact: Contact, why: str) -> Recipient:
    return Recipient(
        key=f"contact:{contact.id}",
        name=contact.name,
        email=contact.email,
        language=contact.language,
        side="company",
        why=why,
    )


def _record_owner(version: Version, record: Record) -> str:
    owner = version.records[record.list].owner
    return str(record.values.get(owner.partition(":")[2]) or "") if owner.startswith("field:") else owner


def _why(role: str) -> str:
    return {"manager": "manager", "coordinator": "coordinator", "deputy": "deputy", "intermediary": "intermediary",
            "deputy_contact": "deputy"}.get(role, "owner")  # fmt: skip
