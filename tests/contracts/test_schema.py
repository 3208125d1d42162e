"""The schema: what migrations make is what the tables declare, and what only grows cannot be changed or deleted."""

from __future__ import annotations

import stat
import sys
import warnings
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from engine.actor import system
from engine.errors import EnvironmentFault
from engine.ports import Tx
from storage import programme_log, schema, search_tables, snapshot_rows
from storage.columns import Instant, JsonText
from storage.connect import connect, connect_to_migrate
from storage.reads import line_of
from storage.store import SqlStore
from storage.tables import APPEND_ONLY, TABLES, is_ours
from tests.contracts import stage
from tests.contracts.cast import NOW, REF, TODAY, load_version, open_case, settle_in
from tests.contracts.databases import address, create_postgres
from workflows.published import YamlSnapshots

INDEXES = {
    "sqlite": "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
}


def test_migrations_make_what_the_tables_declare(url: str) -> None:
    engines = connect(url)
    with engines.reading.connect() as connection, warnings.catch_warnings():
        # Indexes over expressions cannot be read back on every database; the next test compares all by their text.
        warnings.simplefilter("ignore")
        context = MigrationContext.configure(connection, opts={"compare_type": _differ, "include_name": is_ours})
        differences = compare_metadata(context, TABLES)
    engines.close()

    assert [d for d in differences if not str(d[0]).endswith("_index")] == []


def test_migrations_make_the_indexes_that_the_tables_declare(url: str, tmp_path: Path) -> None:
    # Each database tells its indexes in words of its own, so the declared ones are made too, and read back from there.
    there = f"sqlite:///{tmp_path / 'declared.db'}" if url.startswith("sqlite") else address(create_postgres())
    engine = connect_to_migrate(there)
    with engine.begin() as connection:
        TABLES.create_all(connection)
    engine.dispose()

    made = indexes(url)
    made.pop(search_tables.INDEX, None)  # of PostgreSQL alone; test_search looks at it
    assert made == indexes(there)


def indexes(url: str) -> dict[str, str]:
    """Return the indexes of our tables as the database tells them, by name."""
    engine = connect_to_migrate(url)
    with engine.connect() as connection:
        wanted = INDEXES[engine.dialect.name]
        found = {str(name): " ".join(str(told).split()) for table, name, told in connection.execute(text(wanted))
                 if table in TABLES.tables}  # fmt: skip
    engine.dispose()
    return found


def _differ(context: object, there: object, column: object, read: object, declared: object) -> bool | None:
    return False if isinstance(declared, (Instant, JsonText)) else None


def test_what_only_grows_refuses_update_and_delete(store: SqlStore) -> None:
    settle_in(store)
    open_case(store)
    store.run(lambda tx: tx.save_heads(TODAY, "signature"))  # type: ignore[attr-defined]
    store.run(lambda tx: programme_log.note(tx, system("test"), NOW, "kind", "x", {}))
    store.run(lambda tx: snapshot_rows.keep(line_of(tx), REF, YamlSnapshots(), "{}"))

    for table in APPEND_ONLY:
        truncate = [] if store.url.get_backend_name() == "sqlite" else [f"TRUNCATE {table} CASCADE"]
        column = "hash" if "hash" in TABLES.tables[table].c else "subject"
        for act in (f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}", *truncate):

            def forge(tx: Tx, act: str = act) -> None:
                line_of(tx).core.execute(text(act))

            with pytest.raises(Exception, match=f"{table} only grows"):
                store.run(forge)


def test_lost_trigger_is_noticed_and_made_again(url: str) -> None:
    schema.check(url)
    engines = connect(url)
    on = "" if engines.url.get_backend_name() == "sqlite" else " ON history"
    with engines.writing.begin() as connection:
        connection.exec_driver_sql(f"DROP TRIGGER history_refuses_delete{on}")
    engines.close()

    with pytest.raises(EnvironmentFault, match="history_refuses_delete missing"):
        schema.check(url)
    schema.migrate(url)
    schema.check(url)


