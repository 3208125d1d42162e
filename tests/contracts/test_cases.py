"""A case goes into rows and comes back the same; what has ended stays out of a live load."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from engine.case import ROW_KINDS, Case, Row
from engine.errors import CaseConflict, EnvironmentFault, NotFound
from engine.ports import Tx
from storage.case_rows import CASES, SCALARS, SHAPES
from storage.store import SqlStore
from tests.contracts.cast import (
    HOUR,
    NOW,
    REF,
    company,
    deadline,
    full_rows,
    open_case,
    promise,
    settle_in,
    step,
)


def test_every_kind_of_row_comes_back_as_it_was(store: SqlStore) -> None:
    settle_in(store)
    acme, carl = company(store)

    opened = open_case(
        store,
        *full_rows(acme.id, carl.id),
        facts={"ends_on": "2029-05-04", "co2": "1.5", "list": ["a", {"b": None}], "å": True},
        schedule={"F3@person:pia": "2026-03-31"},
        outcome="won",
        closed_on=None,
        period=2,
    )

    assert store.read(lambda tx: tx.case(opened.number)) == opened
    assert store.read(lambda tx: tx.case(opened.number, whole=True)) == opened


def test_every_field_of_a_case_is_a_column() -> None:
    assert {*SCALARS} <= {c.name for c in CASES.c}
    for kind, made in ROW_KINDS.items():
        assert {f.name for f in fields(made)} <= {c.name for c in SHAPES[kind].table.c}, kind


def test_changed_fields_are_written_and_the_rest_stands(store: SqlStore) -> None:
    settle_in(store)
    acme, carl = company(store)
    opened = open_case(store, *full_rows(acme.id, carl.id))
    met = replace(opened.deadlines[6], state="submitted", overdue_at=None, sum=())
    sent = replace(opened.promises[7], state="queued", message="m-2", due_at=NOW)

    after = store.run(lambda tx: step(tx, opened, met, sent, phase="signed", facts={"new": "1"}))

    assert store.read(lambda tx: tx.case(opened.number)) == after


def test_live_load_leaves_out_what_has_ended_but_keeps_ladders_whole(store: SqlStore) -> None:
    settle_in(store)
    rows: list[Row] = [deadline(1), deadline(2, state="met"), promise(3), promise(4, state="sent"), promise(5, state="queued")]
    rows += [promise(6, about=1, state="sent"), promise(7, about=2, state="sent"), promise(8, about=2)]
    opened = open_case(store, *rows)

    live = store.read(lambda tx: tx.case(opened.number))

    assert [*live.deadlines] == [1]
    assert [*live.promises] == [3, 5, 6, 8]
    assert store.read(lambda tx: tx.case(opened.number, whole=True)) == opened


def test_live_load_costs_the_same_for_a_long_history(store: SqlStore) -> None:
    settle_in(store)
    case = open_case(store, deadline(1), promise(2))
    plans = _plans_of_live_load(store, case)

    assert len(plans) == 8
    assert not any("history" in plan or "private" in plan for plan in plans)
    if store.url.get_backend_name() == "sqlite":
        assert any("ix_deadline_open" in plan for plan in plans)
        assert any("ix_promise_pending" in plan for plan in plans)
        assert any("uq_promise_once (<expr>=? AND about=?)" in plan for plan in plans)


def _plans_of_live_load(store: SqlStore, case: Case) -> list[str]:
    """Return the database's plan of each query of a live load."""
    plans: list[str] = []

    def load(tx: Any) -> None:
        line, asked = tx.line, []
        cursor, another = line.cursor, line.another

        class Watched:
            def __init__(self, watched: Any) -> None:
                self.watched = watched

            def execute(self, text: str, values: Any) -> Any:
                asked.append((text, values))
                return self.watched.execute(text, values)

            def __getattr__(self, name: str) -> Any:
                return getattr(self.watched, name)

        line.cursor, line.another = Watched(cursor), lambda: Watched(another())
        tx.case(case.number)
        line.cursor, line.another = cursor, another
        how = "EXPLAIN QUERY PLAN" if line.dialect.name == "sqlite" else "EXPLAIN"
        for text, values in asked:
            cursor.execute(f"{how} {text}", values)
            plans.append(" ".join(str(row) for row in cursor.fetchall()))

    store.read(load)
    return plans


def test_stale_revision_is_refused_and_says_who_was_faster(store: SqlStore) -> None:
    settle_in(store)
    opened = open_case(store)
    store.run(lambda tx: step(tx, opened, actor="bob", transition="sign", phase="signed"))

    with pytest.raises(CaseConflict) as refused:
        store.run(lambda tx: step(tx, opened, phase="ended"))

    assert refused.value.values["by"] == "Bob"
    assert refused.value.values["did"] == "sign"
    assert refused.value.values["at"] == "2026-05-04T08:00:00.123456Z"
    assert store.read(lambda tx: tx.case(opened.number)).phase == "signed"


