"""The schema: bring a database up to date, say where it stands, and refuse to work on one that is not right.

Tables that only grow (history, signed heads, versions) carry triggers that refuse to change or delete rows. A migration that
rebuilds a table drops its triggers, so every upgrade makes them anew and asserts that they are there.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from uuid import uuid4

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from engine.errors import EnvironmentFault
from storage.columns import table_of
from storage.connect import connect, connect_to_migrate, file_of, is_sqlite, parse_url
from storage.migration_steps import Step, Tell, silent, steps_after
from storage.programme_tables import InstallationRow
from storage.tables import APPEND_ONLY

MIGRATIONS = Path(__file__).parent / "migrations"
ACTS = {"sqlite": ("update", "delete"), "postgresql": ("update", "delete", "truncate")}
_INSTALLATION = table_of(InstallationRow)
_ONE_AT_A_TIME = Lock()  # alembic.context is one per process
_PG_REFUSAL = """
CREATE OR REPLACE FUNCTION handslag_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% only grows: % refused', TG_TABLE_NAME, TG_OP; END $$
"""


def migrate(url: str, tell: Tell = silent) -> str:
    """Bring the schema up to date, creating the database where there is none; return the revision reached.

    All of it is one transaction. A new database gets the installation's id. tell: hears of each step and how far it is.
    Raises: EnvironmentFault where the database was made by a newer Handslag.
    """
    engine = connect_to_migrate(url)
    try:
        with _ONE_AT_A_TIME, engine.begin() as connection:
            _only_one(connection)
            _refuse_newer(connection)
            config = _config()
            config.attributes.update(connection=connection, tell=tell)
            command.upgrade(config, "head")
            _make_triggers(connection)
            _name_installation(connection)
            _assert_sound(connection)
    finally:
        engine.dispose()
    return head()


def pending(url: str) -> tuple[Step, ...]:
    """Return the steps that `migrate` would take. Raises: EnvironmentFault where there is no database to ask."""
    return steps_after(ScriptDirectory.from_config(_config()), revision(url))


def head() -> str:
    """Return the revision that this Handslag needs."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def revision(url: str) -> str:
    """Return the revision of a database, empty where it has none yet.

    Raises: EnvironmentFault where there is no database.
    """
    engines = connect(url)
    try:
        with engines.reading.connect() as connection:
            return _revision(connection)
    finally:
        engines.close()


def check(url: str) -> None:
    """Make sure that the schema is this Handslag's and the triggers stand.

    Raises: EnvironmentFault saying what to run.
    """
    parsed = parse_url(url)
    if is_sqlite(parsed) and not file_of(parsed).exists():
        raise EnvironmentFault(f"there is no database at {file_of(parsed)}; run: handslag init")
    engines = connect(url)
    try:
        _check(engines.reading)
    finally:
        engines.close()


def _check(engine: Engine) -> None:
    with engine.connect() as connection:
        found = _revision(connection)
        _refuse_newer(connection)
        if found != head():
            raise EnvironmentFault(f"the database stands at schema {found or 'none'}, not {head()}; run: handslag init")
        if missing := missing_triggers(connection):
            raise EnvironmentFault(f"history is not protected, {', '.join(missing)} missing; run: handslag init")


def missing_triggers(connection: Connection) -> tuple[str, ...]:
    """Return the names of triggers that should stand and do not."""
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if connection.dialect.name != "sqlite":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    there = {row[0] for row in connection.exec_driver_sql(query)}
    names = (f"{table}_refuses_{act}" for table in APPEND_ONLY for act in ACTS[connection.dialect.name])
    return tuple(name for name in names if name not in there)


def _make_triggers(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    if not sqlite:
        connection.exec_driver_sql(_PG_REFUSAL.replace("%", "%%"))
    for table in APPEND_ONLY:
        for act in ACTS[connection.dialect.name]:
            name = f"{table}_refuses_{act}"
            on = "" if sqlite else f" ON {table}"
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{on}")
            body = f"BEGIN SELECT RAISE(ABORT, '{table} only grows: {act} refused'); END"
            if not sqlite:
                body = f"FOR EACH {'STATEMENT' if act == 'truncate' else 'ROW'} EXECUTE FUNCTION handslag_refuse()"
            connection.exec_driver_sql(f"CREATE TRIGGER {name} BEFORE {act} ON {table} {body}")


def _name_installation(connection: Connection) -> None:
    if connection.execute(_INSTALLATION.select()).first() is None:
        row = {"id": 1, "key": str(uuid4()), "place": "", "approved_by": "", "approved_at": None}
        connection.execute(_INSTALLATION.insert(), row)


def _assert_sound(connection: Connection) -> None:
    if missing := missing_triggers(connection):
        raise EnvironmentFault(f"the upgrade lost triggers: {', '.join(missing)}")
    if connection.dialect.name == "sqlite" and (lost := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
        raise EnvironmentFault(f"the upgrade left {len(lost)} rows pointing at nothing, first in {lost[0][0]}")


def _only_one(connection: Connection) -> None:
    # SQLite's BEGIN IMMEDIATE keeps a second upgrade waiting; PostgreSQL needs a lock of its own.
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7263514)")


def _refuse_newer(connection: Connection) -> None:
    found = _revision(connection)
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found and found not in known:
        raise EnvironmentFault(f"the database stands at schema {found}, made by a newer Handslag; install that one")


def _revision(connection: Connection) -> str:
    return MigrationContext.configure(connection).get_current_revision() or ""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
