"""What becomes of a row: a checked plan of a case, or the faults that keep it out; and the reading that leads there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.declared import FactType, Version
from engine.errors import BadInput, Fault
from engine.facts import OutOfBounds, check_values
from engine.programme import Programme
from handslag.intake.cells import EMPTY, Cell, Row, Table, read_day, read_month_day, read_number
from workflows.nearest import instead

Record = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactGiven:
    """A contact as a row names it. email: as it will be stored, checked for form only."""

    name: str
    email: str
    language: str
    function: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A case that a row asks for, with nothing wrong in it. contacts, people: by role.

    phase: empty for the first one; source: `FILE line N` where a running partnership is taken over, else empty.
    """

    line: int
    name: str
    register: str
    number: str
    contacts: Mapping[str, ContactGiven] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    records: tuple[Record, ...] = ()
    phase: str = ""
    source: str = ""

    def key(self, workflow: str) -> str:
        """Return what stays the same however often the row is imported: register, number and workflow."""
        return f"{self.register}:{self.number}:{workflow}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A row after its checks: either a plan, or faults. key: as `Plan.key`, empty where the row is nobody's of its own."""

    line: int
    name: str
    key: str
    plan: Plan | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What rows are checked against. today: the programme's local date."""

    programme: Programme
    version: Version
    today: date


class Reading:
    """One row being read: its cells by column, and the faults found in it so far. month_days: columns of `12-31`."""

    def __init__(self, table: Table, row: Row, columns: Mapping[str, int], month_days: Collection[str] = frozenset()) -> None:
        self.table, self.row, self.columns, self.month_days = table, row, columns, month_days
        self.faults: list[Fault] = list(row.faults)

    def cell(self, column: str) -> Cell:
        """Return the cell of a column, an empty one where the table has no such column."""
        return self.row.cell(self.columns[column]) if column in self.columns else EMPTY

    def text(self, column: str) -> str:
        """Return the text of a column, empty where there is none."""
        return self.cell(column).text

    def fault(self, column: str, code: str, sentence: str) -> None:
        """Note a fault; a cell that could not be read at all has had its own."""
        made = Fault(place=self.table.place(self.row.line, self.header(column)), code=code, sentence=sentence)
        if made not in self.faults and all(fault.place != made.place for fault in self.row.faults):
            self.faults.append(made)

    def header(self, column: str) -> str:
        """Return a column as the file writes it."""
        return self.table.columns[self.columns[column]] if column in self.columns else column

    def words(self, column: str) -> str:
        """Return the text of a column on one line, as names have to be."""
        return " ".join(self.text(column).split())

    def is_yes(self, column: str) -> bool:
        """Tell whether a column says yes; what is neither yes nor no is a fault."""
        values = self.values({column: _YES_NO}, (column,), what="the row")
        return values.get(column) is True

    def values(
        self, declared: Mapping[str, FactType], columns: Iterable[str], *, what: str, complete: bool = False
    ) -> dict[str, Any]:
        """Read columns as the types declared for them; every value that is not of its type is a fault and left out."""
        given: dict[str, Any] = {}
        broken: set[str] = set()
        for column in columns:
            try:
                if self.text(column):
                    given[column] = self._prepared(column, declared[column])
            except ValueError as error:
                broken.add(column)
                self.fault(column, error.code if isinstance(error, OutOfBounds) else "value", str(error))
        try:
            return check_values(declared, given, what=what, complete=complete)
        except BadInput as error:
            for fault in error.faults:
                if fault.place not in broken:
                    self.fault(fault.place, fault.code, fault.sentence)
            wrong = {fault.place for fault in error.faults}
            return check_values(declared, {k: v for k, v in given.items() if k not in wrong}, what=what)

    def _prepared(self, column: str, fact: FactType) -> Any:
        cell = self.cell(column)
        if column in self.month_days:
            return read_month_day(cell)
        match fact.kind:
            case "date":
                return read_day(cell).isoformat()
            case "number":
                return read_number(cell, self.table.decimal)
            case "choice":
                return next((c for c in fact.choices if c.casefold() == cell.text.casefold()), cell.text)
            case _:
                return cell.text

    def check_person(self, column: str, setting: Setting, roles: Iterable[str] = ()) -> str:
        """Return the key of a person of the programme (or one of the roles, where they may stand for one), empty for none."""
        key = self.text(column)
        known = [person.key for person in setting.programme.people.values() if person.active]
        if key and key not in {*known, *roles}:
            sentence = f"the programme has nobody with the key {key!r}; {instead(key, known)}"
            self.fault(column, "unknown_person", sentence)
        return key


_YES_NO = FactType(key="confirmed", kind="yes_no", title={})