def test_use_case_that_raises_leaves_nothing(store: SqlStore) -> None:
    settle_in(store)
    opened = open_case(store)

    def fails(tx: Tx) -> None:
        step(tx, opened, deadline(2), promise(3), phase="signed")
        raise ValueError("after everything was written")

    with pytest.raises(ValueError, match="after everything"):
        store.run(fails)

    assert store.read(lambda tx: tx.case(opened.number, whole=True)) == opened
    assert store.read(lambda tx: tx.last_move(opened.number))["entry"] == 1


def test_promise_is_unique_by_what_it_hangs_on(store: SqlStore) -> None:
    settle_in(store)
    opened = open_case(store, deadline(1), promise(2, about=1, step="first"))

    with pytest.raises(Exception, match=r"(?i)unique"):
        store.run(lambda tx: step(tx, opened, promise(3, about=1, step="first", entry=2)))

    store.run(lambda tx: step(tx, opened, promise(3, about=1, step="first", round=2)))


def test_promises_of_two_moves_may_share_a_step(store: SqlStore) -> None:
    settle_in(store)
    opened = open_case(store, promise(1, step="M01"))

    again = store.run(lambda tx: step(tx, opened, promise(2, step="M01", entry=2)))
    with pytest.raises(Exception, match=r"(?i)unique"):
        store.run(lambda tx: step(tx, again, promise(3, step="M01", entry=2)))
    store.run(lambda tx: step(tx, again, promise(3, step="M01", entry=2, resend_of=2)))


def test_numbers_have_no_gap_after_a_rollback(store: SqlStore) -> None:
    settle_in(store)

    def fails(tx: Tx) -> None:
        tx.give_number(tx.programme("aalborg"), 2026)
        raise ValueError("no case after all")

    assert open_case(store).number == "AAL-2026-0001"
    with pytest.raises(ValueError, match="no case"):
        store.run(fails)
    assert open_case(store).number == "AAL-2026-0002"
    assert store.run(lambda tx: tx.give_number(tx.programme("aalborg"), 2027)) == "AAL-2027-0001"


def test_case_that_is_not_there_is_not_found(store: SqlStore) -> None:
    with pytest.raises(NotFound):
        store.read(lambda tx: tx.case("AAL-2026-0404"))


def test_row_to_change_that_is_not_there_is_an_alarm(store: SqlStore) -> None:
    settle_in(store)
    opened = open_case(store)
    phantom = replace(opened, deadlines={9: deadline(9)})

    with pytest.raises(LookupError, match="not there"):
        store.run(lambda tx: step(tx, phantom, deadline(9, state="met")))


def test_reading_cannot_write(store: SqlStore) -> None:
    settle_in(store)
    opened = open_case(store)

    with pytest.raises(Exception, match=r"(?i)read.?only|may not be written"):
        store.read(lambda tx: step(tx, opened, phase="signed"))

    assert store.read(lambda tx: tx.case(opened.number)) == opened


def test_open_cases_of_the_coordinator_are_counted(store: SqlStore) -> None:
    settle_in(store)
    settle_in_other = programme_with_own_cases(store)
    mine = [open_case(store) for _ in range(3)]
    store.run(lambda tx: step(tx, mine[0], closed_on=NOW.date(), outcome="lost"))

    assert store.read(lambda tx: tx.figures(mine[1], ["open_cases"])) == {"open_cases": 2}
    assert store.read(lambda tx: tx.figures(settle_in_other, ["open_cases"])) == {"open_cases": 1}
    with pytest.raises(EnvironmentFault, match="known: open_cases"):
        store.read(lambda tx: tx.figures(mine[1], ["closed_cases"]))


def programme_with_own_cases(store: SqlStore) -> Case:
    settle_in(store, "utrecht", "UTR")
    return open_case(store, programme="utrecht")


def test_version_is_read_once_and_by_its_content(store: SqlStore) -> None:
    settle_in(store)

    first = store.read(lambda tx: tx.version(REF))

    assert store.read(lambda tx: tx.version(REF)) is first
    assert store.read(lambda tx: tx.version(replace(REF, hash=""))) == first
    with pytest.raises(NotFound):
        store.read(lambda tx: tx.version(replace(REF, hash="other")))
    with pytest.raises(NotFound):
        store.read(lambda tx: tx.version(replace(REF, number=2)))


def test_instants_keep_their_microseconds(store: SqlStore) -> None:
    settle_in(store)
    at = NOW.replace(year=2300, microsecond=999_999) + 5 * HOUR

    opened = open_case(store, promise(1, due_at=at))

    assert store.read(lambda tx: tx.case(opened.number)).promises[1].due_at == at


def test_instant_without_zone_is_refused(store: SqlStore) -> None:
    settle_in(store)
    with pytest.raises(ValueError, match="no zone"):
        open_case(store, promise(1, due_at=NOW.replace(tzinfo=None)))
