"""Due and not handled: what the sweep finds, what it passes over, and when it has to look again."""

from __future__ import annotations

from dataclasses import replace

from engine.ports import DueItem
from storage.store import SqlStore
from tests.contracts.cast import HOUR, NOW, deadline, message, open_case, promise, settle_in, step


def test_due_promises_come_earliest_first(store: SqlStore) -> None:
    settle_in(store)
    late = promise(1, due_at=NOW - HOUR)
    case = open_case(store, late, promise(2, due_at=NOW), promise(3, due_at=NOW + HOUR), promise(4, due_at=NOW, state="sent"))
    other = open_case(store, promise(1, due_at=NOW - 2 * HOUR))

    due = store.read(lambda tx: tx.due_promises(NOW, 10))

    assert due == [
        DueItem(case=other.number, no=1, at=NOW - 2 * HOUR),
        DueItem(case=case.number, no=1, at=NOW - HOUR),
        DueItem(case=case.number, no=2, at=NOW),
    ]
    assert store.read(lambda tx: tx.due_promises(NOW, 2)) == due[:2]


def test_held_promise_waits_for_its_hold(store: SqlStore) -> None:
    settle_in(store)
    case = open_case(store, promise(1, due_at=NOW, held_until=NOW + HOUR))

    assert store.read(lambda tx: tx.due_promises(NOW, 10)) == []
    assert store.read(lambda tx: tx.next_due()) == NOW + HOUR
    assert [d.no for d in store.read(lambda tx: tx.due_promises(NOW + HOUR, 10))] == [1]

    store.run(lambda tx: step(tx, case, replace(case.promises[1], held_until=None)))
    assert [d.no for d in store.read(lambda tx: tx.due_promises(NOW, 10))] == [1]


def test_overdue_deadlines_come_until_they_are_marked(store: SqlStore) -> None:
    settle_in(store)
    case = open_case(store, deadline(1, overdue_at=NOW), deadline(2, overdue_at=NOW + HOUR), deadline(3))

    assert store.read(lambda tx: tx.overdue_deadlines(NOW, 10)) == [DueItem(case=case.number, no=1, at=NOW)]

    store.run(lambda tx: step(tx, case, replace(case.deadlines[1], overdue_at=None, missed_at=NOW)))
    assert store.read(lambda tx: tx.overdue_deadlines(NOW, 10)) == []
    assert store.read(lambda tx: tx.next_due()) == NOW + HOUR


def test_postponed_row_does_not_block_and_stays_as_it_was(store: SqlStore) -> None:
    settle_in(store)
    case = open_case(store, promise(1, due_at=NOW), promise(2, due_at=NOW), deadline(3, overdue_at=NOW))
    items = store.read(lambda tx: [*tx.due_promises(NOW, 1), *tx.overdue_deadlines(NOW, 1)])

    for item in items:
        postponed(store, item)

    assert [d.no for d in store.read(lambda tx: tx.due_promises(NOW, 1))] == [2]
    assert store.read(lambda tx: tx.overdue_deadlines(NOW, 1)) == []
    assert [d.no for d in store.read(lambda tx: tx.due_promises(NOW + HOUR, 9))] == [2, 1]
    assert store.read(lambda tx: tx.case(case.number)) == case


def postponed(store: SqlStore, item: DueItem) -> None:
    store.run(lambda tx: tx.postpone(item, NOW + HOUR, "KeyError: 'x'"))


def test_next_due_is_the_earliest_of_everything(store: SqlStore) -> None:
    settle_in(store)
    assert store.read(lambda tx: tx.next_due()) is None

    open_case(store, promise(1, due_at=NOW + 4 * HOUR))
    assert store.read(lambda tx: tx.next_due()) == NOW + 4 * HOUR
    open_case(store, deadline(1, overdue_at=NOW + 3 * HOUR))
    assert store.read(lambda tx: tx.next_due()) == NOW + 3 * HOUR
    store.run(lambda tx: tx.add_message(message(1, not_before=NOW + 2 * HOUR)))
    assert store.read(lambda tx: tx.next_due()) == NOW + 2 * HOUR
    store.run(lambda tx: tx.add_message(message(2, state="claimed", not_before=NOW, lease_until=NOW + HOUR)))
    assert store.read(lambda tx: tx.next_due()) == NOW + HOUR
