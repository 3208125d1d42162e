"""Between frozen values and rows: which fields of a dataclass are columns, and the statements that follow from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import cache
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Integer, Table, TextClause, bindparam, literal_column

from storage.case_tables import WITHIN_CASE
from storage.statements import Columns, Prepared

R = TypeVar("R")


class Shape(Generic[R]):
    """A dataclass whose fields are columns of one table. `leave_out`: fields that are kept elsewhere."""

    def __init__(self, made: type[R], table: Table, *, leave_out: Sequence[str] = ()) -> None:
        self.made, self.table = made, table
        self.names = tuple(f.name for f in fields(made) if f.name not in leave_out)  # type: ignore[arg-type]

    @property
    def columns(self) -> Columns:
        """The columns of the fields, in their order."""
        return [self.table.c[name] for name in self.names]

    def value(self, row: Sequence[Any], **others: Any) -> R:
        """Make the value from a row of `columns`; `others` are the fields kept elsewhere."""
        return self.made(**dict(zip(self.names, row, strict=True)), **others)

    def values(self, value: R) -> dict[str, Any]:
        """Return the columns of a value by name."""
        return {name: getattr(value, name) for name in self.names}

    def select(self, *conditions: ColumnElement[bool] | TextClause, order: Sequence[str] = ()) -> Prepared:
        """Return the prepared statement that finds rows of `columns`."""
        statement = self.table.select().with_only_columns(*self.columns).where(*conditions)
        return Prepared(statement.order_by(*(self.table.c[name] for name in order)), returns=self.columns)


def at(name: str, column: Any) -> ColumnElement[bool]:
    """Return the condition that a column equals the parameter `at_<name>` (in updates, column names are taken)."""
    return bool_of(column == bindparam(f"at_{name}", type_=column.type))


def within_case(table: str = "") -> ColumnElement[bool]:
    """Return the condition that a row is of the case `at_case_id`, in the form that the indexes for live loads have."""
    expression = WITHIN_CASE.replace("case_id", f"{table}.case_id") if table else WITHIN_CASE
    return bool_of(literal_column(expression, Integer) == bindparam("at_case_id", type_=Integer))


def bool_of(condition: Any) -> ColumnElement[bool]:
    """Tell the type checker what Core's operators return."""
    found: ColumnElement[bool] = condition
    return found


def insert(table: Table, names: Sequence[str] | None = None, *, returning: str = "") -> Prepared:
    """Return the prepared INSERT of these columns (all, where none are named)."""
    keys = [c.name for c in table.c] if names is None else list(names)
    statement = table.insert().inline()
    if returning:
        return Prepared(statement.returning(table.c[returning]), keys=keys, returns=[table.c[returning]])
    return Prepared(statement, keys=keys)


@cache
def update(table: Table, names: tuple[str, ...], keys: tuple[str, ...]) -> Prepared:
    """Return the prepared UPDATE of these columns where every key column equals its parameter `at_<key>`.

    Cached without bound: the combinations of columns are those that use cases really change, some dozens.
    """
    return Prepared(table.update().where(*(at(key, table.c[key]) for key in keys)), keys=names)


def at_keys(**keys: Any) -> Mapping[str, Any]:
    """Return key parameters as `at` and `update` name them."""
    return {f"at_{name}": value for name, value in keys.items()}
