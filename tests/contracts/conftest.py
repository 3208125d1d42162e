"""The databases that the storage contract is held against; everything else in this folder knows only `url` and `store`.

The same assertions hold for SQLite written by one caller at a time, SQLite whose callers share commits, and PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.group_commit import GroupStore
from storage.store import SqlStore
from tests.contracts.cast import load_version
from tests.contracts.databases import fresh_postgres, fresh_sqlite

DATABASES = {"sqlite": fresh_sqlite, "postgresql": fresh_postgres}
STORES = {"sqlite": SqlStore, "sqlite-grouped": GroupStore, "postgresql": SqlStore}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what asks for a store over all three, and what asks for a database only over both."""
    if "store" in metafunc.fixturenames:
        metafunc.parametrize("kind", list(STORES))
    elif "url" in metafunc.fixturenames:
        metafunc.parametrize("kind", list(DATABASES))


@pytest.fixture
def url(kind: str) -> str:
    """Address of an empty, migrated database."""
    return DATABASES[kind.partition("-")[0]]()


@pytest.fixture
def store(kind: str, url: str) -> Iterator[SqlStore]:
    made = STORES[kind](url, load_version=load_version)
    yield made
    made.close()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Address of a SQLite file that does not exist yet, for what only SQLite does."""
    return f"sqlite:///{tmp_path / 'new' / 'handslag.db'}"
