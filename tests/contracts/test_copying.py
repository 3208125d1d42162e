"""Moving to another database: everything arrives, counted and verified, and no mail leaves before a person says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from engine.draft import Call
from engine.errors import EnvironmentFault, Refused
from engine.outgoing import fingerprint
from engine.policy import Reach
from engine.ports import Tx
from engine.search_words import asked
from handslag import bulk, tokens
from handslag.acting import actor_on
from handslag.bulk import Wanted
from handslag.tokens import fresh_token, hash_of, make_token
from handslag.wiring import RandomIds, load_version
from handslag.worker import fire_all
from storage import approval, bulk_rows, search, token_rows
from storage.connect import connect
from storage.copying import copy
from storage.reads import sealed
from storage.store import SqlStore
from tests.contracts import stage
from tests.contracts.checker import Facts, faults
from tests.contracts.databases import fresh_postgres, fresh_sqlite
from tests.many import why


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


@pytest.mark.parametrize("fresh", [fresh_postgres, fresh_sqlite], ids=["to postgresql", "to sqlite"])
def test_what_is_begun_goes_on_at_the_new_place(source: str, fresh: Callable[[], str], tmp_path: Path) -> None:
    numbers = ("AAL-2026-0001", "AAL-2026-0002")
    there = stage.open_town(tmp_path, source, now=stage.DUE)
    wanted = Wanted(programme="aalborg", person="anne", numbers=numbers, transition="finish", facts={})
    plan = there.store.read(lambda tx: bulk.plan(tx, there, wanted, _calls))
    bulk_id = bulk.begin(there, wanted, _calls, plan.digest)
    token = fresh_token()
    there.store.run(lambda tx: make_token(tx, token, "anne", tokens.Wanted(name="old place"), stage.DUE))
    there.close()
    target = fresh()

    copy(source, target, load_version=load_version)

    here = stage.open_town(tmp_path, target, now=stage.DUE)
    while bulk.go_on(here, bulk_id, _calls, why):
        pass
    assert here.store.read(lambda tx: bulk_rows.counts(tx, bulk_id)) == {"moved": 2}
    assert bulk.begin(here, replace(wanted, numbers=()), _calls, fingerprint([])) > bulk_id
    found = here.store.read(lambda tx: token_rows.bearer(tx, hash_of(token), stage.DUE))
    assert found is not None
    assert found.person == "anne"
    everywhere = Reach(person="anne", whole=("aalborg",))
    hits = here.store.read(lambda tx: search.found(tx, everywhere, asked("0002"), limit=5))
    assert len(hits) == 1
    assert here.store.read(lambda tx: tx.case(numbers[0])).phase == "done"
    here.close()


def _calls(tx: Tx, number: str) -> Call:
    return Call(actor=actor_on(tx.programme("aalborg"), tx.case(number), "anne", stage.DUE), now=stage.DUE, ids=RandomIds())


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
