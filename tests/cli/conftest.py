"""Every test of the command line gets an installation of its own, copied from one that is made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.desk import CliDesk, copied, found_installation


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "template"
    found_installation(folder)
    return folder


@pytest.fixture
def desk(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliDesk:
    """An installation with the small method, two programmes and one organisation, on 7 April 2026."""
    for name in ("HANDSLAG_FOLDER", "HANDSLAG_AS"):
        monkeypatch.delenv(name, raising=False)
    return copied(template, tmp_path / "installation")


@pytest.fixture
def case(desk: CliDesk) -> str:
    """The number of a case in the first phase."""
    return str(desk.json("case", "open", "1")["case"])


@pytest.fixture
def active(desk: CliDesk, case: str) -> str:
    """The number of a case whose agreement is in force."""
    desk.run("case", "record", "add", case, "pledges", "title=LED lamps", "due_on=2026-09-30")
    desk.run("case", "advance", case, "activate", "score=72", "tier=standard", now="2026-04-13T10:00")
    return case
