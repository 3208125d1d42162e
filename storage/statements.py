"""Prepared statements: written in Core, compiled once per database, run on the driver's cursor.

Why not `connection.execute`: for the small statements of a case SQLAlchemy's own work costs two to nine times what
SQLite itself needs. The text, the order of parameters and the conversion of each value still come from the Core
statement, so both databases share one code path, and nothing is written by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Dialect, Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

Convert = Callable[[Any], Any]
Columns = Sequence[Column[Any]]


class Line:
    """An open transaction's connection: `core` for Core statements, `cursor` for prepared ones, `another` to make a cursor.

    writes: whether it may write, and so lock rows; has_round_trips: whether statements had better travel together;
    locked: what this transaction has locked by name already.
    """

    __slots__ = ("another", "core", "cursor", "dialect", "has_round_trips", "locked", "writes")

    def __init__(self, core: Connection, *, writes: bool) -> None:
        self.core = core
        self.writes = writes
        self.locked: set[str] = set()
        self.another: Callable[[], Any] = core.connection.cursor
        self.cursor: Any = self.another()
        self.dialect = core.dialect
        # SQLite answers in this process; to a server, each statement by itself is a journey.
        self.has_round_trips = core.dialect.name == "postgresql"

    def close(self) -> None:
        """Close the cursor; the transaction is its opener's."""
        self.cursor.close()


class _Ready(NamedTuple):
    text: str
    binds: tuple[tuple[str, Convert | None], ...]
    fixed: Mapping[str, Any]
    positional: bool
    decoders: tuple[tuple[int, Convert], ...]


class Prepared:
    """One statement. `returns`: the columns of its result in order, for turning values back."""

    __slots__ = ("_keys", "_ready", "_returns", "_statement")

    def __init__(self, statement: Executable, *, keys: Iterable[str] | None = None, returns: Columns = ()) -> None:
        self._statement: Any = statement
        self._keys = None if keys is None else list(keys)
        self._returns = tuple(returns)
        self._ready: dict[str, _Ready] = {}

    def run(self, line: Line, values: Mapping[str, Any]) -> int:
        """Run once; return how many rows were touched."""
        ready = self.readied(line)
        line.cursor.execute(ready.text, _parameters(ready, values))
        return int(line.cursor.rowcount)

    def many(self, line: Line, rows: Sequence[Mapping[str, Any]]) -> int:
        """Run for every row; return how many rows were touched in all."""
        if len(rows) == 1:
            return self.run(line, rows[0])
        ready = self.readied(line)
        line.cursor.executemany(ready.text, [_parameters(ready, values) for values in rows])
        return int(line.cursor.rowcount)

    def rows(self, line: Line, values: Mapping[str, Any]) -> list[list[Any]]:
        """Run and return every row of the result, its values turned back."""
        ready = self.readied(line)
        line.cursor.execute(ready.text, _parameters(ready, values))
        return _turned(ready, line.cursor.fetchall())

    def first(self, line: Line, values: Mapping[str, Any]) -> list[Any] | None:
        """Run and return the first row, None where there is none."""
        found = self.rows(line, values)
        return found[0] if found else None

    def readied(self, line: Line) -> _Ready:
        """Return the statement as the database of a line wants it."""
        dialect = line.dialect
        ready = self._ready.get(dialect.name)
        if ready is None:
            # Two threads may both get here; they make the same thing.
            ready = self._ready[dialect.name] = self._compile(dialect)
        return ready

    def _compile(self, dialect: Dialect) -> _Ready:
        compiled = self._statement.compile(dialect=dialect, column_keys=self._keys)
        assert isinstance(compiled, SQLCompiler)
        names = compiled.positiontup if compiled.positional else tuple(compiled.binds)
        binds = tuple((name, _encoder(compiled.binds[name].type, dialect)) for name in names or ())
        found = ((at, _decoder(column.type, dialect)) for at, column in enumerate(self._returns))
        return _Ready(
            text=str(compiled),
            binds=binds,
            fixed={name: bind.value for name, bind in compiled.binds.items() if not bind.required and bind.value is not None},
            positional=bool(compiled.positional),
            decoders=tuple((at, decode) for at, decode in found if decode is not None),
        )


def look_up(line: Line, asked: Sequence[tuple[Prepared, Mapping[str, Any]]]) -> list[list[list[Any]]]:
    """Return the rows of several statements that do not wait for each other, in one round trip where there are any."""
    if not line.has_round_trips:
        return [statement.rows(line, values) for statement, values in asked]
    driver: Any = line.core.connection.driver_connection
    with driver.pipeline():
        sent = [(statement.readied(line), line.another(), values) for statement, values in asked]
        for ready, cursor, values in sent:
            cursor.execute(ready.text, _parameters(ready, values))
        return [_turned(ready, cursor.fetchall()) for ready, cursor, _ in sent]


def write_down(line: Line, given: Sequence[tuple[Prepared, Sequence[Mapping[str, Any]]]]) -> list[int]:
    """Run each statement for its rows, all in one round trip where there are any; return how many rows each touched."""
    if not line.has_round_trips:
        return [statement.many(line, rows) for statement, rows in given]
    driver: Any = line.core.connection.driver_connection
    sent: list[list[Any]] = []
    with driver.pipeline():
        for statement, rows in given:
            ready = statement.readied(line)
            sent.append([line.another().execute(ready.text, _parameters(ready, values)) for values in rows])
    return [sum(cursor.rowcount for cursor in cursors) for cursors in sent]


def _turned(ready: _Ready, rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    found = [list(row) for row in rows]
    for position, decode in ready.decoders:
        for row in found:
            row[position] = decode(row[position])
    return found


def _parameters(ready: _Ready, values: Mapping[str, Any]) -> Any:
    if ready.fixed:
        values = {**ready.fixed, **values}
    if ready.positional:
        return [values[name] if encode is None else encode(values[name]) for name, encode in ready.binds]
    return {name: values[name] if encode is None else encode(values[name]) for name, encode in ready.binds}


def _encoder(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _decoder(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
