"""Random walks through both shipped methods: after every act the ledger is what an independent model makes of the history."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.model.laws import Laws
from tests.journeys.model.paths import LGD
from tests.journeys.model.walker import Walker
from tests.world import AALBORG, World

STEPS = 28


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("workflow", [AALBORG, LGD])
def test_random_walk_leaves_a_ledger_that_the_model_predicts(workflow: str, seed: int, tmp_path: Path) -> None:
    world = World(tmp_path / "handslag", now="2026-02-02 08:00", workflow=workflow)
    walker = Walker(world, seed, in_force=seed % 3 != 0)
    laws = Laws(walker)
    laws.judge()

    for _ in range(STEPS):
        walker.step()
        laws.judge()

    world.close()
    assert len(walker.done) == STEPS
