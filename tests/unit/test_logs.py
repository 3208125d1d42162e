"""Logging: one form for our records and those of libraries, facts kept, secrets masked."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Iterator

import pytest

from handslag.logs import MASK, set_up_logging


@pytest.fixture(autouse=True)
def loggers_as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers, root.level

    yield

    root.handlers, root.level = before
    logging.captureWarnings(capture=False)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_record_is_one_json_line_with_its_facts(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(level="INFO", form="json")

    logging.getLogger("handslag.worker").info("sent %d mails", 3, extra={"case": "AAL-2026-0017"})

    (line,) = lines(capsys)
    assert line["event"] == "sent 3 mails"
    assert line["case"] == "AAL-2026-0017"
    assert line["logger"] == "handslag.worker"
    assert line["level"] == "info"
    assert str(line["timestamp"]).endswith("Z")


def test_secrets_are_masked_at_any_depth(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(level="INFO", form="json")

    logging.getLogger("x").info(
        "connected", extra={"smtp_password": "hunter2", "server": {"host": "h", "Auth_Token": "hunter2"}}
    )

    (line,) = lines(capsys)
    assert line["smtp_password"] == MASK
    assert line["server"] == {"host": "h", "Auth_Token": MASK}


def test_lower_levels_are_dropped(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(level="WARNING", form="json")

    logging.getLogger("x").info("not worth a line")

    assert lines(capsys) == []


def test_setting_up_twice_writes_once(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(level="INFO", form="json")
    set_up_logging(level="INFO", form="json")

    logging.getLogger("x").info("once")

    assert len(lines(capsys)) == 1


def test_error_carries_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(level="INFO", form="json")

    try:
        raise ValueError("broken")
    except ValueError:
        logging.getLogger("x").exception("a tick failed")

    (line,) = lines(capsys)
    assert "ValueError: broken" in str(line["exception"])


def test_console_form_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(level="INFO", form="console")

    logging.getLogger("handslag.worker").info("sent", extra={"case": "AAL-2026-0017"})

    text = capsys.readouterr().err
    assert "sent" in text
    assert "case=AAL-2026-0017" in text
    assert "\x1b[" not in text


def test_warnings_become_records(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(level="INFO", form="json")

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("old name", DeprecationWarning, stacklevel=1)

    assert "old name" in str(lines(capsys)[0]["event"])
