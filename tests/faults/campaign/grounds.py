"""The two grounds a world can stand on, and what can be broken in each from outside."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from typing import Any

from sqlalchemy import NullPool, create_engine, text

from tests.contracts import stage
from tests.contracts.checker import Row, rows_of
from tests.contracts.databases import address, create_postgres, own_server
from tests.contracts.polling import eventually


class SqliteGround:
    """A file."""

    kind = "sqlite"

    def found(self, folder: Path, cases: int) -> str:
        """Return the address of a new town."""
        self.url = stage.town("sqlite", folder, cases)
        return self.url

    def ask(self, sql: str) -> list[Row]:
        """Look, however often it takes."""
        found: list[list[Row]] = []

        def answered() -> bool:
            try:
                found.append(rows_of(self.url, sql))
            except Exception:
                return False
            return True

        eventually(answered)
        return found[-1]

    def cut(self) -> int:
        """Cut connections; return how many."""
        return 0

    def restart(self) -> int:
        """Crash the server and let it come back; return how often."""
        return 0

    def close(self) -> None:
        """Clear away."""


class PostgresGround(SqliteGround):
    """A server; one of our own, which may be crashed, or the one that all tests share."""

    kind = "postgresql"

    def __init__(self, *, own: bool) -> None:
        may = own and not os.environ.get("TEST_POSTGRES_URL")
        self._server: Any = own_server() if may else None
        self._towns = 0

    def found(self, folder: Path, cases: int) -> str:
        if self._server is None:
            self.url = stage.move_town(cases, address(create_postgres()))
            return self.url
        main = self._server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        self._towns += 1
        self._tell(main, f"CREATE DATABASE town_{self._towns}")
        self.url = stage.move_town(cases, main.replace("/postgres?", f"/town_{self._towns}?"))
        return self.url

    def _tell(self, url: str, sql: str) -> int:
        engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            return int(connection.execute(text(sql)).rowcount)

    def cut(self) -> int:
        some = "pid <> pg_backend_pid() AND datname = current_database() AND random() < 0.5"
        try:
            return self._tell(self.url, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {some}")
        except Exception:
            return 0

    def restart(self) -> int:
        if self._server is None:
            return 0
        postmaster = self._server.get_postmaster_info().process
        os.kill(postmaster.pid, signal.SIGQUIT)  # immediate shutdown: no goodbye, recovery at the next start
        postmaster.wait(30)
        self._server.ensure_postgres_running()
        return 1

    def close(self) -> None:
        if self._server is not None:
            self._server.cleanup()


def clear(folder: Path) -> None:
    """Remove a world that nobody needs to look at."""
    shutil.rmtree(folder, ignore_errors=True)
