"""Each third-party package, and the clock, has one home. ruff says so while typing; this checks it name by name.

ruff can only switch the whole rule off for a home; here a home is allowed its own package and no other.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
BANNED = PYPROJECT["tool"]["ruff"]["lint"]["flake8-tidy-imports"]["banned-api"]
PACKAGES = ("engine", "workflows", "notifications", "storage", "handslag")
CLOCK = {name for name in BANNED if "." in name}

HOMES: dict[str, tuple[str, ...]] = {
    "transitions": ("engine/kernel.py",),
    "sqlmodel": ("storage/",),
    "sqlalchemy": ("storage/",),
    "alembic": ("storage/",),
    "ruamel": ("workflows/yaml_text.py",),
    "cel": ("workflows/cel.py",),
    "holidays": ("workflows/calendars.py",),
    "isodate": ("workflows/",),
    "jinja2": ("notifications/environment.py",),
    "mjml": ("notifications/layout.py",),
    "aiosmtplib": ("notifications/smtp.py",),
    "icalendar": ("notifications/invitation.py",),
    "babel": ("notifications/words.py", "notifications/dates.py"),
    "apscheduler": ("handslag/alarm.py",),
    "pydantic_settings": ("handslag/settings.py",),
    "structlog": ("handslag/logs.py",),
    "uuid_utils": ("handslag/wiring.py",),
    "typer": ("handslag/cli/",),
    "rich": ("handslag/cli/",),
    "openpyxl": ("handslag/intake/",),
    "xlsxwriter": ("handslag/tables/xlsx_file.py",),
    "fastapi": ("handslag/web/",),
    "starlette": ("handslag/web/",),
    "uvicorn": ("handslag/cli/serving.py",),
    "authlib": ("handslag/web/openid.py",),
    "joserfc": ("handslag/web/openid.py",),
    "limits": ("handslag/web/limiting.py",),
    "prometheus_client": ("handslag/web/metrics.py",),
    "argon2": ("handslag/web/passwords.py",),
    "procrastinate": ("handslag/dispatch/", "storage/"),
    "psycopg": ("handslag/dispatch/", "storage/"),
}


def files(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> Iterator[str]:
    """Every imported top-level package, also of imports inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def clock_reads(tree: ast.Module) -> Iterator[str]:
    """Every use of `datetime.now` and the like, by the last two words of what is written (`dt.datetime.now` too)."""
    last_two = {".".join(name.split(".")[-2:]) for name in CLOCK}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            if f"{owner}.{node.attr}" in last_two:
                yield f"line {node.lineno}: {owner}.{node.attr}"


def test_every_banned_package_has_a_home_here() -> None:
    assert set(BANNED) - CLOCK == set(HOMES)


def test_packages_are_imported_in_their_homes_only() -> None:
    strays = [
        f"{path} imports {package}"
        for path, tree in files(*PACKAGES)
        for package in imported(tree)
        if package in HOMES and not path.startswith(HOMES[package])
    ]

    assert strays == []


def test_engine_uses_the_standard_library_and_transitions_only() -> None:
    allowed = {*sys.stdlib_module_names, "engine", "transitions"}

    strays = [f"{path} imports {name}" for path, tree in files("engine") for name in imported(tree) if name not in allowed]

    assert strays == []


def test_only_the_clock_module_reads_the_clock() -> None:
    reads = [f"{path} {read}" for path, tree in files(*PACKAGES, "tests") for read in clock_reads(tree)]

    assert [read for read in reads if not read.startswith("handslag/clock.py ")] == []
