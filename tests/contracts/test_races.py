"""Two at once: one wins, nothing is doubled, nothing is lost. Barriers and events decide the order, no clock does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import TypeVar

import pytest

from engine.case import Case
from engine.errors import CaseConflict
from engine.ports import Tx
from storage import store as store_module
from storage.schema import check, head, migrate
from storage.store import SqlStore
from tests.contracts.cast import HOUR, NOW, add_messages, message, open_case, settle_in, step

T = TypeVar("T")


def together(*acts: Callable[[], T]) -> list[T | BaseException]:
    """Run the acts in threads and return what each returned or raised."""
    with ThreadPoolExecutor(len(acts)) as pool:
        futures = [pool.submit(act) for act in acts]
    return [future.exception() or future.result() for future in futures]


def test_of_two_moves_of_one_case_one_wins(store: SqlStore) -> None:
    settle_in(store)
    opened = open_case(store)
    both_have_looked = Barrier(2)

    def move(actor: str) -> Case:
        seen = store.read(lambda tx: tx.case(opened.number))
        both_have_looked.wait()
        return store.run(lambda tx: step(tx, seen, actor=actor, phase=actor))

    ended = together(lambda: move("alice"), lambda: move("bob"))

    winner = next(e for e in ended if isinstance(e, Case))
    loser = next(e for e in ended if isinstance(e, CaseConflict))
    assert store.read(lambda tx: tx.case(opened.number)) == winner
    assert loser.values["by"] == winner.phase.title()


def test_read_and_write_in_one_use_case_loses_no_update(store: SqlStore) -> None:
    settle_in(store)
    opened = open_case(store)

    def count_on(tx: Tx) -> None:
        case = tx.case(opened.number)
        step(tx, case, period=case.period + 1)

    def ten() -> None:
        for _ in range(10):
            store.run(count_on)

    assert together(ten, ten, ten) == [None, None, None]
    assert store.read(lambda tx: tx.case(opened.number)).period == 31


def test_two_openings_get_two_numbers(store: SqlStore) -> None:
    settle_in(store)

    def five() -> list[str]:
        return [open_case(store).number for _ in range(5)]

    numbers = [n for found in together(five, five) if isinstance(found, list) for n in found]

    assert sorted(numbers) == [f"AAL-2026-{n:04d}" for n in range(1, 11)]


def test_two_workers_never_claim_the_same_message(store: SqlStore) -> None:
    settle_in(store)
    add_messages(store, *(message(n) for n in range(40)))
    start = Barrier(4)

    def work(worker: str) -> list[str]:
        start.wait()
        taken: list[str] = []
        while found := store.run(lambda tx: tx.claim_messages(NOW, NOW + HOUR, 3, worker)):
            assert {m.worker for m in found} == {worker}
            taken += [m.id for m in found]
        return taken

    ended = together(*(lambda name=f"w{n}": work(name) for n in range(4)))

    claimed = [m for found in ended if isinstance(found, list) for m in found]
    assert sorted(claimed) == sorted(f"m-{n}" for n in range(40))


def test_reader_sees_one_state_while_others_write(store: SqlStore) -> None:
    settle_in(store)
    opened = open_case(store)
    looked, written = Event(), Event()

    def look_twice() -> Sequence[str]:
        def question(tx: Tx) -> Sequence[str]:
            first = tx.case(opened.number).phase
            looked.set()
            assert written.wait(30)
            return (first, tx.case(opened.number).phase)

        return store.read(question)

    def write() -> Sequence[str]:
        assert looked.wait(30)
        store.run(lambda tx: step(tx, opened, phase="signed"))
        written.set()
        return ()

    assert together(look_twice, write)[0] == ("talks", "talks")


def test_use_case_is_run_again_after_a_serialization_failure(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    settle_in(store)
    monkeypatch.setattr(store_module, "FIRST_WAIT_S", 0)
    tries = []

    def busy_once(tx: Tx) -> str:
        tries.append(tx.give_number(tx.programme("aalborg"), 2026))
        if len(tries) < 3:
            raise PassingError
        return tries[-1]

    assert store.run(busy_once) == "AAL-2026-0001"
    assert tries == ["AAL-2026-0001"] * 3


class PassingError(Exception):
    """What a driver raises for a database that was busy."""

    sqlite_errorname = "SQLITE_BUSY"
    sqlstate = "40001"


def test_other_errors_are_not_tried_again(store: SqlStore) -> None:
    tries = []

    def fails(tx: Tx) -> None:
        tries.append(tx)
        raise KeyError("a fault of ours")

    with pytest.raises(KeyError):
        store.run(fails)

    assert len(tries) == 1


def test_schema_may_be_brought_up_twice_at_once(sqlite_url: str) -> None:
    assert together(*[lambda: migrate(sqlite_url)] * 3) == [head()] * 3
    check(sqlite_url)