def test_other_revision_is_refused(url: str) -> None:
    assert schema.revision(url) == schema.head()
    engines = connect(url)
    for revision, said in (("0001", "run: handslag init"), ("9999", "newer Handslag")):
        with engines.writing.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})
        with pytest.raises(EnvironmentFault, match=said):
            schema.check(url)
    engines.close()
    with pytest.raises(EnvironmentFault, match="newer Handslag"):
        schema.migrate(url)


def test_new_database_is_for_its_owner_only(sqlite_url: str, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="run: handslag init"):
        schema.check(sqlite_url)
    with pytest.raises(EnvironmentFault, match="run: handslag init"):
        SqlStore(sqlite_url, load_version=load_version)

    schema.migrate(sqlite_url)

    assert stat.S_IMODE((tmp_path / "new" / "handslag.db").stat().st_mode) == 0o600
    schema.check(sqlite_url)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mysql://x/y", "not in 'mysql'"),
        ("sqlite://", "needs a file"),
        ("handslag.db", "no database address"),
    ],
)
def test_strange_address_is_refused(address: str, said: str) -> None:
    with pytest.raises(EnvironmentFault, match=said):
        connect(address)


def test_missing_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(EnvironmentFault, match=r'pip install "handslag\[postgres\]"'):
        connect("postgresql://somewhere/handslag")


def test_database_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    store = SqlStore(f"sqlite:///{tmp_path / 'folder.db'}", load_version=load_version)

    with pytest.raises(EnvironmentFault, match=r"cannot open the database at .*folder\.db"):
        store.run(lambda tx: None)


def test_sqlite_is_durable_and_keeps_references(sqlite_url: str) -> None:
    schema.migrate(sqlite_url)
    wanted = {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 5000, "wal_autocheckpoint": 4000}
    with pytest.raises(EnvironmentFault, match="FULL, NORMAL"):
        connect(sqlite_url, synchronous="OFF")
    for synchronous, number in (("FULL", 2), ("NORMAL", 1)):
        engines = connect(sqlite_url, synchronous=synchronous)
        with engines.writing.connect() as connection:
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in (*wanted, "synchronous")}
        engines.close()
        assert found == {**wanted, "synchronous": number}


def test_missing_procrastinate_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    url = address(create_postgres())
    monkeypatch.setitem(sys.modules, "procrastinate", None)
    monkeypatch.setitem(sys.modules, "procrastinate.schema", None)

    with pytest.raises(EnvironmentFault, match=r'pip install "handslag\[postgres\]"'):
        schema.migrate(url)

    monkeypatch.undo()
    schema.migrate(url)  # nothing stands of the first try
    schema.check(url)


def test_procrastinate_comes_and_goes_with_its_revision(url: str) -> None:
    before = tables(url)
    go_back(url, "0004")

    assert [name for name in tables(url) if name.startswith("procrastinate_")] == []
    schema.migrate(url)
    assert tables(url) == before


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_migration_says_beforehand_what_it_does_and_then_how_far_it_is(kind: str, tmp_path: Path) -> None:
    url = stage.town(kind, tmp_path / "town", 20)
    go_back(url, "0006")
    told: list[str] = []

    announced = [step.revision for step in schema.pending(url)]
    schema.migrate(url, told.append)

    applied = [line.split(":")[0].removeprefix("schema ") for line in told if line.startswith("schema ")]
    assert announced[0] == "0007"
    assert applied == announced
    assert "words of 20 cases gathered" in told
    assert schema.pending(url) == ()
    schema.check(url)


def go_back(url: str, revision: str) -> None:
    engine = connect_to_migrate(url)
    with engine.begin() as connection:
        config = schema._config()
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
    engine.dispose()


def tables(url: str) -> set[str]:
    engine = connect_to_migrate(url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names
