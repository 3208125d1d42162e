"""The top-level folders are the import packages of the wheel, and nobody else installs anything under their names."""

from __future__ import annotations

import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from handslag import config_text, settings

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = set(PYPROJECT["tool"]["uv"]["build-backend"]["module-name"])


def test_build_names_every_top_level_package() -> None:
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")}

    assert folders - {"tests"} == PACKAGES


def test_checkers_look_at_every_package() -> None:
    assert set(PYPROJECT["tool"]["importlinter"]["root_packages"]) == PACKAGES
    assert set(PYPROJECT["tool"]["coverage"]["run"]["source"]) == PACKAGES
    assert set(PYPROJECT["tool"]["mypy"]["files"]) >= PACKAGES


def test_no_foreign_package_owns_our_names() -> None:
    owners = packages_distributions()

    assert {name: owners.get(name) for name in PACKAGES if set(owners.get(name, [])) - {"handslag"}} == {}


def test_every_folder_of_python_files_is_a_package() -> None:
    folders = {path.parent for name in [*PACKAGES, "tests"] for path in (ROOT / name).rglob("*.py")}

    assert [str(folder.relative_to(ROOT)) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_modules_come_from_this_tree() -> None:
    assert all(Path(str(module.__file__)).is_relative_to(ROOT) for module in (config_text, settings))
