"""Due work reads its cases in sets: what comes back, and what is done with it, is what one case after the other gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine import acts, due_work, use_cases
from engine.case import Case
from engine.draft import Call
from engine.errors import NotFound
from engine.ports import Companies, Tx
from engine.use_cases import scene_of, scenes_of
from handslag.acting import actor_on
from handslag.wiring import House, SeededIds
from storage.case_sets import AT_ONCE
from storage.store import SqlStore
from tests.contracts import stage
from tests.contracts.cast import HOUR, NOW, deadline, open_case, promise, settle_in, step
from tests.contracts.checker import Facts

CASES = AT_ONCE + 20
# First reminders; the night on which deadlines are missed; the reminder after it.
LOOKS = (stage.DUE, datetime(2026, 3, 3, 6, tzinfo=UTC), datetime(2026, 3, 4, 10, tzinfo=UTC))


class OneByOne:
    """A transaction that reads each case by itself."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    def __getattr__(self, name: str) -> Any:
        return getattr(self.tx, name)

    def cases(self, numbers: Sequence[str]) -> Sequence[Case]:
        return [self.tx.case(number) for number in numbers]

    def companies_by_case(self, cases: Sequence[Case]) -> Mapping[int, Companies]:
        return {case.id: self.tx.companies(case) for case in cases}


def test_set_of_cases_is_each_case(store: SqlStore) -> None:
    settle_in(store)
    ladder = [promise(2, about=1, due_at=NOW), promise(3, about=1, due_at=NOW + HOUR), promise(4, due_at=NOW, state="sent")]
    first = open_case(store, deadline(1), *ladder)
    second = open_case(store, deadline(1, state="met"), promise(2, about=1, due_at=NOW, state="sent"))
    store.run(lambda tx: step(tx, first, replace(first.promises[2], state="sent")))
    numbers = [second.number, open_case(store).number, first.number]

    def ask(tx: Tx) -> tuple[object, object]:
        cases = tx.cases(numbers)
        return (cases, tx.companies_by_case(cases)), ([tx.case(no) for no in numbers], {c.id: tx.companies(c) for c in cases})

    together, alone = store.read(ask)
    assert together == alone
    found: Any = together
    assert [sorted(case.promises) for case in (found[0][0], found[0][2])] == [[], [2, 3]]


def test_set_with_a_case_that_is_not_there_names_it(store: SqlStore) -> None:
    settle_in(store)
    case = open_case(store)

    with pytest.raises(NotFound, match="AAL-2026-9999"):
        store.read(lambda tx: tx.cases([case.number, "AAL-2026-9999"]))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_due_work_in_sets_writes_what_one_by_one_writes(kind: str, tmp_path: Path) -> None:
    ledgers = []
    for name in ("together", "alone"):
        house = stage.open_town(tmp_path, stage.town(kind, tmp_path / name, CASES), now=stage.DUE, ids=SeededIds(7))
        prepare(house)
        done = [work(house, at, alone=name == "alone") for at in LOOKS]
        ledgers.append((done, vars(Facts(house.store.url.render_as_string(hide_password=False)))))
        house.close()

    together, alone = ledgers
    assert together == alone
    assert together[0] == [(CASES + 8, 0), (0, CASES + 8), (CASES + 8, 0)]


def prepare(house: House) -> None:
    """One case is over; nine have one contact, whose reminders go in one mail."""
    shared = house.store.run(lambda tx: stage.contact_of(tx, "aalborg", 9999))
    stage.open_cases(house, 9, contact=shared)

    def finish(tx: Tx) -> None:
        actor = actor_on(tx.programme("aalborg"), None, "anne", stage.OPENED)
        call = Call(actor=actor, now=stage.OPENED, ids=house.tools.ids)
        use_cases.perform(tx, house.tools, "AAL-2026-0003", acts.Advance(transition="finish"), call)

    house.store.run(finish)


def work(house: House, at: datetime, *, alone: bool) -> tuple[int, int]:
    """Do all that is due at an instant; return how many fired and were marked."""

    def use(tx: Tx) -> tuple[int, int]:
        seen: Any = OneByOne(tx) if alone else tx
        missed = due_work.mark_missed(seen, house.tools, at, 500)
        fired = due_work.fire_due(seen, house.tools, at, 500)
        assert not (missed.failed or fired.failed)
        return fired.fired, missed.missed

    return house.store.run(use)


def test_scenes_of_many_are_the_scenes_of_each(tmp_path: Path) -> None:
    house = stage.open_town(tmp_path, stage.town("sqlite", tmp_path / "town", CASES), now=stage.DUE)
    prepare(house)

    def ask(tx: Tx) -> tuple[object, object]:
        numbers = [item.case for item in tx.due_promises(stage.DUE, 500)]
        return scenes_of(tx, numbers), tuple(scene_of(tx, tx.case(number)) for number in numbers)

    together, alone = house.store.read(ask)
    assert together == alone
    house.close()
