"""Searching histories of many cases: by every filter, page by page, stretch by stretch, on both databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from engine.case import Seat
from storage.entry_search import Wanted, _stretch, cases_around, search
from storage.reads import line_of
from storage.store import SqlStore
from tests.contracts.cast import HOUR, NOW, deadline, open_case, settle_in, step


def found(store: SqlStore, *, before: Any = None, limit: int = 50, most: int = 1000, **wanted: Any) -> list[tuple[str, int]]:
    asked = Wanted(**{"programme": "aalborg", **wanted})
    return [
        (e.case, e.line.no) for e in store.read(lambda tx: search(tx, asked, before=before, limit=limit, most=most)).entries
    ]


def test_entries_are_found_newest_first_by_every_filter(store: SqlStore) -> None:
    settle_in(store)
    settle_in(store, "utrecht", "UTR")
    one, two = open_case(store), open_case(store)
    open_case(store, programme="utrecht")
    store.run(lambda tx: step(tx, one, actor="bob", transition="sign", phase="signed"))

    assert sorted(found(store)) == sorted([(two.number, 1), (one.number, 2), (one.number, 1)])
    assert found(store, actors=["bob"]) == [(one.number, 2)]
    assert found(store, actors=["bob", "alice"]) == found(store)
    assert found(store, transitions=["sign"]) == [(one.number, 2)]
    assert found(store, transitions=["sell"]) == []
    assert found(store, kind="nothing") == []
    assert found(store, case=two.number) == [(two.number, 1)]
    assert found(store, case="AAL-2026-0404") == []
    assert len(found(store, programme="utrecht")) == 1
    assert found(store, guard="nobody_asks") == []
    assert found(store, since=NOW + 100 * HOUR) == []
    assert found(store, until=NOW - 100 * HOUR) == []
    assert sorted(found(store, since=NOW - 100 * HOUR, until=NOW + 100 * HOUR)) == sorted(found(store))


def test_pages_hold_every_entry_once(store: SqlStore) -> None:
    settle_in(store)
    for _ in range(5):
        open_case(store)
    wanted, seen, before = Wanted(programme="aalborg"), list[tuple[str, int]](), None
    while True:
        page = store.read(lambda tx, at=before: search(tx, wanted, before=at, limit=2))  # type: ignore[misc]
        seen += [(e.case, e.line.no) for e in page.entries]
        before = page.on_from
        if before is None:
            break

    assert seen == found(store)
    assert len(set(seen)) == 5


def test_a_stretch_ends_where_it_says_and_goes_on_from_there(store: SqlStore) -> None:
    settle_in(store)
    rare = open_case(store)
    store.run(lambda tx: step(tx, rare, actor="bob", transition="sign", phase="signed"))
    for _ in range(6):
        open_case(store)
    wanted, steps, before, seen = Wanted(programme="aalborg", actors=["bob"]), 0, None, list[str]()
    while True:
        page = store.read(lambda tx, at=before: search(tx, wanted, before=at, most=3))  # type: ignore[misc]
        seen += [e.case for e in page.entries]
        steps, before = steps + 1, page.on_from
        if before is None:
            break

    assert seen == [rare.number]
    assert steps == 3


def test_words_are_put_back_and_what_changed_can_be_named(store: SqlStore) -> None:
    settle_in(store)
    opened = open_case(store, Seat(no=1, role="coordinator", person="alice"), deadline(2))
    store.run(lambda tx: step(tx, opened, actor="bob", transition="sign", phase="signed"))

    entries = store.read(lambda tx: search(tx, Wanted(programme="aalborg"))).entries
    cases, companies = store.read(lambda tx: cases_around(tx, entries))

    assert {e.line.entry["actor"]["name"] for e in entries} >= {"Bob"}
    assert cases[opened.number].seats[1].person == "alice"
    assert cases[opened.number].version.hash
    assert companies.contacts == {}


def test_an_erased_name_stays_erased(store: SqlStore) -> None:
    settle_in(store)
    opened = open_case(store)
    store.run(lambda tx: tx.erase_private(opened.number, 1, "/actor/name"))  # type: ignore[attr-defined]

    assert store.read(lambda tx: search(tx, Wanted(programme="aalborg"))).entries[0].line.entry["actor"]["name"] == "(erased)"


def test_searching_reads_the_index_not_the_bodies(store: SqlStore) -> None:
    if store.url.get_backend_name() != "sqlite":
        return
    settle_in(store)
    open_case(store)
    sql = str(_stretch(Wanted(programme="aalborg"), None).limit(50).compile(compile_kwargs={"literal_binds": True}))

    plan = store.read(lambda tx: line_of(tx).core.execute(text(f"EXPLAIN QUERY PLAN {sql}")).fetchall())

    assert "COVERING INDEX ix_history_recorded" in str(plan)
    assert "TEMP B-TREE" not in str(plan)
