"""Moving an installation from one database to another, in one transaction, counted and verified before it is committed.

The copy is the same installation at another place: its approval of sending does not come along, so no real mail leaves it
until a person approves that. Signs of life of workers stay behind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, Table, func, insert, select, text, update

from engine.chain import verify
from engine.errors import EnvironmentFault, Refused
from storage import reads, schema
from storage.approval import INSTALLATION
from storage.cache import Cache
from storage.case_rows import CASES
from storage.connect import connect
from storage.head_rows import WORKERS
from storage.library_rows import LoadVersion
from storage.statements import Line
from storage.tables import TABLES
from storage.transaction import SqlTx

ROWS_AT_ONCE = 1000
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What was copied: rows by table, and how many cases whose chains were verified on both sides."""

    rows: dict[str, int]
    chains: int


def copy(source: str, target: str, *, load_version: LoadVersion, tell: Tell = lambda said: None) -> Copied:
    """Copy everything into a new database, which is made if it is missing; the source is only read.

    Raises: Refused where the target holds something already; EnvironmentFault where either cannot be opened, the source is not
    of this Handslag's schema, or what arrived is not what left. Then the target is as empty as before.
    """
    schema.check(source)
    schema.migrate(target)
    old, new = connect(source), connect(target)
    try:
        with old.reading.connect() as there, there.begin(), new.writing.connect() as here, here.begin():
            _assert_empty(here, target)
            rows = {table.name: _copy(there, here, table, tell) for table in _tables()}
            _take_over_installation(there, here)
            _count_on(here)
            _assert_counts(here, rows)
            chains = _verify(there, here, load_version, tell)
    finally:
        old.close()
        new.close()
    return Copied(rows=rows, chains=chains)


def _tables() -> list[Table]:
    """Return the tables to copy, those that others point at first."""
    return [table for table in TABLES.sorted_tables if table not in (WORKERS, INSTALLATION)]


def _assert_empty(here: Connection, target: str) -> None:
    for table in _tables():
        if here.execute(select(func.count()).select_from(select(table).limit(1).subquery())).scalar_one():
            raise Refused(f"the target holds rows of {table.name} already; name an empty database", table=table.name)


def _copy(there: Connection, here: Connection, table: Table, tell: Tell) -> int:
    copied = 0
    found = there.execution_options(yield_per=ROWS_AT_ONCE).execute(select(table))
    for part in found.mappings().partitions():
        here.execute(insert(table), [dict(row) for row in part])
        copied += len(part)
    if copied:
        tell(f"{table.name}: {copied} rows")
    return copied


def _take_over_installation(there: Connection, here: Connection) -> None:
    key = there.execute(select(INSTALLATION.c["key"])).scalar_one()
    here.execute(update(INSTALLATION).values(key=key, place="", approved_by="", approved_at=None))


def _count_on(here: Connection) -> None:
    """Let PostgreSQL number new rows after the copied ones; SQLite does so by itself."""
    if here.dialect.name != "postgresql":
        return
    for table in _tables():
        key = table.autoincrement_column
        if key is not None:
            last = f"(SELECT max({key.name}) FROM {table.name})"
            sequence = f"pg_get_serial_sequence('{table.name}', '{key.name}')"
            here.execute(text(f"SELECT setval({sequence}, {last}) WHERE {last} IS NOT NULL AND {sequence} IS NOT NULL"))


def _assert_counts(here: Connection, rows: dict[str, int]) -> None:
    for table in _tables():
        arrived = here.execute(select(func.count()).select_from(table)).scalar_one()
        if arrived != rows[table.name]:
            raise EnvironmentFault(f"{table.name}: {rows[table.name]} rows left and {arrived} arrived; nothing was copied")


def _verify(there: Connection, here: Connection, load_version: LoadVersion, tell: Tell) -> int:
    """Verify every chain on both sides. Raises: EnvironmentFault naming the first break."""
    sides = [(name, Line(connection, writes=False)) for name, connection in (("source", there), ("target", here))]
    numbers = list(there.execute(select(CASES.c["number"]).where(CASES.c["revision"] > 0).order_by(CASES.c["id"])).scalars())
    try:
        for name, line in sides:
            tx = SqlTx(line, Cache(load_version))
            for number in numbers:
                case = tx.case(number)
                broken = verify(number, reads.sealed(tx, number), head=case.head, revision=case.revision)
                if broken is not None:
                    raise EnvironmentFault(f"{name}: case {number}, entry {broken.entry}: {broken.detail}; nothing was copied")
    finally:
        for _, line in sides:
            line.close()
    tell(f"{len(numbers)} chains verified on both sides")
    return len(numbers)
