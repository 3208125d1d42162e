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
    """An open transaction's connection: `core` for Core statements, `cursor` for prepared ones.

    writes: whether it may write, and so lock rows; locked: what this transaction has locked by name already.
    """

    __slots__ = ("core", "cursor", "dialect", "locked", "writes")

    def __init__(self, core: Connection, *, writes: bool) -> None:
        self.core = core
        self.writes = writes
        self.locked: set[str] = set()
        self.cursor: Any = core.connection.cursor()
        self.dialect = core.dialect

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
        ready = self._for(line.dialect)
        line.cursor.execute(ready.text, _parameters(ready, values))
        return int(line.cursor.rowcount)

    def many(self, line: Line, rows: Sequence[Mapping[str, Any]]) -> int:
        """Run for every row; return how many rows were touched in all."""
        if len(rows) == 1:
            return self.run(line, rows[0])
        ready = self._for(line.dialect)
        line.cursor.executemany(ready.text, [_parameters(ready, values) for values in rows])
        return int(line.cursor.rowcount)

    def rows(self, line: Line, values: Mapping[str, Any]) -> list[list[Any]]:
        """Run and return every row of the result, its values turned back."""
        ready = self._for(line.dialect)
        line.cursor.execute(ready.text, _parameters(ready, values))
        found = [list(row) for row in line.cursor.fetchall()]
        for position, decode in ready.decoders:
            for row in found:
                row[position] = decode(row[position])
        return found

    def first(self, line: Line, values: Mapping[str, Any]) -> list[Any] | None:
        """Run and return the first row, None where there is none."""
        found = self.rows(line, values)
        return found[0] if found else None

    def _for(self, dialect: Dialect) -> _Ready:
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
