"""The network between us and PostgreSQL stalls, heals, or is gone: nobody waits for ever, and nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import make_url

from engine import acts, use_cases
from engine.draft import Call
from engine.errors import EnvironmentFault
from engine.ports import Tx
from handslag.acting import actor_on
from handslag.wiring import House
from storage import connect as connect_module
from storage import store as store_module
from tests.contracts import stage
from tests.contracts.checker import Facts, faults
from tests.contracts.databases import fresh_postgres
from tests.faults.proxy import Cable


@pytest.fixture
def cable() -> Iterator[Cable]:
    """A cable to the server that all tests share."""
    url = make_url(fresh_postgres())
    folder = url.query.get("host")
    made = Cable(f"{folder}/.s.PGSQL.{url.port or 5432}" if isinstance(folder, str) else url.port or 5432)
    yield made
    made.close()


def house_on(folder: Path, url: str) -> House:
    return stage.open_town(folder, url, now=stage.DUE)


def through(cable: Cable, url: str) -> str:
    """Return the address of a database at the other end of the cable."""
    return make_url(url).set(host="127.0.0.1", port=cable.port, query={}).render_as_string(hide_password=False)


def comment(house: House, number: str, text: str, then: object = None) -> None:
    """Say something; `then` is called within the transaction, once all is written."""

    def use(tx: Tx) -> None:
        town = tx.programme("aalborg")
        call = Call(actor=actor_on(town, tx.case(number), "anne", stage.DUE), now=stage.DUE, ids=house.tools.ids)
        use_cases.perform(tx, house.tools, number, acts.Comment(text=text), call)
        if callable(then):
            then()

    house.store.run(use)


def test_stalled_network_that_heals_loses_and_doubles_nothing(cable: Cable, tmp_path: Path) -> None:
    url = fresh_postgres()
    near = house_on(tmp_path, url)
    stage.found(near, {"aalborg": "AAL"})
    numbers = stage.open_cases(near, 4)
    far = house_on(tmp_path, through(cable, url))
    with ThreadPoolExecutor(4) as pool:
        comment(far, numbers[0], "before")
        cable.stall()
        waiting = [pool.submit(comment, far, number, "while it stalls") for number in numbers]
        comment(near, numbers[0], "from elsewhere")
        assert not any(future.done() for future in waiting)
        cable.heal()
        for future in waiting:
            future.result(60)
    far.close()
    near.close()

    facts = Facts(url)
    assert faults(facts, []) == []
    assert sorted(revision for _, revision, _ in facts.cases) == [2, 2, 2, 4]


def test_case_of_a_caller_who_vanished_in_the_middle_is_free_again_soon(
    cable: Cable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connect_module, "IDLE_S", 1)
    monkeypatch.setattr(store_module, "FIRST_WAIT_S", 0)
    url = fresh_postgres()
    near = house_on(tmp_path, url)
    stage.found(near, {"aalborg": "AAL"})
    (number,) = stage.open_cases(near, 1)
    far = house_on(tmp_path, through(cable, url))
    with ThreadPoolExecutor(1) as pool:
        lost = pool.submit(comment, far, number, "from the lost one", cable.stall)
        while not lost.running():
            pass
        while cable.flowing:
            pass
        comment(near, number, "from elsewhere")  # the row was locked by the lost one; the server let it go
        cable.cut()
        cable.heal()
        with pytest.raises(EnvironmentFault, match="may or may not have been done"):
            lost.result(60)
    far.close()
    near.close()

    facts = Facts(url)
    assert faults(facts, []) == []
    assert [revision for _, revision, _ in facts.cases] == [2]


def test_worker_behind_a_cut_cable_says_so_and_works_on_when_it_is_mended(cable: Cable, tmp_path: Path) -> None:
    url = fresh_postgres()
    near = house_on(tmp_path, url)
    stage.found(near, {"aalborg": "AAL"})
    (number,) = stage.open_cases(near, 1)
    near.close()
    far = house_on(tmp_path, through(cable, url))
    comment(far, number, "one")
    for said in ("two", "three"):
        cable.cut()
        comment(far, number, said)
    far.close()

    facts = Facts(url)
    assert faults(facts, []) == []
    assert [revision for _, revision, _ in facts.cases] == [4]
