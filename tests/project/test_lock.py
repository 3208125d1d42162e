"""The lock: versions and hashes of everything, no addresses, and nothing forgotten."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "requirements").glob("*.txt"))
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
GROUPS: dict[str, list[str]] = PYPROJECT["dependency-groups"]


def normal(name: str) -> str:
    """Return a distribution's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def names(requirements: list[str]) -> set[str]:
    return {normal(re.split(r"[\[<>=!~; ]", requirement)[0]) for requirement in requirements}


def pins(name: str) -> dict[str, str]:
    """Return version (and marker) by name of one lock file."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    found = re.findall(r"^([A-Za-z0-9._-]+)==(\S+(?: ; [^\\\n]+)?)", text, flags=re.MULTILINE)
    return {normal(distribution): version.strip() for distribution, version in found}


def test_lock_files_are_the_expected_ones() -> None:
    assert {path.stem for path in FILES} == {"default", "dev", "build", *EXTRAS}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_lock_holds_no_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert "://" not in text
    assert not re.search(r"^\s*-", text.replace("    --hash=", ""), flags=re.MULTILINE)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_requirement_is_pinned_with_a_hash(path: Path) -> None:
    entries = re.split(r"\n(?=\S)", path.read_text(encoding="utf-8").strip())

    assert [entry for entry in entries if not re.match(r"[A-Za-z0-9._-]+==\S+", entry)] == []
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_every_direct_dependency_is_locked() -> None:
    default = names(PROJECT["dependencies"])

    assert default - set(pins("default")) == set()
    assert names(PYPROJECT["build-system"]["requires"]) - set(pins("build")) == set()
    for extra, requirements in EXTRAS.items():
        assert (default | names(requirements)) - set(pins(extra)) == set()
    for requirements in [*EXTRAS.values(), *GROUPS.values()]:
        assert names(requirements) - set(pins("dev")) == set()


@pytest.mark.parametrize("name", ["default", *EXTRAS])
def test_one_version_of_each_package_in_all_files(name: str) -> None:
    dev = pins("dev")

    assert {key: version for key, version in pins(name).items() if dev.get(key) != version} == {}
