"""Finished stays: every change of phase leaves one row, and a migration finds the same rows in history."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.errors import CaseConflict
from engine.ports import Tx
from storage.reads import line_of
from storage.stay_rows import STAYS
from storage.store import SqlStore
from tests.contracts.cast import TODAY, open_case, settle_in, step

WEEK = timedelta(days=7)


def stays(tx: Tx) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in line_of(tx).core.execute(select(STAYS).order_by(STAYS.c["case_id"], STAYS.c["no"]))]


def way(rows: list[tuple[Any, ...]]) -> list[tuple[str, date, date, str, int]]:
    return [(row[4], row[5], row[6], row[7], row[8]) for row in rows]


def test_each_change_of_phase_leaves_the_stay_it_ended(store: SqlStore) -> None:
    settle_in(store)
    case = open_case(store)
    case = store.run(lambda tx: step(tx, case, title="Another name"))
    case = store.run(lambda tx: step(tx, case, phase="signed", phase_since=TODAY + WEEK, period=2))
    store.run(lambda tx: step(tx, case, phase="closed", phase_since=TODAY + 2 * WEEK))

    assert way(store.read(stays)) == [
        ("", TODAY, TODAY, "talks", 1),
        ("talks", TODAY, TODAY + WEEK, "signed", 1),
        ("signed", TODAY + WEEK, TODAY + 2 * WEEK, "closed", 2),
    ]


def test_a_move_taken_back_ends_no_stay_before_it_began(store: SqlStore) -> None:
    settle_in(store)
    opened = open_case(store)
    moved = store.run(lambda tx: step(tx, opened, phase="signed", phase_since=TODAY + WEEK))

    store.run(lambda tx: step(tx, moved, phase="talks", phase_since=opened.phase_since))

    assert way(store.read(stays))[1:] == [
        ("talks", TODAY, TODAY + WEEK, "signed", 1),
        ("signed", TODAY + WEEK, TODAY + WEEK, "talks", 1),
    ]


def test_a_move_that_comes_too_late_leaves_no_stay(store: SqlStore) -> None:
    settle_in(store)
    opened = open_case(store)
    store.run(lambda tx: step(tx, opened, title="faster"))

    with pytest.raises(CaseConflict):
        store.run(lambda tx: step(tx, opened, phase="signed", phase_since=TODAY + WEEK))

    assert way(store.read(stays)) == [("", TODAY, TODAY, "talks", 1)]
