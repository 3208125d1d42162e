"""Bells: rung within a transaction, gone with it, heard by a worker; and what a batch of due work owes to others."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text

from engine import acts, due_work, use_cases
from engine.draft import Call
from engine.errors import CaseConflict
from engine.ports import Tx
from handslag import sweeping
from handslag.acting import actor_on
from handslag.dispatch.shift import Shift
from handslag.wiring import House
from handslag.worker import fire_all
from storage.reads import line_of
from tests.contracts import stage
from tests.contracts.checker import Facts, faults
from tests.contracts.databases import fresh_postgres


@pytest.fixture
def house(url: str, tmp_path: Path) -> Iterator[House]:
    """A town with two programmes on the day on which reminders are due."""
    made = stage.open_town(tmp_path, url, now=stage.DUE, tick_s=3600)
    stage.found(made, {"aalborg": "AAL", "odense": "ODE"})
    yield made
    made.close()


def finish(house: House, number: str) -> use_cases.Outcome:
    """Do the move that mails at once."""

    def use(tx: Tx) -> use_cases.Outcome:
        town = tx.programme("aalborg")
        call = Call(actor=actor_on(town, tx.case(number), "anne", stage.DUE), now=stage.DUE, ids=house.tools.ids)
        return use_cases.perform(tx, house.tools, number, acts.Advance(transition="finish"), call)

    return house.store.run(use)


async def looks(house: House, during: Callable[[], Any], wanted: int) -> int:
    """Run the house's dispatcher, do something once it has settled, and count the looks until there are so many."""
    stopping, count, settled = asyncio.Event(), 0, asyncio.Event()

    async def look() -> None:
        nonlocal count
        count += 1
        if count >= wanted:
            stopping.set()

    async def next_moment() -> datetime | None:
        settled.set()
        return None

    async def no_bells() -> int:
        return 0

    shift = Shift(name="w", clock=house.clock, tick=timedelta(hours=1), stopping=stopping, look=look, next_moment=next_moment,
                  bells=no_bells)  # fmt: skip
    running = asyncio.create_task(house.dispatcher.run(shift))
    await asyncio.wait_for(settled.wait(), 60)
    await asyncio.to_thread(during)
    await asyncio.wait_for(running, 60)
    return count


def bells(house: House) -> int:
    """How many bells wait in the database."""
    count = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'handslag.look'")
    return house.store.read(lambda tx: int(line_of(tx).core.execute(count).scalar_one()))


def test_bell_is_heard_after_the_commit(house: House) -> None:
    (number,) = stage.open_cases(house, 1)
    first = 1 if house.store.url.get_backend_name() == "sqlite" else 0  # one look of its own at the start

    heard = asyncio.run(looks(house, lambda: finish(house, number), first + 1))

    assert heard == first + 1


def test_bell_goes_with_its_transaction_and_is_for_what_is_due_now(tmp_path: Path) -> None:
    house = stage.open_town(tmp_path, fresh_postgres(), now=stage.DUE)
    stage.found(house, {"aalborg": "AAL"})
    (number,) = stage.open_cases(house, 1)
    house.store.run(lambda tx: line_of(tx).core.execute(text("DELETE FROM procrastinate_jobs")))
    case = house.store.read(lambda tx: tx.case(number))

    def refused(tx: Tx) -> None:
        house.dispatcher.ring(tx)
        raise KeyError("taken back")

    with pytest.raises(KeyError):
        house.store.run(refused)
    house.store.run(lambda tx: tx.postpone(tx.due_promises(stage.DUE, 1)[0], stage.DUE + timedelta(days=9), "later"))
    assert bells(house) == 0

    finish(house, case.number)
    assert bells(house) == 1
    house.close()


def test_two_rounds_at_once_write_one_mail_a_day(house: House) -> None:
    contact = house.store.run(lambda tx: stage.contact_of(tx, "aalborg", 1))
    stage.open_cases(house, 40, contact=contact)
    start = Barrier(4)

    def fire() -> None:
        start.wait()
        fire_all(house, stage.DUE)

    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(fire) for _ in range(4)]:
            future.result()
    fire_all(house, stage.DUE)

    facts = Facts(house.store.url.render_as_string(hide_password=False))
    assert [state for _, state, *_ in facts.messages] == ["queued"]
    assert Counter(state for _, _, state, _ in facts.promises) == {"queued": 40, "planned": 40}
    assert faults(facts, []) == []


def test_programme_that_another_worker_fires_does_not_hold_up_the_other(house: House) -> None:
    stage.open_cases(house, 3)
    stage.open_cases(house, 3, "odense")
    other = stage.open_town(house.folder, house.store.url.render_as_string(hide_password=False), now=stage.DUE)

    def fire_while_another_holds(tx: Tx) -> int:
        held = {item.case[:3] for item in tx.due_promises(stage.DUE, 1)}
        assert held == {"AAL"}
        if house.store.url.get_backend_name() == "sqlite":
            return 3  # one writer: nobody else is there
        return fire_all(other, stage.DUE).fired

    assert house.store.run(fire_while_another_holds) == 3
    fire_all(house, stage.DUE)
    assert house.store.read(lambda tx: tx.due_promises(stage.DUE, 10)) == []
    other.close()


def test_conflict_in_a_batch_loses_nothing(house: House) -> None:
    stage.open_cases(house, 5)
    tries = []

    def conflicts_once(tx: Tx, *rest: Any) -> due_work.Worked:
        worked = due_work.fire_due(tx, *rest)
        tries.append(worked.fired)
        if len(tries) == 1:
            raise CaseConflict("somebody was faster")
        return worked

    kind = sweeping.Kind(name="promise", due=lambda tx, now, limit: tx.due_promises(now, limit), act=conflicts_once)
    swept = sweeping.sweep(house.store, house.tools, kind, stage.DUE, lambda: False)

    assert (swept, tries) == (sweeping.Swept(done=5), [5, 5])


@pytest.mark.parametrize("what", [sweeping.PROMISES, sweeping.DEADLINES], ids=["promise", "deadline"])
def test_row_that_cannot_be_written_is_pushed_ahead_and_the_rest_goes_on(house: House, what: sweeping.Kind) -> None:
    numbers = stage.open_cases(house, 5)
    now = stage.DUE + timedelta(days=7) if what.name == "deadline" else stage.DUE
    poisoned = house.store.read(lambda tx: what.due(tx, now, 9))[2]

    def act(tx: Tx, tools: use_cases.Tools, at: datetime, limit: int) -> due_work.Worked:
        if poisoned in what.due(tx, at, limit):
            raise ZeroDivisionError("poison")
        return what.act(tx, tools, at, limit)

    swept = sweeping.sweep(house.store, house.tools, sweeping.Kind(name=what.name, due=what.due, act=act), now, lambda: False)

    assert swept == sweeping.Swept(done=4, failed=1)
    assert house.store.read(lambda tx: what.due(tx, now, 9)) == []
    again = house.store.read(lambda tx: what.due(tx, now + sweeping.POSTPONED_BY, 9))
    assert again == [poisoned] and poisoned.case in numbers
