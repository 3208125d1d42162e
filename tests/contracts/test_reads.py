"""Questions of screens: lists with their filters and pages, history with its words put back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.case import Seat
from engine.errors import NotFound, Refused
from storage import due_reads, outbox_reads, reads
from storage.store import SqlStore
from tests.contracts.cast import HOUR, NOW, TODAY, deadline, entry, open_case, promise, settle_in, step


def test_cases_are_filtered_and_paged(store: SqlStore) -> None:
    settle_in(store)
    settle_in(store, "utrecht", "UTR")
    first = open_case(store, title="Ålborg 100% Stål")
    second = open_case(store, Seat(no=1, role="coordinator", person="bob"), deadline(2), phase="signed")
    third = open_case(store, programme="utrecht")
    store.run(lambda tx: step(tx, first, closed_on=TODAY, outcome="lost"))

    def found(**wanted: object) -> list[str]:
        return [c.number for c in store.read(lambda tx: reads.cases(tx, **wanted))]  # type: ignore[arg-type]

    assert found() == [third.number, second.number, first.number]
    assert found(programme="aalborg") == [second.number, first.number]
    assert found(phase="signed") == [second.number]
    assert found(person="bob") == [second.number]
    assert found(words="100% s") == [first.number]
    assert found(words="utr-2026") == [third.number]
    assert found(words="1%0") == []
    assert found(is_open=False) == [first.number]
    assert found(limit=1) == [third.number]
    assert found(limit=1, before=third.id) == [second.number]
    line = store.read(lambda tx: reads.cases(tx, phase="signed"))[0]
    assert (line.coordinator, line.next_on, line.version) == ("bob", TODAY + timedelta(days=7), "method")
    counted = store.read(lambda tx: reads.counts(tx, "aalborg"))
    assert [tuple(c) for c in counted] == [("aalborg", "signed", "", 1), ("aalborg", "talks", "lost", 1)]


def test_history_puts_names_and_texts_back(store: SqlStore) -> None:
    settle_in(store)
    opened = open_case(store)
    store.run(lambda tx: step(tx, opened, actor="bob", transition="sign", phase="signed"))

    entries = store.read(lambda tx: reads.history(tx, opened.number))

    assert [(e.no, e.actor_key, e.transition, e.source, e.target) for e in entries] == [
        (1, "alice", "", "", "talks"),
        (2, "bob", "sign", "talks", "signed"),
    ]
    assert entries[1].entry["actor"] == {"key": "bob", "name": "Bob"}
    assert entries[1].entry["changes"][0]["new"] == {"note": "Kære Åse"}
    assert [e.no for e in store.read(lambda tx: reads.history(tx, opened.number, after=1, limit=5))] == [2]
    assert store.read(lambda tx: reads.history(tx, opened.number, after=2)) == []
    with pytest.raises(NotFound):
        store.read(lambda tx: reads.history(tx, "AAL-2026-0404"))


def test_erased_text_is_gone_and_the_chain_stands(store: SqlStore) -> None:
    settle_in(store)
    opened = open_case(store)
    whole = store.read(lambda tx: reads.sealed(tx, opened.number))
    assert [replace(found, shown=None) for found in whole] == [entry(1)]
    assert whole[0].shown == {"actor_key": "alice", "transition": "", "source": "", "target": "talks"}

    erased = store.run(lambda tx: tx.erase_private(opened.number, 1, "/actor/name"))  # type: ignore[attr-defined]

    assert erased is True
    [left] = store.read(lambda tx: reads.sealed(tx, opened.number))
    assert left.privates == (replace(entry(1).privates[0], value=None), *entry(1).privates[1:])
    assert store.read(lambda tx: reads.history(tx, opened.number))[0].entry["actor"]["name"] == "(erased)"
    assert store.read(lambda tx: tx.last_move(opened.number))["by"] == "alice"
    assert not store.run(lambda tx: tx.erase_private(opened.number, 1, "/nothing"))  # type: ignore[attr-defined]


def test_heads_are_signed_once_a_day(store: SqlStore) -> None:
    settle_in(store)
    opened = open_case(store)

    assert store.read(lambda tx: [tuple(h) for h in reads.heads(tx)]) == [(opened.number, 1, opened.head)]
    assert store.run(lambda tx: tx.save_heads(TODAY, "s")) == 1  # type: ignore[attr-defined]
    with pytest.raises(Refused, match="signed already"):
        store.run(lambda tx: tx.save_heads(TODAY, "s"))  # type: ignore[attr-defined]


def test_due_list_is_the_persons_own(store: SqlStore) -> None:
    settle_in(store)
    case = open_case(
        store,
        Seat(no=1, role="coordinator", person="alice"),
        Seat(no=2, role="signatory", person="bob"),
        Seat(no=3, role="signatory", person="alice", ended_on=TODAY),
        deadline(10),
        deadline(11, seat="signatory#2", due_on=TODAY),
        deadline(12, seat="signatory#3"),
        deadline(13, seat="manager"),
        deadline(14, seat="person:bob", due_on=TODAY + timedelta(days=9)),
        deadline(15, state="met"),
    )
    week = TODAY + timedelta(days=7)

    def nos(**wanted: object) -> list[int]:
        return [d.no for d in store.read(lambda tx: due_reads.due(tx, until=week, **wanted))]  # type: ignore[arg-type]

    assert nos() == [11, 10, 12, 13]
    assert nos(person="alice") == [10]
    assert nos(person="bob") == [11]
    assert nos(person="bob", roles=("manager", "coordinator")) == [11, 13]
    assert nos(programme="utrecht") == []
    assert nos(limit=2) == [11, 10]
    assert nos(after=(week, case.id, 10)) == [12, 13]
    everything = store.read(lambda tx: due_reads.deadlines(tx, case.number))
    assert [d.no for d in everything] == [11, 10, 12, 13, 15, 14]


def test_promises_are_listed_by_case_and_by_time(store: SqlStore) -> None:
    settle_in(store)
    case = open_case(store, promise(1, due_at=NOW + 2 * HOUR), promise(2, state="sent"), promise(3, due_at=NOW))
    other = open_case(store, promise(1, due_at=NOW + HOUR))

    listed = store.read(lambda tx: due_reads.promises(tx, case.number))
    planned = store.read(lambda tx: due_reads.planned(tx))

    assert [(p.no, p.state) for p in listed] == [(3, "planned"), (2, "sent"), (1, "planned")]
    assert [(p.case, p.no) for p in planned] == [(case.number, 3), (other.number, 1), (case.number, 1)]
    rest = store.read(lambda tx: due_reads.planned(tx, after=(NOW, case.id, 3), until=NOW + HOUR))
    assert [(p.case, p.no) for p in rest] == [(other.number, 1)]


def test_workers_leave_signs_of_life(store: SqlStore) -> None:
    store.run(lambda tx: tx.beat("w1", NOW, "pid 1"))  # type: ignore[attr-defined]
    store.run(lambda tx: tx.beat("w2", NOW, ""))  # type: ignore[attr-defined]
    store.run(lambda tx: tx.beat("w1", NOW + HOUR, "pid 2"))  # type: ignore[attr-defined]

    seen = store.read(outbox_reads.workers)

    assert [tuple(w) for w in seen] == [("w1", NOW + HOUR, "pid 2"), ("w2", NOW, "")]
