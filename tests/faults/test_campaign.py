"""The short form of `./dev faults`: a world of each kind, broken at random for some seconds, and no complaint."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.campaign.chaos import Plan, play
from tests.faults.campaign.grounds import PostgresGround, SqliteGround
from tests.faults.campaign.mailserver import Seen
from tests.faults.campaign.processes import PAUSES_S
from tests.faults.campaign.referee import EPOCH, judge


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_world_that_is_broken_at_random_keeps_every_promise(kind: str, tmp_path: Path) -> None:
    ground = SqliteGround() if kind == "sqlite" else PostgresGround(own=False)

    verdict = play(ground, tmp_path / "world", Plan(seed=20261123, seconds=5, cases=90))

    assert verdict.faults == []
    assert verdict.counts["workers killed"] > 0
    assert verdict.counts["mails seen by the server"] > 100


def sent_at_the_first_try(folder: Path) -> set[str]:
    """Ids of mails that nothing happened to: a second one of these has no explanation."""
    with closing(sqlite3.connect(folder / "db" / "town.db")) as raw:
        return {row[0] for row in raw.execute("SELECT id FROM message WHERE state = 'sent' AND attempts = 1 AND uncertain = 0")}


def test_referee_sees_what_is_lost_doubled_early_and_unexplained(tmp_path: Path) -> None:
    ground, folder = SqliteGround(), tmp_path / "world"
    verdict = play(ground, folder, Plan(seed=1, seconds=1, cases=20))
    seen, end, tries = list(verdict.seen), verdict.end, len(PAUSES_S) + 1
    last = next(mail for mail in reversed(seen) if mail.id in sent_at_the_first_try(folder))
    others = [mail for mail in seen if mail is not last]

    def said(mails: Sequence[Seen]) -> str:
        return "\n".join(judge(ground.url, folder, mails, end, tries).faults)

    assert said(seen) == ""
    assert "lost" in said([mail for mail in others if mail.id != last.id])
    assert "doubled" in said([*seen, last, last])
    assert "early" in said([*others, replace(last, latest=EPOCH)])
    assert "no message" in said([*seen, replace(last, id="nobody's")])
    assert "not its own" in said([*others, replace(last, to="somebody@else.example.org")])
    script = folder / "script-9.jsonl"
    script.write_text('{"mark": "9/1", "case": "AAL-2026-0001", "act": "comment", "said": "done"}\n', encoding="utf-8")
    assert "script: comment 9/1" in said(seen)
    script.unlink()
    with closing(sqlite3.connect(folder / "db" / "town.db")) as raw, raw:
        raw.execute("UPDATE promise SET state = 'planned', why = '' WHERE case_id = 3")
    assert "lost: promise 3/" in said(seen)
