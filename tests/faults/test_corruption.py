"""History damaged with raw SQL, its triggers dropped, on both databases: `audit verify` names the case and the entry."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine

from handslag.wiring import load_version
from storage.copying import copy
from tests.cli.desk import CliDesk, found_installation
from tests.contracts.databases import address, create_postgres

HISTORY = ("kind", "body", "previous", "hash", "recorded_at", "happened_at", "actor_key", "transition", "source", "target")
PRIVATE = ("path", "salt", "digest", "value")
HEAD = ("hash", "signature", "number")
KEYS = {"history": ("case_id", "no"), "private_text": ("case_id", "entry_no", "path"), "head": ("day", "case_id")}
KEPT = ("version_snapshot", "history", "private_text", "head", "cases")
Named = set[tuple[str, int]]


class Vault:
    """An installation to damage: three cases, heads signed on two days, entries before, between and after."""

    def __init__(self, desk: CliDesk) -> None:
        self.desk = desk

    def tell(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run one statement as whoever owns the database can."""
        raise NotImplementedError

    def mend(self) -> None:
        """Put everything back."""
        raise NotImplementedError

    def named(self, case: str = "") -> Named:
        """Return the cases and entries that `audit verify` names."""
        found = self.desk.json("audit", "verify", *([case] if case else []), code=1)["breaks"]
        return {(str(line["case"]), int(line["entry"])) for line in found}

    def numbers(self) -> dict[int, str]:
        """Return the cases' numbers by id."""
        return {int(no): str(number) for no, number in self.tell("SELECT id, number FROM cases ORDER BY id")}

    def set_value(self, table: str, keys: tuple[Any, ...], column: str, value: Any) -> None:
        """Change one value of one row."""
        where = " AND ".join(f"{name} = ?" for name in KEYS[table])
        self.tell(f"UPDATE {table} SET {column} = ? WHERE {where}", value, *keys)

    def flip(self, table: str, keys: tuple[Any, ...], column: str, rng: random.Random) -> None:
        """Change one byte of one value."""
        where = " AND ".join(f"{name} = ?" for name in KEYS[table])
        [(value,)] = self.tell(f"SELECT {column} FROM {table} WHERE {where}", *keys)
        self.set_value(table, keys, column, self.flipped(value, rng))

    def flipped(self, value: Any, rng: random.Random) -> Any:
        """Return a value with one byte changed (one character of text)."""
        if isinstance(value, int):
            return value ^ (1 << rng.randrange(40))
        at = rng.randrange(len(value)) if value else 0
        return value[:at] + rng.choice([c for c in "0123456789abcdefxyz~" if c != value[at : at + 1]]) + value[at + 1 :]


class SqliteVault(Vault):
    """On a SQLite file."""

    def __init__(self, desk: CliDesk) -> None:
        super().__init__(desk)
        self.path, self.whole = desk.folder / "handslag.db", desk.folder / "whole.db"
        with closing(sqlite3.connect(self.path)) as raw:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                raw.execute(f"DROP TRIGGER {name}")
            raw.commit()
        shutil.copy(self.path, self.whole)

    def tell(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.path)) as raw, raw:
            return raw.execute(sql, values).fetchall()

    def mend(self) -> None:
        for name in ("handslag.db-wal", "handslag.db-shm"):
            (self.desk.folder / name).unlink(missing_ok=True)
        shutil.copy(self.whole, self.path)

    def flipped(self, value: Any, rng: random.Random) -> Any:
        """On SQLite any byte may become any other, also one that is no text."""
        if isinstance(value, int) or not value or rng.random() < 0.5:
            return super().flipped(value, rng)
        raw = bytearray(value.encode())
        raw[rng.randrange(len(raw))] ^= 1 << rng.randrange(8)
        return bytes(raw)

    def set_value(self, table: str, keys: tuple[Any, ...], column: str, value: Any) -> None:
        where = " AND ".join(f"{name} = ?" for name in KEYS[table])
        cast = "CAST(? AS TEXT)" if isinstance(value, bytes) else "?"
        self.tell(f"UPDATE {table} SET {column} = {cast} WHERE {where}", value, *keys)


