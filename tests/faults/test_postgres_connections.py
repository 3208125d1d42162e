"""Connections cut at the worst instant, serialization failures, and many at once; judged by the independent checker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from engine import acts, due_work, use_cases
from engine.draft import Call
from engine.errors import EnvironmentFault, HandslagError
from engine.ports import Tx
from handslag import sweeping
from handslag.acting import actor_on
from handslag.wiring import House, load_version
from handslag.worker import fire_all
from storage.reads import line_of
from storage.store import SqlStore
from storage.transaction import SqlTx
from tests.contracts import stage
from tests.contracts.checker import Facts, faults
from tests.contracts.databases import fresh_postgres


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = stage.open_town(tmp_path, fresh_postgres(), now=stage.DUE)
    stage.found(made, {"aalborg": "AAL"})
    yield made
    made.close()


def url_of(house: House) -> str:
    return house.store.url.render_as_string(hide_password=False)


def cut(house: House, tx: Tx) -> None:
    """Terminate the server's side of a transaction's connection, from outside."""
    pid = line_of(tx).core.execute(text("SELECT pg_backend_pid()")).scalar_one()
    engine = create_engine(house.store.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    engine.dispose()


def finish(house: House, number: str, tx: Tx) -> use_cases.Outcome:
    """The move that ends a case, cancels its reminders and mails at once."""
    town = tx.programme("aalborg")
    call = Call(actor=actor_on(town, tx.case(number), "anne", stage.DUE), now=stage.DUE, ids=house.tools.ids)
    return use_cases.perform(tx, house.tools, number, acts.Advance(transition="finish"), call)


@pytest.mark.parametrize("instant", ["before", "after"])
def test_move_whose_connection_is_cut_is_done_once(house: House, instant: str) -> None:
    (number,) = stage.open_cases(house, 1)
    tries = []

    def move(tx: Tx) -> None:
        tries.append(tx)
        if len(tries) < 3 and instant == "before":
            cut(house, tx)
        finish(house, number, tx)
        if len(tries) < 3 and instant == "after":
            cut(house, tx)
            tx.case(number)  # hears that the connection is gone

    house.store.run(move)

    facts = Facts(url_of(house))
    assert (len(tries), [revision for _, revision, _ in facts.cases]) == (3, [2])
    assert faults(facts, []) == []


def test_connection_cut_at_the_commit_is_said_and_leaves_nothing_half_done(house: House) -> None:
    (number,) = stage.open_cases(house, 1)
    before = Facts(url_of(house))

    def bell(tx: SqlTx) -> None:  # the last thing before the commit
        cut(house, tx)

    store = SqlStore(url_of(house), load_version=load_version, bell=bell)
    with pytest.raises(EnvironmentFault, match="may or may not have been done; look before"):
        store.run(lambda tx: finish(house, number, tx))
    store.close()

    after = Facts(url_of(house))
    assert (after.cases, after.promises, after.messages) == (before.cases, before.promises, before.messages)
    house.store.run(lambda tx: finish(house, number, tx))
    assert faults(Facts(url_of(house)), []) == []


def test_firing_whose_connections_are_cut_loses_and_doubles_nothing(house: House) -> None:
    stage.open_cases(house, 30)
    cuts: list[int] = []

    def fire(tx: Tx, tools: use_cases.Tools, *rest: object) -> due_work.Worked:
        worked = due_work.fire_due(tx, tools, *rest)  # type: ignore[arg-type]
        if len(cuts) < 3:
            cuts.append(worked.fired)
            cut(house, tx)
            tx.next_due()
        return worked

    kind = sweeping.Kind(name="promise", due=sweeping.PROMISES.due, act=fire)
    swept = sweeping.sweep(house.store, house.tools, kind, stage.DUE, lambda: False)

    facts = Facts(url_of(house))
    assert (cuts, swept) == ([30, 30, 30], sweeping.Swept(done=30))
    assert Counter(state for _, state, *_ in facts.messages) == {"queued": 30}
    assert faults(facts, []) == []


def test_moves_and_firing_at_once_end_every_promise_exactly_once(house: House) -> None:
    numbers = stage.open_cases(house, 40)
    refused = []

    def move(number: str) -> None:
        try:
            house.store.run(lambda tx: finish(house, number, tx))
        except HandslagError as error:
            refused.append(error)

    jobs: list[Callable[[], object]] = [lambda n=n: move(n) for n in numbers]  # type: ignore[misc]
    jobs += [lambda: fire_all(house, stage.DUE)] * 4
    jobs += [lambda n=n: move(n) for n in numbers[::4]]  # type: ignore[misc]
    with ThreadPoolExecutor(8) as pool:
        for future in [pool.submit(job) for job in jobs]:
            future.result()
    fire_all(house, stage.DUE)

    facts = Facts(url_of(house))
    assert len(refused) == len(numbers[::4])  # the second finish of a case is refused: it is finished
    assert faults(facts, []) == []
    assert not {state for _, _, state, _ in facts.promises} & {"planned"}
    assert all(digest for _, _, digest in facts.cases)


def test_two_hundred_identical_moves_make_one(house: House) -> None:
    (number,) = stage.open_cases(house, 1)
    seen = house.store.read(lambda tx: tx.case(number))

    def move(_: int) -> str:
        try:
            house.store.run(lambda tx: _at(house, number, tx, seen.revision))
        except HandslagError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(16) as pool:
        ended = Counter(pool.map(move, range(200)))

    assert ended == {"done": 1, "case_conflict": 199}
    assert faults(Facts(url_of(house)), []) == []


def _at(house: House, number: str, tx: Tx, revision: int) -> None:
    town = tx.programme("aalborg")
    call = Call(actor=actor_on(town, tx.case(number), "anne", stage.DUE), now=stage.DUE, ids=house.tools.ids)
    use_cases.perform(tx, house.tools, number, acts.Advance(transition="finish"), call, revision=revision)
