"""Scenario 13: a new version is published while cases run; they stay on theirs, with its guards and its mails."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine import acts
from engine.errors import Refused
from tests.world import AALBORG, LIBRARY, World


@pytest.fixture
def second(tmp_path: Path) -> Path:
    """Version 2 of the shipped method: one more guard on T1, another invitation."""
    folder = tmp_path / "v2"
    shutil.copytree(LIBRARY / AALBORG, folder)
    declared = (folder / "workflow.yaml").read_text()
    declared = declared.replace("\nnumber: 1", "\nnumber: 2").replace(
        "guards: [registered, status_dated, has_coordinator]", "guards: [registered, status_dated, has_coordinator, was_signed]"
    )
    (folder / "workflow.yaml").write_text(declared)
    invitation = folder / "mails" / "M01.en"
    invitation.write_text(invitation.read_text().replace("Invitation to a climate partnership", "Come and join us"))
    return folder


def test_running_cases_keep_their_version_and_new_ones_start_on_the_new(world: World, second: Path) -> None:
    old = world.candidate()
    world.publish(second)
    new = world.open_case(acts.OpenCase(title="Newcomer", people={"coordinator": "anne", "deputy": "bo"}), version=2)

    world.to_screening(old)
    world.to_dialogue(old)

    assert world.case(old).version.number == 1
    assert world.case(new).version.number == 2
    assert "was_signed" in {a.name for o in world.offers(new) for a in o.answers if not a.yes}
    assert next(m for m in world.messages() if m.code == "M01").subject.startswith("Invitation to a climate partnership")


def test_publishing_the_same_content_twice_is_a_no_op(world: World) -> None:
    assert world.publish(LIBRARY / AALBORG) is False


def test_changed_content_under_the_same_number_is_refused(world: World, second: Path) -> None:
    declared = second / "workflow.yaml"
    declared.write_text(declared.read_text().replace("\nnumber: 2", "\nnumber: 1"))

    with pytest.raises(Refused):
        world.publish(second)
