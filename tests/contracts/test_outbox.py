"""Messages: kept as rendered, claimed once, given back when a lease lapses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.errors import NotFound
from engine.letters import Invitation, Receipt
from storage import outbox_reads
from storage.store import SqlStore
from tests.contracts.cast import HOUR, NOW, TODAY, add_messages, message, open_case, promise, settle_in


def test_message_comes_back_as_it_was(store: SqlStore) -> None:
    settle_in(store)
    first, second = open_case(store, promise(7)), open_case(store, promise(7), promise(8))
    full = message(
        1,
        merges=True,
        state="claimed",
        attempts=2,
        lease_until=NOW + HOUR,
        worker="w1",
        uncertain=True,
        ended_at=NOW,
        last_words="451 try later",
        invitation=Invitation(uid="d-1", sequence=2, on=TODAY, summary="Rapport"),
        document="abc",
        references=("m-0", "m-00"),
        letter='{"items": []}',
        promises=((second.number, 8), (first.number, 7), (second.number, 7)),
    )

    store.run(lambda tx: tx.add_message(full))

    assert store.read(lambda tx: tx.message("m-1")) == full
    changed = replace(full, state="sent", subject="Andet", invitation=None, promises=((first.number, 7),), worker="")
    store.run(lambda tx: tx.change_message(changed))
    assert store.read(lambda tx: tx.message("m-1")) == changed


def test_message_that_is_not_there_is_not_found(store: SqlStore) -> None:
    settle_in(store)
    with pytest.raises(NotFound):
        store.read(lambda tx: tx.message("m-404"))
    with pytest.raises(NotFound):
        store.run(lambda tx: tx.change_message(message(404)))
    with pytest.raises(NotFound):
        store.run(lambda tx: tx.add_message(message(1, promises=(("AAL-2026-0404", 1),))))
    with pytest.raises(NotFound):
        store.run(lambda tx: tx.add_message(message(1, programme="nowhere")))


def test_claim_takes_what_may_leave_earliest_first(store: SqlStore) -> None:
    settle_in(store)
    soon, later = message(1, not_before=NOW), message(2, not_before=NOW + HOUR)
    first = message(3, not_before=NOW - HOUR)
    add_messages(store, soon, later, first, message(4, state="cancelled"))

    taken = store.run(lambda tx: tx.claim_messages(NOW, NOW + HOUR, 10, "w1"))

    assert [m.id for m in taken] == ["m-3", "m-1"]
    assert {(m.state, m.worker, m.lease_until, m.uncertain) for m in taken} == {("claimed", "w1", NOW + HOUR, False)}
    assert store.read(lambda tx: tx.claimed(["m-1", "m-2", "m-3", "m-404"])) == {"m-1", "m-3"}
    assert store.read(lambda tx: tx.claimed([])) == frozenset()


def test_lapsed_lease_comes_back_uncertain(store: SqlStore) -> None:
    settle_in(store)
    store.run(lambda tx: tx.add_message(message(1)))
    store.run(lambda tx: tx.claim_messages(NOW, NOW + HOUR, 10, "killed"))

    assert store.run(lambda tx: tx.claim_messages(NOW + HOUR, NOW + 2 * HOUR, 10, "w2")) == []
    lapsed = NOW + HOUR + timedelta(microseconds=1)
    again = store.run(lambda tx: tx.claim_messages(lapsed, NOW + 3 * HOUR, 10, "w2"))

    assert [(m.id, m.worker, m.uncertain, m.lease_until) for m in again] == [("m-1", "w2", True, NOW + 3 * HOUR)]


def test_claim_that_is_rolled_back_is_none(store: SqlStore) -> None:
    settle_in(store)
    store.run(lambda tx: tx.add_message(message(1)))

    def killed(tx: object) -> None:
        tx.claim_messages(NOW, NOW + HOUR, 10, "w1")  # type: ignore[attr-defined]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.run(killed)

    assert [m.uncertain for m in store.run(lambda tx: tx.claim_messages(NOW, NOW + HOUR, 10, "w2"))] == [False]


@pytest.mark.parametrize(
    "other",
    [{"recipient": "contact:2"}, {"day": TODAY + timedelta(days=1)}, {"merges": False}, {"state": "claimed"}, {"attempts": 1}],
)
def test_only_an_untouched_merging_message_may_be_joined(store: SqlStore, other: dict[str, object]) -> None:
    settle_in(store)
    store.run(lambda tx: tx.add_message(message(1, **{"merges": True, **other})))
    assert store.read(lambda tx: tx.open_message("contact:1", "aalborg", TODAY)) is None

    store.run(lambda tx: tx.add_message(message(2, merges=True)))

    found = store.read(lambda tx: tx.open_message("contact:1", "aalborg", TODAY))
    assert found is not None and found.id == "m-2"


def test_earlier_messages_are_the_last_ten_sent_of_a_thread(store: SqlStore) -> None:
    settle_in(store)
    sent = [message(n, thread="AAL-1", state="sent", ended_at=NOW + n * HOUR) for n in range(12)]
    others = [message(20, thread="AAL-1"), message(21, thread="AAL-2", state="sent", ended_at=NOW)]
    others.append(message(22, thread="AAL-1", state="sent", ended_at=NOW, recipient="person:bob"))
    add_messages(store, *sent, *others)

    assert store.read(lambda tx: tx.earlier_messages("AAL-1", "contact:1")) == [f"m-{n}" for n in range(2, 12)]


def test_attempts_keep_the_servers_words(store: SqlStore) -> None:
    settle_in(store)
    store.run(lambda tx: tx.add_message(message(1)))
    store.run(lambda tx: tx.add_attempt("m-1", NOW, Receipt(outcome="later", words="451 no", code=451)))
    store.run(lambda tx: tx.add_attempt("m-1", NOW + HOUR, Receipt(outcome="sent", words="250 ok", code=250)))

    tries = store.read(lambda tx: outbox_reads.attempts(tx, "m-1"))

    assert [(t.at, t.outcome, t.code, t.words) for t in tries] == [
        (NOW, "later", 451, "451 no"),
        (NOW + HOUR, "sent", 250, "250 ok"),
    ]


def test_messages_are_listed_by_state_case_and_page(store: SqlStore) -> None:
    settle_in(store)
    case = open_case(store, promise(1, message="m-1", state="sent"))
    add_messages(store, *(message(n, state="failed" if n == 2 else "sent") for n in range(1, 5)))

    def ids(**wanted: object) -> list[str]:
        return [m.id for m in store.read(lambda tx: outbox_reads.messages(tx, **wanted))]  # type: ignore[arg-type]

    assert ids() == ["m-4", "m-3", "m-2", "m-1"]
    assert ids(state="failed") == ["m-2"]
    assert ids(case=case.number) == ["m-1"]
    assert ids(programme="utrecht") == []
    assert ids(limit=2, before=(NOW + timedelta(seconds=4), "m-4")) == ["m-3", "m-2"]
    counted = store.read(lambda tx: outbox_reads.message_counts(tx))
    assert [tuple(c) for c in counted] == [("failed", 1), ("sent", 3)]
