"""Callers that share a commit: each hears its own outcome, and nothing of a refused one stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from sqlalchemy import event, text

from engine.ports import Tx
from storage import group_commit
from storage.group_commit import GroupStore
from storage.reads import line_of
from tests.contracts.cast import NOW, load_version, message, open_case, settle_in
from tests.contracts.databases import fresh_sqlite
from tests.contracts.polling import eventually


@pytest.fixture
def grouped() -> Iterator[GroupStore]:
    made = GroupStore(fresh_sqlite(), load_version=load_version)
    settle_in(made)
    yield made
    made.close()


def commits(store: GroupStore) -> list[object]:
    """Collect a mark for every commit from now on."""
    found: list[object] = []
    event.listen(store._engines.writing, "commit", found.append)
    return found


def in_one_group(store: GroupStore, *acts: Callable[[Tx], Any]) -> list[Future[Any]]:
    """Have a writer hold the database until all acts wait behind it; return what became of them."""
    writing, go_on = Event(), Event()

    def hold(_: Tx) -> None:
        writing.set()
        assert go_on.wait(30)

    with ThreadPoolExecutor(len(acts) + 1) as pool:
        first = pool.submit(store.run, hold)
        assert writing.wait(30)
        waiting = [pool.submit(store.run, act) for act in acts]
        eventually(lambda: len(store._waiting) == len(acts))
        go_on.set()
        first.result()
    return waiting


def add(no: int) -> Callable[[Tx], int]:
    def use_case(tx: Tx) -> int:
        tx.add_message(message(no))
        return no

    return use_case


def there(store: GroupStore) -> list[str]:
    return store.read(lambda tx: list(line_of(tx).core.execute(text("SELECT id FROM message ORDER BY id")).scalars()))


def test_those_who_wait_share_one_commit(grouped: GroupStore) -> None:
    made = commits(grouped)

    ended = in_one_group(grouped, *(add(no) for no in range(20)))

    assert sorted(future.result() for future in ended) == list(range(20))
    assert len(made) == 2  # the one who held it, and the group
    assert len(there(grouped)) == 20


def test_refused_one_leaves_nothing_and_the_others_stand(grouped: GroupStore) -> None:
    def refused(tx: Tx) -> None:
        tx.add_message(message(7))
        raise KeyError("refused")

    ended = in_one_group(grouped, add(1), refused, add(2))

    assert [future.exception() is None for future in ended] == [True, False, True]
    with pytest.raises(KeyError, match="refused"):
        ended[1].result()
    assert there(grouped) == ["m-1", "m-2"]


def test_group_that_cannot_be_committed_is_done_one_by_one(grouped: GroupStore) -> None:
    def ends_the_transaction(tx: Tx) -> None:
        tx.add_message(message(7))
        line_of(tx).cursor.execute("ROLLBACK")  # what SQLite does by itself when the disk is full
        raise OSError("disk full")

    ended = in_one_group(grouped, add(1), ends_the_transaction, add(2))

    assert [type(future.exception()) for future in ended] == [type(None), OSError, type(None)]
    assert there(grouped) == ["m-1", "m-2"]


def test_more_than_a_group_holds_are_all_done(grouped: GroupStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "MOST", 4)
    made = commits(grouped)

    ended = in_one_group(grouped, *(add(no) for no in range(10)))

    assert sorted(future.result() for future in ended) == list(range(10))
    assert len(made) == 1 + 3


def test_interrupted_writer_leaves_the_others_their_turn(grouped: GroupStore) -> None:
    def interrupted(tx: Tx) -> None:
        tx.add_message(message(7))
        raise KeyboardInterrupt

    ended = in_one_group(grouped, interrupted, add(1), add(2))

    assert [type(future.exception()) for future in ended] == [KeyboardInterrupt, type(None), type(None)]
    assert there(grouped) == ["m-1", "m-2"]


def test_use_case_within_a_use_case_is_refused_rather_than_waiting_for_itself(grouped: GroupStore) -> None:
    def nested(_: Tx) -> None:
        grouped.run(lambda tx: None)

    with pytest.raises(RuntimeError, match="hand it on"):
        grouped.run(nested)
    assert grouped.run(lambda tx: "goes on") == "goes on"


def test_programme_changed_by_one_of_a_group_is_remembered_only_once_committed(grouped: GroupStore) -> None:
    open_case(grouped)

    def change(tx: Tx) -> None:
        tx.save_calendar_day("aalborg", NOW.date(), "free", "Holiday")

    def look(tx: Tx) -> None:
        assert NOW.date() in tx.programme("aalborg").calendar.free
        line_of(tx).cursor.execute("ROLLBACK")
        raise OSError("disk full")

    ended = in_one_group(grouped, change, look)

    assert ended[0].exception() is None
    assert NOW.date() in grouped.read(lambda tx: tx.programme("aalborg")).calendar.free
