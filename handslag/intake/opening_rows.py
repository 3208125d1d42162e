"""A plan into rows, in one transaction: organisation, contacts, case; and the note that this row has become a case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine import use_cases
from engine.acts import OpenCase, PartyGiven
from engine.case import Case
from engine.declared import Version, VersionRef
from engine.draft import Call
from engine.entry import GuardAnswer
from engine.errors import Reason
from engine.ports import Tx, Words
from engine.programme import Contact, Organisation, Programme
from engine.use_cases import Tools
from handslag.intake.plan import Checked, ContactGiven, Plan, Setting
from handslag.intake.report import ALREADY_THERE, OPENED, TAKEN_OVER, RowReport


class KnownRow(Exception):
    """The row became a case in the meantime, by somebody else's import; the transaction is taken back."""


def open_row(tx: Tx, plan: Plan, setting: Setting, tools: Tools, words: Words, call: Call) -> RowReport:
    """Open the case of a plan, writing its organisation and contacts where they are new.

    A company that has an open case in this workflow keeps that one: the row is already there.

    Raises: KnownRow; whatever `open_case` raises. The transaction must not be kept then.
    """
    programme, version = tx.programme(setting.programme.key), setting.version
    organisation, notes = _organisation(tx, programme, plan)
    if number := _open_case(tx, programme, organisation, version):
        return replace(known_row(plan), case=number, notes=("its case was opened otherwise than by an import",))
    contacts = _contacts(tx, organisation, plan.contacts)
    act = OpenCase(
        title=organisation.name,
        parties=(PartyGiven(organisation=organisation.id, contacts=contacts),),
        people=plan.people,
        facts=plan.facts,
        records=plan.records,
        phase=plan.phase,
        source=plan.source,
    )
    outcome = use_cases.open_case(tx, tools, programme, version, act, call)
    if not tx.note_import(programme.key, plan.key(version.key), outcome.case.number):
        raise KnownRow(plan.name)
    return RowReport(
        line=plan.line,
        name=plan.name,
        outcome=TAKEN_OVER if plan.source else OPENED,
        case=outcome.case.number,
        phase=outcome.case.phase,
        unmet=tuple(_unmet(outcome.decisions[0].entry.guards, version, words, call.actor.language)),
        notes=(*notes, *_left_alone(outcome.case, version)),
    )


def known_row(row: Plan | Checked) -> RowReport:
    """Report a row that became a case before."""
    return RowReport(line=row.line, name=row.name, outcome=ALREADY_THERE)


def known_keys(tx: Tx, setting: Setting, keys: Iterable[str]) -> frozenset[str]:
    """Return which rows have become cases before. Notes each of them for a bare case: the transaction must not be kept."""
    programme, version = setting.programme, setting.version
    number = tx.give_number(programme, setting.today.year)
    ref = VersionRef(key=version.key, number=version.number, hash=version.hash)
    tx.insert_case(Case(number=number, programme=programme.key, version=ref))
    return frozenset(key for key in keys if not tx.note_import(programme.key, key, number))


def _organisation(tx: Tx, programme: Programme, plan: Plan) -> tuple[Organisation, tuple[str, ...]]:
    found = tx.find_organisation(programme.key, plan.register, plan.number)
    if found is None:
        new = Organisation(id=0, name=plan.name, register=plan.register, number=plan.number)
        return tx.save_organisation(programme.key, new), ()
    if found.name != plan.name:
        return found, (f"known here as {found.name!r}; that name stays",)
    return found, ()


def _open_case(tx: Tx, programme: Programme, organisation: Organisation, version: Version) -> str:
    """Return the open case that a company has in this workflow already, empty where there is none."""
    numbers = tx.cases_with(programme.key, organisation.id)
    return next((number for number in numbers if tx.case(number).version.key == version.key), "")


def _contacts(tx: Tx, organisation: Organisation, given: Mapping[str, ContactGiven]) -> dict[str, int]:
    """Return the contacts by role, each address of a company once; who is there already stays as is."""
    theirs = tx.companies_of([organisation.id]).contacts.values()
    known = {contact.email.casefold(): contact.id for contact in theirs if contact.state != "left"}
    seated: dict[str, int] = {}
    for role, contact in given.items():
        address = contact.email.casefold()
        if address not in known:
            new = Contact(
                id=0,
                organisation=organisation.id,
                name=contact.name,
                email=contact.email,
                language=contact.language,
                function=contact.function,
            )
            known[address] = tx.save_contact(new).id
        seated[role] = known[address]
    return seated


def _unmet(answers: Iterable[GuardAnswer], version: Version, words: Words, language: str) -> Iterable[tuple[str, str]]:
    declared = {guard.name: guard for t in version.transitions.values() for guard in t.guards}
    for answer in answers:
        own = declared[answer.name].needs
        reason = Reason(code=answer.code, values=answer.values or {})
        said = own.get(language) or own.get(version.fallback) or words.sentence(reason, language)
        yield answer.name, said


def _left_alone(case: Case, version: Version) -> Iterable[str]:
    """Say which records were due before the case came here, so that nobody is reminded of them."""
    signed = version.phases[case.phase].signed
    for record in case.records.values():
        declared = version.records[record.list]
        due = record.values.get(declared.due)
        runs = case.phase in declared.during if declared.during else signed
        if due and runs and str(due) < str(case.opened_on):
            title = record.values.get("title") or f"record {record.no}"
            yield f"{record.list}: {title!r} was due on {due}, before it came here; kept, but nobody is reminded of it"
