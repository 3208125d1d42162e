"""One row after the other into a checked plan, with every fault of each; and what no single row can show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import BadInput, Fault
from handslag.intake.cells import Sheets, Table
from handslag.intake.columns import PEOPLE, company_columns, document_names, match_columns, period_columns
from handslag.intake.contacts import read_contacts
from handslag.intake.plan import Checked, Plan, Reading, Record, Setting
from handslag.intake.record_rows import company_lines, gather, sheet_lists
from handslag.intake.registering import check_other_registrations, number_columns, read_registration
from handslag.intake.takeover import check_takeover


def check_rows(sheets: Sheets, setting: Setting) -> tuple[list[Checked], list[Fault]]:
    """Return every row of the companies, checked, and the faults of records that belong to no company.

    Raises: BadInput where headers are wrong: then nothing can be said about the rows.
    """
    table, version = sheets.companies, setting.version
    columns, faults = match_columns(table, company_columns(version), document_names(version.facts))
    faults += _missing_columns(table, columns, setting)
    lists, wrong = sheet_lists(sheets, setting)
    if faults or wrong:
        raise BadInput([*faults, *wrong], what=table.file)
    gathered = gather(lists, company_lines(table, columns, number_columns(version)), setting)
    month_days = {f.anchor.financial_year for f in version.followups.values()} & columns.keys()
    seen: dict[tuple[str, str], int] = {}
    checked = []
    for row in table.rows:
        reading = Reading(table, row, columns, month_days)
        plan = _plan(reading, setting, gathered.records.get(row.line, ()))
        is_first = _note_twice(reading, plan, seen, number_columns(version))
        found = (*reading.faults, *gathered.faults.get(row.line, ()))
        key = plan.key(version.key) if is_first else ""
        checked.append(Checked(line=row.line, name=plan.name, key=key, plan=None if found else plan, faults=found))
    return checked, gathered.orphans


def _missing_columns(table: Table, columns: Mapping[str, int], setting: Setting) -> list[Fault]:
    wanted = [("name",), number_columns(setting.version)]
    return [
        Fault(
            place=table.place(table.header, names[0]),
            code="missing_column",
            sentence=f"a column {' or '.join(repr(name) for name in names)} is needed; the file has: {_listed(table)}",
        )
        for names in wanted
        if not any(name in columns for name in names)
    ]


def _listed(table: Table) -> str:
    return ", ".join(name for name in table.columns if name) or "none"


def _plan(reading: Reading, setting: Setting, records: Sequence[Record]) -> Plan:
    """Read a row as a plan; it is only good if the reading has no faults afterwards."""
    name = reading.words("name")
    if not name:
        reading.fault("name", "missing", "the company's name is missing")
    register, number, registered = read_registration(reading, setting.version)
    check_other_registrations(reading, setting.version, register)
    facts = {**_facts(reading, setting), **registered}
    people = {role: reading.check_person(role, setting) for role in PEOPLE if role in reading.columns and reading.text(role)}
    contacts = read_contacts(reading, setting)
    phase = check_takeover(reading, facts, setting)
    taken_over = phase != setting.version.start or bool(records)
    return Plan(
        line=reading.row.line,
        name=name,
        register=register,
        number=number,
        contacts=contacts,
        people=people,
        facts=facts,
        records=tuple(records),
        phase=phase if taken_over else "",
        source=f"{reading.table.file} line {reading.row.line}" if taken_over else "",
    )


def _facts(reading: Reading, setting: Setting) -> dict[str, Any]:
    version = setting.version
    columns = {fact: column for column, fact in period_columns(version).items() if column in reading.columns}
    columns |= {key: key for key in version.facts if key in reading.columns}
    taken = {*PEOPLE, "name", "register", "number", "phase"}
    declared = {column: version.facts[fact] for fact, column in columns.items() if column not in taken}
    values = reading.values(declared, declared, what="the row")
    for column, fact in declared.items():
        if fact.kind == "person":
            reading.check_person(column, setting)
    return {declared[column].key: value for column, value in values.items() if value is not None}


def _note_twice(reading: Reading, plan: Plan, seen: dict[tuple[str, str], int], columns: Sequence[str]) -> bool:
    """Note a fault where the company stood on an earlier line; tell whether this is its first row."""
    key = (plan.register, plan.number)
    if not plan.number:
        return False
    if key in seen:
        sentence = f"{plan.register} {plan.number} stands on line {seen[key]} already; one row for each company"
        reading.fault(next((column for column in columns if reading.text(column)), "number"), "twice", sentence)
        return False
    seen[key] = reading.row.line
    return True
