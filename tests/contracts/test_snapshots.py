"""Snapshots of versions: read instead of the files, never trusted against them, noticed where they were changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack

import pytest
from sqlalchemy import text

from engine.declared import Version, VersionRef
from engine.ports import Tx
from handslag.wiring import load_version
from storage.connect import connect
from storage.reads import line_of
from storage.schema import ACTS
from storage.snapshot_rows import SNAPSHOTS, keep
from storage.store import SqlStore
from storage.transaction import SqlTx
from tests.contracts.cast import NOW
from tests.contracts.stage import FILES
from workflows.folder import digest
from workflows.published import YamlSnapshots, snapshot

PUBLISHED = load_version(FILES)
REF = VersionRef(key=PUBLISHED.key, number=PUBLISHED.number, hash=digest(FILES))
OTHER = snapshot(FILES).replace('"title"', '"titel"', 1)
Open = Callable[["Counted | None"], SqlStore]


class Counted(YamlSnapshots):
    """Counts how often files were read."""

    def __init__(self, form: int = YamlSnapshots.format) -> None:
        self.format = form
        self.made = 0

    def make(self, files: Mapping[str, str]) -> str:
        self.made += 1
        return super().make(files)


@pytest.fixture
def opened(url: str) -> Iterator[Open]:
    """Opens the database again and again, as one process after the other would."""
    with ExitStack() as stack:

        def open_store(snapshots: Counted | None) -> SqlStore:
            store = SqlStore(url, load_version=load_version, snapshots=snapshots)
            stack.callback(store.close)
            return store

        yield open_store


def publish(tx: Tx) -> bool:
    return tx.publish(REF.key, REF.number, FILES, REF.hash, NOW)


def version(tx: Tx) -> Version:
    return tx.version(REF)


def declared(version: Version) -> object:
    return version.hash, version.phases, version.mails, version.followups, version.roles, version.title


def differing(store: SqlStore) -> list[str]:
    def ask(tx: Tx) -> list[str]:
        assert isinstance(tx, SqlTx)
        return [wrong for _key, _number, wrong in tx.differing_versions()]

    return store.read(ask)


def forge(url: str, table: str, statement: str, *values: str) -> None:
    """Change what only grows, as whoever owns the database can."""
    engines = connect(url)
    with engines.writing.begin() as connection:
        for act in ACTS[connection.dialect.name]:
            on = "" if connection.dialect.name == "sqlite" else f" ON {table}"
            connection.exec_driver_sql(f"DROP TRIGGER {table}_refuses_{act}{on}")
        connection.execute(text(statement), {f"v{n}": value for n, value in enumerate(values)})
    engines.close()


def test_published_version_is_read_from_its_snapshot(opened: Open) -> None:
    opened(Counted()).run(publish)
    later = Counted()

    assert declared(opened(later).read(version)) == declared(PUBLISHED)
    assert later.made == 0


def test_snapshot_of_an_older_version_is_kept_by_the_first_that_writes(opened: Open) -> None:
    opened(None).run(publish)

    for _ in range(2):
        only_reads = Counted()
        opened(only_reads).read(version)
        assert only_reads.made == 1
    writes = Counted()
    store = opened(writes)
    store.read(version)
    store.run(version)
    after = Counted()
    opened(after).run(version)

    assert (writes.made, after.made) == (1, 0)


def test_another_way_of_reading_makes_its_own(opened: Open) -> None:
    opened(Counted()).run(publish)
    newer, once_more = Counted(form=2), Counted(form=2)

    opened(newer).run(version)
    opened(once_more).read(version)

    assert (newer.made, once_more.made) == (1, 0)


def test_changed_snapshot_is_passed_over_and_named(opened: Open, url: str) -> None:
    store = opened(Counted())
    store.run(publish)
    assert differing(store) == []

    forge(url, "version_snapshot", "UPDATE version_snapshot SET content = :v0", OTHER)

    later = Counted()
    assert declared(opened(later).read(version)) == declared(PUBLISHED)
    assert later.made == 1
    assert differing(store) == ["its snapshot is not what its files say"]


def test_forged_snapshot_with_a_hash_that_fits_is_named(opened: Open) -> None:
    store = opened(Counted())
    opened(None).run(publish)
    store.run(lambda tx: keep(line_of(tx), REF, Counted(), OTHER))

    assert differing(store) == ["its snapshot is not what its files say"]


def test_no_snapshot_counts_where_the_files_are_not_those_published(opened: Open, url: str) -> None:
    opened(Counted()).run(publish)
    old = FILES["workflow.yaml"]
    forge(url, "version", "UPDATE version SET files = replace(files, 'workflow:', '# workflow:')")
    assert old.count("workflow:")
    later = Counted()
    store = opened(later)

    with pytest.raises(Exception, match="this release cannot read"):
        store.run(version)
    assert later.made == 1
    assert len(differing(store)) == 1
    assert store.read(lambda tx: line_of(tx).core.execute(SNAPSHOTS.select()).all())[0].version_id == 1


def test_snapshot_that_cannot_be_read_is_passed_over(opened: Open) -> None:
    opened(None).run(publish)
    opened(None).run(lambda tx: keep(line_of(tx), REF, Counted(), "no JSON"))
    later = Counted()

    assert declared(opened(later).read(version)) == declared(PUBLISHED)
    assert later.made == 1
