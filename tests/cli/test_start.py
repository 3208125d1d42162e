"""How the program starts: fast, light, and with its page of reference equal to what it says."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from handslag.cli.commands import COMMANDS
from handslag.cli.reference import PAGE, text
from tests.cli.desk import CliDesk

HEAVY = ("sqlmodel", "sqlalchemy", "alembic", "pydantic", "jinja2", "babel", "rich", "ruamel", "mjml", "transitions")
LOOK = """
import sys
from handslag.__main__ import main
sys.argv = ["handslag", *sys.argv[1:]]
try:
    main()
except SystemExit as leave:
    assert leave.code == 0, leave.code
print(",".join(name for name in sys.modules))
"""


def handslag(*words: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("HANDSLAG_")}
    if folder is not None:
        env["HANDSLAG_FOLDER"] = str(folder)
    command = [sys.executable, "-c", "from handslag.__main__ import main; main()", *words]
    return subprocess.run(command, capture_output=True, text=True, env=env, check=False, timeout=60)


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_version_and_help_import_nothing_heavy(option: str) -> None:
    done = subprocess.run([sys.executable, "-c", LOOK, option], capture_output=True, text=True, check=True, timeout=60)

    loaded = set(done.stdout.splitlines()[-1].split(","))
    assert loaded.isdisjoint(HEAVY)


def test_the_version_is_told_without_the_command_line() -> None:
    done = subprocess.run([sys.executable, "-c", LOOK, "--version"], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout.startswith("handslag ")
    assert "typer" not in done.stdout.splitlines()[-1].split(",")


def test_every_command_of_the_help_is_there() -> None:
    page = text()

    assert [name for name in COMMANDS if f"\n## handslag {name}\n" not in page] == []


def test_the_reference_page_says_what_the_program_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == text(), "run: python -m handslag.cli.reference"


def test_errors_go_to_standard_error_with_their_code(template: Path) -> None:
    missing = handslag("case", "show", "AAL-2026-0099", "--as", "anne", folder=template)

    assert (missing.returncode, missing.stdout) == (4, "")
    assert missing.stderr == "handslag: there is no case AAL-2026-0099\n"


def test_an_error_is_json_where_json_is_asked_for(template: Path) -> None:
    missing = handslag("case", "show", "AAL-2026-0099", "--as", "anne", "--json", folder=template)

    assert missing.stderr.startswith('{"error": "not_found"')


def test_where_nothing_is_the_first_command_is_named(tmp_path: Path) -> None:
    nothing = handslag("case", "list", "--as", "anne", folder=tmp_path)

    assert nothing.returncode == 5
    assert "run: handslag init" in nothing.stderr


def test_an_unknown_command_gets_the_nearest_name() -> None:
    wrong = handslag("cas")

    assert wrong.returncode == 2
    assert "Did you mean 'case'" in wrong.stderr


def test_the_worker_stops_with_zero_when_told_to(desk: CliDesk) -> None:
    env = {**os.environ, "HANDSLAG_FOLDER": str(desk.folder)}
    command = [sys.executable, "-c", "from handslag.__main__ import main; main()", "run"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=env) as worker:
        assert worker.stderr is not None
        assert "working" in worker.stderr.readline()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=20) == 0
