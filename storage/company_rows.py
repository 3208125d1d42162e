"""Organisations and contacts in rows, and the two questions about other cases that a decision may ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import bindparam, func, insert, or_, select, update

from engine.case import Case
from engine.errors import EnvironmentFault, NotFound, Refused
from engine.ports import Companies
from engine.programme import Contact, Organisation
from storage import search_rows
from storage.case_rows import CASES, programme_id
from storage.case_tables import SEATED, PartyRow, SeatRow
from storage.columns import table_of
from storage.mapping import Shape, at, at_keys
from storage.programme_tables import ContactRow, OrganisationRow
from storage.statements import Line, Prepared, look_up

ORGANISATIONS = Shape(Organisation, table_of(OrganisationRow))
CONTACTS = Shape(Contact, table_of(ContactRow))
PARTIES = table_of(PartyRow)
SEATS = table_of(SeatRow)
COORDINATOR = "coordinator"
_ORG, _CON = ORGANISATIONS.table, CONTACTS.table
_MINE = select(PARTIES.c["organisation"]).where(at("case_id", PARTIES.c["case_id"]))
_SEATED = select(SEATS.c["contact"]).where(at("case_id", SEATS.c["case_id"]))
_COMPANIES = Prepared(
    select(*ORGANISATIONS.columns).where(_ORG.c["id"].in_(_MINE)).order_by(_ORG.c["id"]), returns=ORGANISATIONS.columns
)
_COMPANY_CONTACTS = Prepared(
    select(*CONTACTS.columns).where(or_(_CON.c["organisation"].in_(_MINE), _CON.c["id"].in_(_SEATED))).order_by(_CON.c["id"]),
    returns=CONTACTS.columns,
)
_OPEN_CASES = Prepared(
    select(func.count(CASES.c["id"].distinct()))
    .join_from(SEATS, CASES, CASES.c["id"] == SEATS.c["case_id"])
    .where(
        at("person", SEATS.c["person"]),
        at("role", SEATS.c["role"]),
        SEATED,
        CASES.c["programme_id"] == bindparam("at_programme"),
        CASES.c["closed_on"].is_(None),
    )
)


def companies(line: Line, case: Case) -> Companies:
    """Return the organisations of a case's parties with all their contacts, and whoever else sits in the case."""
    key = at_keys(case_id=case.id)
    organisations, contacts = look_up(line, [(_COMPANIES, key), (_COMPANY_CONTACTS, key)])
    return Companies(
        organisations={row[0]: ORGANISATIONS.value(row) for row in organisations},
        contacts={row[0]: CONTACTS.value(row) for row in contacts},
    )


def companies_of(line: Line, organisations: Sequence[int]) -> Companies:
    """Return the named organisations with all their contacts."""
    named = select(*ORGANISATIONS.columns).where(_ORG.c["id"].in_(organisations)).order_by(_ORG.c["id"])
    theirs = select(*CONTACTS.columns).where(_CON.c["organisation"].in_(organisations)).order_by(_CON.c["id"])
    return Companies(
        organisations={row[0]: ORGANISATIONS.value(row) for row in line.core.execute(named)},
        contacts={row[0]: CONTACTS.value(row) for row in line.core.execute(theirs)},
    )


def figures(line: Line, case: Case, names: Sequence[str]) -> Mapping[str, int]:
    """Return the counts that guards asked for by name. Raises: EnvironmentFault for a name nobody counts."""
    if unknown := [name for name in names if name not in _FIGURES]:
        raise EnvironmentFault(f"no figure is called {', '.join(unknown)}; known: {', '.join(_FIGURES)}")
    return {name: _FIGURES[name](line, case) for name in names}


def _open_cases(line: Line, case: Case) -> int:
    # Several coordinators in one case: the busiest counts. The case itself is one of the open cases.
    people = {s.person for s in case.seats.values() if s.role == COORDINATOR and s.person and s.ended_on is None}
    part = programme_id(line, case.programme)
    keys = [at_keys(person=person, role=COORDINATOR, programme=part) for person in people]
    return max((_OPEN_CASES.rows(line, key)[0][0] for key in keys), default=0)


