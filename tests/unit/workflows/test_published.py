from __future__ import annotations

import pytest

from engine.errors import EnvironmentFault
from tests.unit.workflows.method import changed, faults, folder
from tests.unit.workflows.views import view
from workflows.published import read_published, read_snapshot, snapshot
from workflows.reader import read_files


def test_published_version_is_the_one_that_was_checked() -> None:
    files = folder()
    checked, published = read_files(files), read_published(files)

    assert published.hash == checked.hash
    assert published.phases == checked.phases
    assert published.mails == checked.mails


def test_snapshot_loads_the_same_version() -> None:
    files = folder()
    loaded, published = read_snapshot(files, snapshot(files)), read_published(files)

    assert (loaded.hash, loaded.phases, loaded.mails, loaded.followups) == (
        published.hash, published.phases, published.mails, published.followups,
    )  # fmt: skip
    guard = loaded.transitions["propose"].guards[3]
    assert not guard.check(view(loaded)).yes


def test_check_that_came_later_does_not_stop_a_published_version() -> None:
    method = changed("fallback: en", "fallback: nl")

    assert faults(method)
    assert read_published(folder(method)).fallback == "nl"


def test_damaged_text_is_a_fault_of_the_environment() -> None:
    with pytest.raises(EnvironmentFault):
        read_published({"workflow.yaml": "a: [", "mails/M01.en": ""})
    with pytest.raises(EnvironmentFault):
        read_published({"workflow.yaml": "a: 1"})
