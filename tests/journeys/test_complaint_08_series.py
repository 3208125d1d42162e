"""Complaint 8: the second reminder never comes, or comes on the wrong day."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine import acts
from tests.journeys.model.paths import LGD
from tests.world import LIBRARY, World

SERIES = """  patient:
    - {at: 14 days, mail: M09}
    - {at: 21 days, mail: M09}
    - {at: 28 days, mail: M09}
  promise:
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The smallest method with a series: after 14 days, then every 7, at most three, working days only."""
    made = tmp_path / "method"
    shutil.copytree(LIBRARY / LGD, made)
    text = (made / "workflow.yaml").read_text()
    old = text[text.index("  patient:") : text.index("  promise:\n") + len("  promise:\n")]
    (made / "workflow.yaml").write_text(text.replace(old, SERIES).replace("\nnumber: 1", "\nnumber: 2"))
    return made


def _sent(world: World, number: str) -> list[str]:
    mine = {p.message for p in world.promises(number) if p.code == "M09"}
    return [str(m.day) for m in world.messages() if m.id in mine and m.state == "sent"]


def _open(tmp_path: Path, folder: Path) -> tuple[World, str]:
    world = World(tmp_path / "handslag", now="2026-02-16 08:00", workflow=LGD)
    world.publish(folder)
    return world, world.open_case(acts.OpenCase(title="Company", people={"coordinator": "anne", "deputy": "bo"}), version=2)


def test_series_produces_exactly_the_predicted_dates(tmp_path: Path, folder: Path) -> None:
    """A series "after 14 days, then every 7, at most three, working days only, until answered" produces exactly the predicted
    dates and stops on the answer.
    """
    world, number = _open(tmp_path, folder)
    assert str(world.deadline(number, "prepare").due_on) == "2026-03-16"

    world.walk("2026-06-01 09:00")

    # due on Monday 16 March: +14 is 30 March, +21 is Easter Monday and so the 7th, +28 is 13 April; then never again
    assert _sent(world, number) == ["2026-03-30", "2026-04-07", "2026-04-13"]
    world.close()


def test_series_stops_on_the_answer(tmp_path: Path, folder: Path) -> None:
    """The same, answered after the second."""
    world, number = _open(tmp_path, folder)
    world.walk("2026-04-08 09:00")

    world.do(number, acts.AddRecord(list="fields_of_action", values={"title": "Energy"}))
    world.do(number, acts.Advance(transition="identify", facts={"climate_plan": "https://example.org/plan"}))
    world.walk("2026-04-14 09:00")

    assert _sent(world, number) == ["2026-03-30", "2026-04-07"]
    last = next(p for p in world.promises(number) if p.step == "+28 days M09")
    assert (last.state, last.why) == ("cancelled", "fulfilled")
    world.close()