class PostgresVault(Vault):
    """On a PostgreSQL database, as a superuser whom neither triggers nor keys stop."""

    def __init__(self, desk: CliDesk, url: str) -> None:
        super().__init__(desk)
        self.engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        for table in KEPT:
            self.tell(f"CREATE TABLE kept_{table} AS TABLE {table}")

    def tell(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection, closing(connection.connection.cursor()) as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(sql.replace("%", "%%").replace("?", "%s") if values else sql, values or None)
            return list(cursor.fetchall()) if cursor.description else []

    def mend(self) -> None:
        for table in KEPT:
            self.tell(f"DELETE FROM {table}")
            self.tell(f"INSERT INTO {table} SELECT * FROM kept_{table}")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation that nobody has touched."""
    folder = tmp_path_factory.mktemp("vault") / "installation"
    found_installation(folder)
    desk = CliDesk(folder=folder)
    cases = [str(desk.json("case", "open", "1")["case"]) for _ in range(3)]
    for day, said in (("08", "Called them"), ("09", "They called back"), ("10", "Æblegård is nice")):
        for case in cases:
            desk.run("case", "comment", case, f"{said} about {case}", now=f"2026-04-{day}T09:30")
        if day != "10":
            desk.run("audit", "head", "--store", now=f"2026-04-{day}T20:00")
    return folder


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def vault(request: pytest.FixtureRequest, whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Vault:
    folder = tmp_path_factory.mktemp(request.param) / "installation"
    shutil.copytree(whole, folder)
    desk = CliDesk(folder=folder)
    if request.param == "sqlite":
        return SqliteVault(desk)
    url = address(create_postgres())
    copy(f"sqlite:///{folder / 'handslag.db'}", url, load_version=load_version)
    config = folder / "config.toml"
    lines = [f'url = "{url}"' if "url = " in line else line for line in config.read_text(encoding="utf-8").splitlines()]
    config.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return PostgresVault(desk, url)


@pytest.fixture(autouse=True)
def mended(vault: Vault) -> Iterator[None]:
    """Every test finds a history that is whole."""
    yield
    vault.mend()


def rows(vault: Vault, table: str) -> list[tuple[Any, ...]]:
    """The keys of every row."""
    names = ", ".join(KEYS[table])
    return vault.tell(f"SELECT {names} FROM {table} ORDER BY {names}")


def entry_of(vault: Vault, keys: tuple[Any, ...]) -> tuple[str, int]:
    return vault.numbers()[keys[0]], int(keys[1])


def test_whole_history_is_said_to_be_whole(vault: Vault) -> None:
    said = vault.desk.run("audit", "verify")

    assert "3 case(s) verified, 0 broken" in said.out
    assert "signed heads of 2 day(s)" in said.out
    assert vault.desk.json("audit", "verify", vault.numbers()[1])["breaks"] == []


@pytest.mark.parametrize(
    ("table", "column"), [*(("history", name) for name in HISTORY), *(("private_text", name) for name in PRIVATE)]
)
def test_one_byte_of_a_row_of_history_is_named(vault: Vault, table: str, column: str) -> None:
    rng = random.Random(f"{table} {column}")
    for _ in range(2):
        keys = rng.choice(rows(vault, table))
        vault.flip(table, keys, column, rng)

        assert entry_of(vault, keys) in vault.named(), (keys, column)
        vault.mend()


def test_random_bytes_anywhere_are_named(vault: Vault) -> None:
    rng = random.Random(20261123)
    for _ in range(30):
        table = rng.choice(["history", "private_text"])
        column = rng.choice(HISTORY if table == "history" else PRIVATE)
        keys = rng.choice(rows(vault, table))
        vault.flip(table, keys, column, rng)

        assert entry_of(vault, keys) in vault.named(), (keys, column)
        vault.mend()


@pytest.mark.parametrize("column", HEAD)
def test_one_byte_of_a_signed_head_is_named(vault: Vault, column: str) -> None:
    rng = random.Random(column)
    keys = rng.choice(rows(vault, "head"))
    vault.flip("head", keys, column, rng)

    assert vault.numbers()[keys[1]] in {case for case, _ in vault.named()}


@pytest.mark.parametrize("what", ["dropped", "another day", "another case", "another entry"])
def test_signed_head_that_was_dropped_or_moved_is_named(vault: Vault, what: str) -> None:
    *_, keys = rows(vault, "head")
    number = vault.numbers()[keys[1]]
    match what:
        case "dropped":
            vault.tell("DELETE FROM head WHERE day = ? AND case_id = ?", *keys)
        case "another day":
            vault.set_value("head", keys, "day", "2026-04-20")
        case "another case":
            vault.set_value("head", keys, "case_id", 77)
        case _:
            vault.set_value("head", keys, "entry_no", 1)

    assert number in {case for case, _ in vault.named()}


def test_line_added_to_a_signed_list_is_noticed(vault: Vault) -> None:
    vault.tell("INSERT INTO head SELECT day, 9, 1, hash, signature, 'AAL-2026-0009' FROM head WHERE case_id = 1")

    assert "AAL-2026-0009" in {case for case, _ in vault.named()}


@pytest.mark.parametrize("no", [1, 2, 3, 4])
def test_dropped_row_is_named(vault: Vault, no: int) -> None:
    vault.tell("DELETE FROM history WHERE case_id = 2 AND no = ?", no)

    assert (vault.numbers()[2], no) in vault.named()


def test_row_moved_to_another_case_is_named_in_both(vault: Vault) -> None:
    vault.tell("UPDATE history SET case_id = 1, no = 5 WHERE case_id = 2 AND no = 4")

    assert vault.named() >= {(vault.numbers()[1], 5), (vault.numbers()[2], 4)}


def test_row_of_no_case_is_named(vault: Vault) -> None:
    vault.tell("UPDATE history SET case_id = 99 WHERE case_id = 2 AND no = 4")

    assert vault.named() >= {("(id 99)", 4), (vault.numbers()[2], 4)}


@pytest.mark.parametrize(("no", "to"), [(4, 5), (1, 3)])
def test_inserted_row_is_named(vault: Vault, no: int, to: int) -> None:
    if to <= 4:  # make room: what stands there moves up
        for later in range(4, to - 1, -1):
            vault.tell("UPDATE history SET no = ? WHERE case_id = 3 AND no = ?", later + 1, later)
    vault.tell(
        "INSERT INTO history SELECT case_id, ?, kind, body, previous, hash, recorded_at, happened_at, actor_key, transition,"
        " source, target FROM history WHERE case_id = 3 AND no = ?", to, no,
    )  # fmt: skip

    assert (vault.numbers()[3], to) in vault.named()


def test_reordered_rows_are_named(vault: Vault) -> None:
    for old, new in ((2, 90), (3, 2), (90, 3)):
        vault.tell("UPDATE history SET no = ? WHERE case_id = 1 AND no = ?", new, old)

    assert (vault.numbers()[1], 2) in vault.named()


def test_dropped_private_word_is_named_and_an_erased_one_is_not(vault: Vault) -> None:
    keys = rows(vault, "private_text")[3]
    vault.set_value("private_text", keys, "value", None)
    assert vault.desk.json("audit", "verify")["breaks"] == []

    vault.tell("DELETE FROM private_text WHERE case_id = ? AND entry_no = ? AND path = ?", *keys)

    assert entry_of(vault, keys) in vault.named()


def cut(vault: Vault, last: int) -> None:
    """Cut a tail off so that nothing in the database itself contradicts it."""
    vault.tell("DELETE FROM history WHERE case_id = 2 AND no > ?", last)
    vault.tell("DELETE FROM private_text WHERE case_id = 2 AND entry_no > ?", last)
    vault.tell("UPDATE cases SET revision = ?, head = (SELECT hash FROM history WHERE case_id = 2 AND no = ?) WHERE id = 2",
               last, last)  # fmt: skip


def test_truncated_tail_is_caught_by_the_last_signed_heads(vault: Vault) -> None:
    cut(vault, 2)

    number = vault.numbers()[2]
    assert vault.named() == vault.named(number) == {(number, 3)}


def test_deleted_case_is_caught_by_the_last_signed_heads(vault: Vault) -> None:
    number = vault.numbers()[2]
    for table in ("private_text", "history", "deadline", "promise", "party", "seat", "record"):
        vault.tell(f"DELETE FROM {table} WHERE case_id = 2")
    vault.tell("DELETE FROM cases WHERE id = 2")

    assert vault.named() == {(number, 1)}


def resealed(vault: Vault, first: int, change: Callable[[dict[str, Any]], None]) -> None:
    """Write a chain anew from an entry on, every hash made to fit."""
    [(previous,)] = vault.tell("SELECT previous FROM history WHERE case_id = 2 AND no = ?", first)
    for no, body in vault.tell("SELECT no, body FROM history WHERE case_id = 2 AND no >= ? ORDER BY no", first):
        told = json.loads(body)
        if no == first:
            change(told)
        text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        digest = hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
        vault.tell(
            "UPDATE history SET body = ?, previous = ?, hash = ? WHERE case_id = 2 AND no = ?", text, previous, digest, no
        )
        previous = digest
    vault.tell("UPDATE cases SET head = ? WHERE id = 2", previous)


def test_rewritten_chain_is_caught_by_the_signed_heads_after_it(vault: Vault) -> None:
    resealed(vault, 3, lambda body: body.update(surface="elsewhere"))

    number = vault.numbers()[2]
    assert vault.named() == vault.named(number) == {(number, 3)}


def test_changed_snapshot_of_a_version_is_named(vault: Vault) -> None:
    vault.tell("UPDATE version_snapshot SET content = replace(content, 'coordinator', 'head_of_department')")

    said = vault.desk.json("audit", "verify", code=1)["breaks"]
    assert [(line["code"], line["detail"]) for line in said] == [("version", "its snapshot is not what its files say")]


def test_wrong_key_is_noticed(vault: Vault) -> None:
    key = vault.desk.folder / "audit.key"
    usual = key.read_text(encoding="ascii")
    key.write_text("00" * 32, encoding="ascii")
    try:
        said = vault.desk.json("audit", "verify", code=1)["breaks"]
    finally:
        key.write_text(usual, encoding="ascii")

    assert {line["code"] for line in said} == {"list"}
