"""Databases to measure on, and the drivers themselves: SQLite always, PostgreSQL where BENCH_POSTGRES_URL names a server.

A raw connection has the settings that Handslag gives its own, so that what differs is Handslag's work and nothing else.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from storage.connect import PAGES_BEFORE_CHECKPOINT, file_of, is_sqlite, libpq_address, parse_url

SERVER = "BENCH_POSTGRES_URL"
_NUMBERS = count()


class Raw:
    """A connection of the driver, with `?` for parameters on both databases."""

    def __init__(self, url: str) -> None:
        parsed = parse_url(url)
        self.is_sqlite = is_sqlite(parsed)
        self.connection: Any
        if self.is_sqlite:
            self.connection = sqlite3.connect(file_of(parsed), isolation_level=None, cached_statements=256,
                                              check_same_thread=False)  # fmt: skip
            for pragma in ("journal_mode=WAL", "busy_timeout=5000", "foreign_keys=ON", "synchronous=FULL",
                           f"wal_autocheckpoint={PAGES_BEFORE_CHECKPOINT}"):  # fmt: skip
                self.connection.execute(f"PRAGMA {pragma}")
        else:
            import psycopg  # an extra: not there on a default installation

            self.connection = psycopg.connect(libpq_address(parsed), autocommit=True)
        self._cursor = self.connection.cursor()

    def text(self, statement: str) -> str:
        """Return a statement with the driver's own marks."""
        return statement if self.is_sqlite else statement.replace("%", "%%").replace("?", "%s")

    def run(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """Run one statement, written by `text`, and return the cursor."""
        # With parameters, psycopg takes every % for a mark; without, it leaves the text alone.
        return self._cursor.execute(statement, values) if values else self._cursor.execute(statement)

    def many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement for many rows."""
        self._cursor.executemany(statement, rows)

    def begin(self) -> None:
        """Begin a writing transaction."""
        self._cursor.execute("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN")

    def commit(self) -> None:
        """Commit; durable when this returns."""
        self._cursor.execute("COMMIT")

    def close(self) -> None:
        """Let go of it."""
        self.connection.close()


class Place:
    """A temporary place for the databases of one workload; all of them are gone when it closes."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="handslag-bench-"))
        self._made: list[str] = []

    def __enter__(self) -> Place:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        for name in self._made:
            with suppress(Exception):
                _on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def sqlite(self) -> str:
        """Return the address of a SQLite file that is not there yet."""
        return f"sqlite:///{self.folder / f'bench-{next(_NUMBERS)}.db'}"

    def postgres(self, template: str = "template1") -> str:
        """Return the address of a new PostgreSQL database."""
        name = f"handslag_bench_{os.getpid()}_{next(_NUMBERS)}"
        _on_server(f"CREATE DATABASE {name} TEMPLATE {template}")
        self._made.append(name)
        server = parse_url(os.environ[SERVER])
        return server.set(database=name).render_as_string(hide_password=False)

    def copy(self, url: str) -> str:
        """Return the address of a copy of a database that nobody has open."""
        parsed = parse_url(url)
        if not is_sqlite(parsed):
            return self.postgres(str(parsed.database))
        made = self.sqlite()
        _fold(file_of(parsed))
        shutil.copyfile(file_of(parsed), file_of(parse_url(made)))
        os.sync()
        return made

    def remove(self, url: str) -> None:
        """Give the space of a SQLite file back."""
        parsed = parse_url(url)
        if is_sqlite(parsed):
            for end in ("", "-wal", "-shm"):
                Path(f"{file_of(parsed)}{end}").unlink(missing_ok=True)


def has_server() -> bool:
    """Tell whether a PostgreSQL server was named."""
    return bool(os.environ.get(SERVER))


def _fold(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _on_server(statement: str) -> None:
    import psycopg  # an extra: not there on a default installation

    with psycopg.connect(libpq_address(parse_url(os.environ[SERVER])), autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]
