"""Record sheets: each row an entry in a declared list of one company, found by registration number or name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.declared import RecordList
from engine.errors import Fault
from handslag.intake.cells import Sheets, Table
from handslag.intake.columns import document_names, match_columns, naming_columns, plain_header, record_columns
from handslag.intake.plan import Reading, Record, Setting
from handslag.intake.registering import plain_number
from workflows.nearest import instead

Lines = Mapping[str, Sequence[int]]


@dataclass(slots=True, kw_only=True)
class Gathered:
    """The records by the line of their company, the faults that keep a company out, and those that are nobody's."""

    records: dict[int, list[Record]] = field(default_factory=dict)
    faults: dict[int, list[Fault]] = field(default_factory=dict)
    orphans: list[Fault] = field(default_factory=list)


def sheet_lists(sheets: Sheets, setting: Setting) -> tuple[list[tuple[RecordList, Table, dict[str, int]]], list[Fault]]:
    """Return each sheet's list and columns, and a fault for every sheet or header that is unknown."""
    found, faults = [], list[Fault]()
    declared_lists = setting.version.records
    for name, table in sheets.records:
        declared = declared_lists.get(plain_header(name))
        if declared is None:
            sentence = f"no record list {name!r}; {instead(name, declared_lists)}"
            faults.append(Fault(place=table.place(table.header), code="unknown_list", sentence=sentence))
            continue
        columns, wrong = match_columns(table, record_columns(declared.fields), document_names(declared.fields))
        naming = [column for column in naming_columns(declared.fields) if column != "register"]
        if not wrong and not any(column in columns for column in naming):
            sentence = f"no column says whose records these are; add one of {', '.join(naming)}"
            wrong = [Fault(place=table.place(table.header), code="missing_column", sentence=sentence)]
        faults += wrong
        found.append((declared, table, columns))
    return found, faults


def gather(lists: Sequence[tuple[RecordList, Table, dict[str, int]]], companies: Lines, setting: Setting) -> Gathered:
    """Read every record. companies: lines of the company table by number and by name, see `company_lines`."""
    gathered = Gathered()
    for declared, table, columns in lists:
        for row in table.rows:
            reading = Reading(table, row, columns)
            line = _company(reading, declared, companies)
            values = reading.values(
                declared.fields,
                [column for column in columns if column in declared.fields],
                what=f"a record of {declared.key!r}",
                complete=True,
            )
            for column in columns:
                if column in declared.fields and declared.fields[column].kind == "person":
                    reading.check_person(column, setting, roles=setting.version.roles)
            if line is None:
                gathered.orphans += reading.faults
            else:
                gathered.records.setdefault(line, []).append((declared.key, values))
                gathered.faults.setdefault(line, []).extend(reading.faults)
    return gathered


def company_lines(table: Table, columns: Mapping[str, int], numbers: Sequence[str]) -> dict[str, list[int]]:
    """Return the lines on which a registration number or a name stands, first one first."""
    found: dict[str, list[int]] = {}
    for row in table.rows:
        reading = Reading(table, row, columns)
        plain = {plain_number(reading.text(column)) for column in numbers}
        for key in (plain | {reading.text("name").casefold()}) - {""}:
            found.setdefault(key, []).append(row.line)
    return found


def _company(reading: Reading, declared: RecordList, companies: Lines) -> int | None:
    """Return the line of the company a record belongs to; None, with a fault, where there is not exactly one."""
    for column in naming_columns(declared.fields):
        text = reading.text(column)
        if not text or column == "register":
            continue
        number = plain_number(text)
        lines = companies.get(number) or companies.get(text.casefold()) or ()
        if not lines:
            reading.fault(column, "unknown_company", f"the file has no company {text!r}; {instead(text.casefold(), companies)}")
            return None
        if len(lines) > 1 and not number.isdigit():
            listed = ", ".join(str(line) for line in lines)
            reading.fault(column, "ambiguous_company", f"{text!r} stands on lines {listed}; write the registration number")
            return None
        return lines[0]
    reading.fault(naming_columns(declared.fields)[0], "missing", "it is not said whose record this is")
    return None
