"""Backup, restore, and permission to send: a copy never sends by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import EnvironmentFault
from storage import approval, reads, schema
from storage.backup import backup, restore
from storage.store import SqlStore
from tests.contracts.cast import NOW, load_version, open_case, settle_in


def test_sending_needs_a_person_and_this_place(store: SqlStore) -> None:
    with pytest.raises(EnvironmentFault, match="not approved"):
        store.read(approval.check)

    given = store.run(lambda tx: approval.approve(tx, by="alice", at=NOW))

    assert given.holds and given.approved_by == "alice" and given.approved_at == NOW
    assert given.installation and given.place == given.approved_place
    store.read(approval.check)
    store.run(approval.revoke)
    with pytest.raises(EnvironmentFault, match="not approved"):
        store.read(approval.check)


def test_moved_database_may_not_send(sqlite_url: str, tmp_path: Path) -> None:
    schema.migrate(sqlite_url)
    first = SqlStore(sqlite_url, load_version=load_version)
    first.run(lambda tx: approval.approve(tx, by="alice", at=NOW))
    first.close()
    (tmp_path / "new" / "handslag.db").rename(tmp_path / "moved.db")

    moved = SqlStore(f"sqlite:///{tmp_path / 'moved.db'}", load_version=load_version)

    with pytest.raises(EnvironmentFault, match="but this database is at"):
        moved.read(approval.check)
    moved.close()


def test_restored_backup_holds_everything_and_sends_nothing(sqlite_url: str, tmp_path: Path) -> None:
    schema.migrate(sqlite_url)
    first = SqlStore(sqlite_url, load_version=load_version)
    settle_in(first)
    opened = open_case(first)
    first.run(lambda tx: approval.approve(tx, by="alice", at=NOW))
    saved = backup(sqlite_url, tmp_path / "saved.db")
    open_case(first)
    first.close()
    (tmp_path / "new" / "handslag.db").rename(tmp_path / "old.db")

    restore(saved, sqlite_url)

    schema.check(sqlite_url)
    again = SqlStore(sqlite_url, load_version=load_version)
    assert [c.number for c in again.read(lambda tx: reads.cases(tx))] == [opened.number]
    assert again.read(lambda tx: tx.case(opened.number, whole=True)) == opened
    assert not again.read(approval.approval).approved_place
    again.close()
    assert saved.stat().st_mode & 0o777 == 0o600


def test_backup_is_taken_while_a_transaction_is_open(sqlite_url: str, tmp_path: Path) -> None:
    schema.migrate(sqlite_url)
    store = SqlStore(sqlite_url, load_version=load_version)
    settle_in(store)

    def write_meanwhile(tx: object) -> None:
        tx.give_number(tx.programme("aalborg"), 2026)  # type: ignore[attr-defined]
        backup(sqlite_url, tmp_path / "saved.db")

    store.run(write_meanwhile)
    store.close()
    restore(tmp_path / "saved.db", f"sqlite:///{tmp_path / 'again.db'}")
    again = SqlStore(f"sqlite:///{tmp_path / 'again.db'}", load_version=load_version)
    assert open_case(again).number == "AAL-2026-0001"
    again.close()


def test_nothing_is_overwritten_and_rubbish_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="no database"):
        backup(sqlite_url, tmp_path / "saved.db")
    schema.migrate(sqlite_url)
    backup(sqlite_url, tmp_path / "saved.db")
    with pytest.raises(EnvironmentFault, match="exists already"):
        backup(sqlite_url, tmp_path / "saved.db")
    with pytest.raises(EnvironmentFault, match="move it away"):
        restore(tmp_path / "saved.db", sqlite_url)

    (tmp_path / "rubbish.db").write_text("not a database at all, but long enough to look at" * 100)
    elsewhere = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    with pytest.raises(EnvironmentFault, match="cannot copy"):
        restore(tmp_path / "rubbish.db", elsewhere)
    (tmp_path / "empty.db").touch()
    with pytest.raises(EnvironmentFault, match="no Handslag database"):
        restore(tmp_path / "empty.db", elsewhere)
    assert not (tmp_path / "elsewhere.db").exists()
    (tmp_path / "elsewhere.db-wal").touch()
    with pytest.raises(EnvironmentFault, match=r"elsewhere\.db-wal"):
        restore(tmp_path / "saved.db", elsewhere)
