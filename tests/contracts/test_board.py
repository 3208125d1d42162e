"""The board's questions: which cases fit its filters, how many, and page by page; and the views saved of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from engine.case import Case, Seat
from engine.errors import NotFound, Refused
from engine.ports import Tx
from storage import board_reads, view_rows
from storage.board_reads import Wanted
from storage.store import SqlStore
from tests.contracts.cast import NOW, TODAY, deadline, open_case, settle_in

LATE = {"due_on": TODAY - timedelta(days=1), "last_on": TODAY}
LATER = {"due_on": TODAY + timedelta(days=30), "last_on": TODAY + timedelta(days=30)}


@pytest.fixture
def cases(store: SqlStore) -> dict[str, Case]:
    """A case of each kind, oldest first."""
    settle_in(store)
    settle_in(store, "utrecht", "UTR")
    return {
        "late": open_case(store, deadline(1, **LATE), deadline(2, extended=True), title="Late"),
        "risk": open_case(store, deadline(1, extended=True), title="Risk"),
        "returned": open_case(store, deadline(1, **LATER, state="returned"), title="Returned"),
        "soon": open_case(store, deadline(1), Seat(no=2, role="coordinator", person="bob"), title="Soon"),
        "calm": open_case(store, deadline(1, **LATER), phase="signed", facts={"tier": "gold"}, title="Calm"),
        "ended": open_case(store, deadline(1, **LATE, state="met"), facts={"note": '"tier":"gold"'}, title="Nothing owed"),
        "theirs": open_case(store, deadline(1, **LATE), programme="utrecht", title="Elsewhere"),
    }


def shown(store: SqlStore, phase: str = "", before: int = 0, limit: int = 50, **wanted: object) -> list[str]:
    """The titles of a programme's cases that fit."""
    asked = Wanted(programme="aalborg", today=TODAY, **wanted)  # type: ignore[arg-type]

    def read(tx: Tx) -> Sequence[board_reads.BoardLine]:
        return board_reads.cases(tx, board_reads.conditions(tx, asked), phase=phase, before=before, limit=limit)

    return [line.title for line in store.read(read)]


@pytest.mark.parametrize("few", [2000, 0])
def test_filters_choose(store: SqlStore, cases: dict[str, Case], few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board_reads, "FEW", few)  # both ways of asking: a list of few, and a question to each

    assert len(cases) == 7
    assert shown(store) == ["Nothing owed", "Calm", "Soon", "Returned", "Risk", "Late"]
    assert shown(store, state="late") == ["Late"]
    assert shown(store, state="risk") == ["Returned", "Risk"]
    assert shown(store, state="soon") == ["Soon", "Risk"]
    assert shown(store, state="none") == ["Nothing owed"]
    assert shown(store, person="bob") == ["Soon"]
    assert shown(store, facts={"tier": "gold"}) == ["Calm"]
    assert shown(store, facts={"tier": "gol_"}) == shown(store, facts={"tier": "go"}) == []
    assert shown(store, words="ret") == ["Returned"]
    assert shown(store, words="elsewhere") == shown(store, words=" - ") == []
    assert shown(store, words="aal-2026", state="soon", person="bob") == ["Soon"]
    assert shown(store, phase="signed") == ["Calm"]


def test_pages_and_counts_add_up(store: SqlStore, cases: dict[str, Case]) -> None:
    assert shown(store, phase="talks", limit=2) == ["Nothing owed", "Soon"]
    assert shown(store, phase="talks", limit=2, before=cases["soon"].id) == ["Returned", "Risk"]
    assert store.read(lambda tx: board_reads.held(tx, "aalborg")) == {"talks": 5, "signed": 1}

    def counted(tx: Tx, state: str) -> int:
        fitting = board_reads.conditions(tx, Wanted(programme="aalborg", today=TODAY, state=state))
        return board_reads.count(tx, fitting, "talks")

    assert [store.read(lambda tx, s=state: counted(tx, s)) for state in ("", "late", "soon")] == [5, 1, 2]  # type: ignore[misc]


def test_counting_stops_where_nobody_reads_on(store: SqlStore, cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board_reads, "MOST_COUNTED", 2)
    fits = Wanted(programme="aalborg", today=TODAY)

    assert store.read(lambda tx: board_reads.count(tx, board_reads.conditions(tx, fits), "talks")) == 3


def test_a_line_says_what_is_due_and_whether_it_slipped(store: SqlStore, cases: dict[str, Case]) -> None:
    everything = Wanted(programme="aalborg", today=TODAY)
    lines = store.read(lambda tx: board_reads.cases(tx, board_reads.conditions(tx, everything), limit=9))

    assert [(line.title, bool(line.slipped)) for line in lines if line.slipped] == [
        ("Returned", True), ("Risk", True), ("Late", True)
    ]  # fmt: skip
    assert (lines[-1].next_on, lines[-1].number) == (LATE["due_on"], "AAL-2026-0001")


def test_views_are_a_persons_own_or_shared(store: SqlStore) -> None:
    settle_in(store)
    settle_in(store, "utrecht", "UTR")

    def fill(tx: Tx) -> int:
        view_rows.save(tx, "aalborg", "alice", "Zebra", "programme=aalborg&due=late", NOW, shared=False)
        view_rows.save(tx, "utrecht", "alice", "Zebra", "programme=utrecht", NOW, shared=True)
        return view_rows.save(tx, "aalborg", "bob", "everybody", "programme=aalborg&due=soon", NOW, shared=True)

    shared = store.run(fill)

    assert [v.name for v in store.read(lambda tx: view_rows.views(tx, "aalborg", "alice"))] == ["everybody", "Zebra"]
    assert [v.name for v in store.read(lambda tx: view_rows.views(tx, "aalborg", "bob"))] == ["everybody"]
    with pytest.raises(Refused, match="already"):
        store.run(lambda tx: view_rows.save(tx, "aalborg", "bob", "everybody", "programme=aalborg", NOW, shared=False))
    store.run(lambda tx: view_rows.rename(tx, view_rows.view(tx, shared), "all of us"))
    assert store.read(lambda tx: view_rows.view(tx, shared)).name == "all of us"
    store.run(lambda tx: view_rows.remove(tx, shared))
    with pytest.raises(NotFound):
        store.read(lambda tx: view_rows.view(tx, shared))


def test_there_can_be_so_many_views(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view_rows, "MOST_VIEWS", 1)
    settle_in(store)
    store.run(lambda tx: view_rows.save(tx, "aalborg", "alice", "One", "programme=aalborg", NOW, shared=False))

    with pytest.raises(Refused, match="delete one first"):
        store.run(lambda tx: view_rows.save(tx, "aalborg", "alice", "Two", "programme=aalborg", NOW, shared=False))
