"""Finding what people name: an organisation by id, number or name; a contact by id or address; a move that pauses."""

from __future__ import annotations

from collections.abc import Sequence

from engine.case import Case
from engine.declared import Transition, Version
from engine.errors import BadInput, Fault, NotFound
from engine.ports import Tx
from engine.programme import Contact, Organisation
from storage import programme_reads
from storage.programme_reads import organisations

MANY = 20
MOST_DIGITS = 9  # of an id


def organisation(tx: Tx, programme: str, text: str) -> Organisation:
    """Return the organisation named by id (`12`), number (`CVR:13585628`), or name. Raises: NotFound, BadInput (several)."""
    register, colon, number = text.partition(":")
    if colon and register.isalpha():
        found = tx.find_organisation(programme, register.upper(), number.replace(" ", ""))
        named = [found] if found else []
    elif text.isascii() and text.isdigit() and len(text) < 8:
        by_id = programme_reads.organisation(tx, programme, int(text))
        named = [by_id] if by_id else []
    else:
        named = list(organisations(tx, programme, words=text, limit=MANY))
        named = [o for o in named if text.lower() in (o.name.lower(), o.number)] or named
    if not named:
        sentence = f"there is no organisation {text!r} in {programme}; run: handslag organisation list --programme {programme}"
        raise NotFound(sentence, organisation=text)
    if len(named) > 1:
        known = ", ".join(f"{o.id} {o.name}" for o in named)
        raise bad("organisation", f"{text!r} may be several: {known}; give the number before the name", code="several")
    return named[0]


def contact(tx: Tx, programme: str, text: str) -> Contact:
    """Return the contact named by id or mail address. Raises: NotFound."""
    if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS:
        found = programme_reads.contact(tx, programme, int(text))
    else:
        found = tx.find_contact(programme, text)
    if found is None:
        raise NotFound(f"there is no contact {text!r} in {programme}; run: handslag contact list ORGANISATION", contact=text)
    return found


def contacts_by_role(tx: Tx, programme: str, given: Sequence[str]) -> dict[str, int]:
    """Read `role=contact` or `contact` (then of the role company_contact) as contact ids by role. Raises: NotFound."""
    found: dict[str, int] = {}
    for text in given:
        role, sign, name = text.partition("=")
        found[role if sign else "company_contact"] = contact(tx, programme, name if sign else text).id
    return found


def pausing(version: Version, case: Case, what: str, named: str) -> Transition:
    """Return the move out of the case's phase that pauses or resumes. what: pause, resume. Raises: NotFound, BadInput."""
    here = [t for t in version.transitions.values() if t.pauses == what and case.phase in t.sources]
    if named:
        here = [t for t in here if t.key == named]
    if not here:
        raise NotFound(f"case {case.number}: the phase {case.phase!r} has no move that does {what}")
    if len(here) > 1:
        raise bad("move", f"several moves do that here: {', '.join(t.key for t in here)}; say which", code="several")
    return here[0]


def bad(place: str, sentence: str, *, code: str = "value", what: str = "what was given") -> BadInput:
    """Return the error of one fault in what was given."""
    return BadInput([Fault(place=place, code=code, sentence=sentence)], what=what)