_FIGURES: Mapping[str, Callable[[Line, Case], int]] = {"open_cases": _open_cases}


def save_organisation(line: Line, programme: str, organisation: Organisation) -> Organisation:
    """Write or change an organisation. Raises: Refused where register and number are taken; NotFound for a strange id."""
    part = programme_id(line, programme)
    taken = find_organisation(line, programme, organisation.register, organisation.number)
    if organisation.number and taken is not None and taken.id != organisation.id:
        number = f"{organisation.register} {organisation.number}"
        raise Refused(
            f"{number} is {taken.name} already", code="number_taken", register=organisation.register, number=organisation.number
        )
    values = ORGANISATIONS.values(organisation)
    made = values.pop("id")
    if made:
        mine = (_ORG.c["id"] == made) & (_ORG.c["programme_id"] == part)
        if line.core.execute(update(_ORG).where(mine).values(values)).rowcount != 1:
            raise NotFound(f"there is no organisation {made} in {programme}", organisation=made)
        search_rows.note_organisation(line, made)
    else:
        new = insert(_ORG).values(programme_id=part, **values).returning(_ORG.c["id"])
        made = line.core.execute(new).scalar_one()
    return Organisation(id=made, **values)


def save_contact(line: Line, contact: Contact) -> Contact:
    """Write or change a contact. Raises: NotFound for an id or organisation that is not there."""
    values = CONTACTS.values(contact)
    made = values.pop("id")
    if line.core.execute(select(_ORG.c["id"]).where(_ORG.c["id"] == contact.organisation)).first() is None:
        raise NotFound(f"there is no organisation {contact.organisation}", organisation=contact.organisation)
    if made:
        if line.core.execute(update(_CON).where(_CON.c["id"] == made).values(values)).rowcount != 1:
            raise NotFound(f"there is no contact {made}", contact=made)
    else:
        made = line.core.execute(insert(_CON).values(values).returning(_CON.c["id"])).scalar_one()
    search_rows.note_organisation(line, contact.organisation)
    return Contact(id=made, **values)


def find_organisation(line: Line, programme: str, register: str, number: str) -> Organisation | None:
    """Return the organisation with a registration number, None where there is none."""
    found = line.core.execute(
        select(*ORGANISATIONS.columns)
        .where(_ORG.c["programme_id"] == programme_id(line, programme))
        .where(_ORG.c["register"] == register, _ORG.c["number"] == number)
        .limit(1)
    ).first()
    return None if found is None else ORGANISATIONS.value(found)


def find_contact(line: Line, programme: str, email: str) -> Contact | None:
    """Return the contact with an address (small and capital letters are one), active ones first; None where there is none."""
    found = line.core.execute(
        select(*CONTACTS.columns)
        .join_from(_CON, _ORG, _ORG.c["id"] == _CON.c["organisation"])
        .where(_ORG.c["programme_id"] == programme_id(line, programme))
        .where(func.lower(_CON.c["email"]) == email.lower())
        .order_by(_CON.c["state"] != "active", _CON.c["id"])
        .limit(1)
    ).first()
    return None if found is None else CONTACTS.value(found)


def cases_with(line: Line, programme: str, organisation: int) -> Sequence[str]:
    """Return the numbers of open cases in which an organisation takes part and has not left."""
    statement = (
        select(CASES.c["number"])
        .join_from(PARTIES, CASES, CASES.c["id"] == PARTIES.c["case_id"])
        .where(PARTIES.c["organisation"] == organisation, PARTIES.c["left_on"].is_(None))
        .where(CASES.c["programme_id"] == programme_id(line, programme), CASES.c["closed_on"].is_(None))
        .distinct()
        .order_by(CASES.c["number"])
    )
    return list(line.core.execute(statement).scalars())
