"""The doctor names what is wrong, with the command that mends it, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.ports import Tx
from handslag.clock import MovedClock
from handslag.doctoring import Finding, diagnose
from handslag.wiring import House
from handslag.worker import fire_all
from storage.connect import connect
from storage.reads import line_of
from storage.transaction import SqlTx
from tests.contracts import stage

# Five minutes after the first reminders have fallen due.
MORNING = stage.DUE - timedelta(minutes=115)


@pytest.fixture
def house(url: str, tmp_path: Path) -> Iterator[House]:
    made = stage.open_town(tmp_path, url, now=MORNING)
    stage.found(made, {"aalborg": "AAL"})
    yield made
    made.close()


def wrong(house: House) -> dict[str, Finding]:
    return {finding.what: finding for finding in diagnose(house) if not finding.ok}


def later(house: House, span: timedelta) -> House:
    assert isinstance(house.clock, MovedClock)
    house.clock.advance(span)
    return house


def beat(house: House, note: str) -> None:
    def use(tx: Tx) -> None:
        assert isinstance(tx, SqlTx)
        tx.beat("w:1", house.clock.now(), note)

    house.store.run(use)


def test_sound_house_has_only_a_short_calendar(house: House) -> None:
    found = wrong(house)

    assert list(found) == ["calendar"]
    assert found["calendar"].found == "aalborg: free days known until 2026-12-25"
    assert found["calendar"].advice == "handslag programme calendar aalborg --set DAY --name NAME, for the years ahead"


def test_work_that_nobody_does_and_a_worker_that_fell_silent_are_named(house: House) -> None:
    stage.open_cases(house, 2)
    beat(house, "working")
    assert set(wrong(house)) == {"calendar"}

    found = wrong(later(house, timedelta(hours=1, minutes=11)))

    assert found["work"].advice == "handslag run"
    assert found["work"].found.startswith("due for more than 10 minutes: 2 promises, 0 deadlines")
    assert "w:1, last seen 2026-02-25 07:05:00 UTC: silent" in found["worker"].found

    beat(house, "stopped")
    assert "worker" not in wrong(house)


def test_row_that_was_pushed_ahead_is_named_with_its_error(house: House) -> None:
    (number,) = stage.open_cases(house, 1)
    (item,) = house.store.read(lambda tx: tx.due_promises(MORNING, 9))
    house.store.run(lambda tx: tx.postpone(item, MORNING + timedelta(hours=1), "ZeroDivisionError: poison"))

    found = wrong(house)

    assert f"first {number}/{item.no}: ZeroDivisionError: poison" in found["work"].found


def test_failed_mail_is_counted(house: House) -> None:
    stage.open_cases(house, 1)
    fire_all(house, MORNING)
    house.store.run(lambda tx: line_of(tx).core.execute(text("UPDATE message SET state = 'failed'")))

    assert wrong(house)["outbox"] == Finding(
        what="outbox", found="1 failed", advice="handslag mail list --state failed", ok=False
    )


def test_older_schema_says_what_to_run_and_asks_nothing_further(house: House) -> None:
    engines = connect(house.store.url.render_as_string(hide_password=False))
    with engines.writing.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0003'"))
    engines.close()

    findings = diagnose(house)

    assert findings[-1].what == "schema"
    assert (findings[-1].ok, findings[-1].advice) == (False, "handslag init")


def test_clocks_are_compared_where_the_database_has_one(house: House) -> None:
    said = [finding for finding in diagnose(house) if finding.what == "clock skew"]

    assert [finding.ok for finding in said] == ([True] if house.store.url.get_backend_name() == "postgresql" else [])
