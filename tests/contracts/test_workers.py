"""What must hold with several workers on one database, each a process of its own, on both databases."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.contracts import stage
from tests.contracts.checker import Facts, faults
from tests.contracts.polling import eventually
from tests.contracts.worker_process import Worker, seen

REMINDERS = 1000


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_four_workers_turn_1000_due_reminders_into_1000_mails(kind: str, tmp_path: Path) -> None:
    url = stage.town(kind, tmp_path / "db", REMINDERS)
    workers = [Worker(url, tmp_path, stage.DUE) for _ in range(4)]
    try:
        eventually(lambda: len(seen(tmp_path)) >= REMINDERS, lambda: [w.log.read_text()[-2000:] for w in workers])
    finally:
        codes = [worker.stop() for worker in workers]

    facts = Facts(url)
    mails = seen(tmp_path)
    assert codes == [0, 0, 0, 0]
    assert faults(facts, mails) == []
    assert len(mails) == REMINDERS == len({mail["id"] for mail in mails}) == len({mail["to"] for mail in mails})
    assert Counter(state for _, state, *_ in facts.messages) == {"sent": REMINDERS}
    assert Counter(state for _, _, state, _ in facts.promises) == {"sent": REMINDERS, "planned": REMINDERS}
