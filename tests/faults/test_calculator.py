"""Dates redone from their printed sums by a calculator that shares no code with the engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from handslag.cli.sums_told import explain
from tests.faults.calculator import WrongSum, redo
from tests.faults.sums import disagreements
from tests.world import FREE_DK, World


def test_calculator_comes_to_the_same_10000_dates() -> None:
    assert list(disagreements(20261123, 10_000)) == []


def test_every_date_of_a_real_case_is_redone_from_its_print(tmp_path: Path) -> None:
    world = World(tmp_path / "handslag")
    number = world.active()
    world.walk("2026-07-15 09:00")
    deadlines = list(world.case(number, whole=True).deadlines.values())
    world.close()

    redone = {d.no: redo(explain(d.sum, "en", str), set(FREE_DK)) for d in deadlines}

    assert len(redone) > 15
    assert redone == {d.no: (d.due_on, d.last_on) for d in deadlines}


PRINTED = [
    "start: 1 April 2026 (2026-04-01, Wednesday), because the phase began: x",
    "+2 working days -> 7 April 2026 (2026-04-07, Tuesday)",
    "    passed over besides weekends: 2026-04-02 Skærtorsdag, 2026-04-03 Langfredag, 2026-04-06 2. påskedag",
]


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        (1, "+2 working days -> 6 April 2026 (2026-04-06, Monday)"),
        (1, "+2 working days -> 8 April 2026 (2026-04-08, Tuesday)"),
        (1, "+4 working days -> 9 April 2026 (2026-04-09, Thursday)"),
        (2, "    passed over besides weekends: 2026-04-02 Skærtorsdag"),
    ],
)
def test_calculator_contradicts_a_wrong_print(line: int, wrong: str) -> None:
    right = [PRINTED[0], "+2 working days -> 8 April 2026 (2026-04-08, Wednesday)", PRINTED[2]]
    assert [day.isoformat() for day in redo(right, set(FREE_DK))] == ["2026-04-08"] * 2

    with pytest.raises(WrongSum):
        redo([*right[:line], wrong, *right[line + 1 :]], set(FREE_DK))
