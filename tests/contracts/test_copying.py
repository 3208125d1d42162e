"""Moving to another database: everything arrives, counted and verified, and no mail leaves before a person says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from engine.errors import EnvironmentFault, Refused
from handslag.wiring import load_version
from handslag.worker import fire_all
from storage import approval
from storage.connect import connect
from storage.copying import copy
from storage.reads import sealed
from storage.store import SqlStore
from tests.contracts import stage
from tests.contracts.checker import Facts, faults
from tests.contracts.databases import fresh_postgres, fresh_sqlite


@pytest.fixture
def source(tmp_path: Path) -> str:
    """A SQLite installation with three cases that has fired, and whose sending is approved."""
    url = fresh_sqlite()
    house = stage.open_town(tmp_path, url, now=stage.DUE)
    stage.found(house, {"aalborg": "AAL"})
    stage.open_cases(house, 3)
    fire_all(house, stage.DUE)
    house.store.run(lambda tx: approval.approve(tx, by="anne", at=stage.DUE))
    house.close()
    return url


@pytest.mark.parametrize("fresh", [fresh_postgres, fresh_sqlite], ids=["to postgresql", "to sqlite"])
def test_copy_is_the_same_installation_at_another_place(source: str, fresh: object, tmp_path: Path) -> None:
    assert callable(fresh)
    target = fresh()

    done = copy(source, target, load_version=load_version)

    assert (done.chains, done.rows["cases"], done.rows["promise"], done.rows["message"]) == (3, 3, 6, 3)
    assert {**vars(Facts(target))} == {**vars(Facts(source))}
    old, new = (SqlStore(url, load_version=load_version) for url in (source, target))
    was, now = (store.read(approval.approval) for store in (old, new))
    assert was.installation == now.installation
    assert was.holds and not now.holds and now.approved_place == ""
    assert old.read(lambda tx: sealed(tx, "AAL-2026-0002")) == new.read(lambda tx: sealed(tx, "AAL-2026-0002"))
    old.close()
    new.close()

    house = stage.open_town(tmp_path, target, now=stage.DUE)  # and goes on numbering
    assert stage.open_cases(house, 1, contact=house.store.read(lambda tx: tx.find_contact("aalborg", "c1@aalborg.example.org")))
    assert faults(Facts(target), []) == []
    house.close()


def test_copy_into_a_database_that_holds_something_is_refused(source: str) -> None:
    target = fresh_sqlite()
    copy(source, target, load_version=load_version)

    with pytest.raises(Refused, match="name an empty database"):
        copy(source, target, load_version=load_version)


def test_broken_chain_is_named_and_nothing_is_copied(source: str) -> None:
    engine = create_engine(source)
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER history_refuses_update"))
        connection.execute(text("UPDATE history SET body = replace(body, 'opened', 'moved') WHERE no = 1 AND case_id = 2"))
        connection.execute(text("CREATE TRIGGER history_refuses_update BEFORE UPDATE ON history BEGIN SELECT 1; END"))
    engine.dispose()
    target = fresh_postgres()

    with pytest.raises(EnvironmentFault, match=r"source: case AAL-2026-0002, entry 1: its text was changed"):
        copy(source, target, load_version=load_version)

    engines = connect(target)
    with engines.reading.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM cases").scalar() == 0
    engines.close()
