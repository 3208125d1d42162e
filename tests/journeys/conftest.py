"""Journeys start from a whole installation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An installation on the morning of 2 February 2026, a Monday."""
    made = World(tmp_path / "handslag", now="2026-02-02 08:00")
    yield made
    made.close()
