"""Workers killed with -9 and a server that goes down at once, both under load; judged by the independent checker."""

from __future__ import annotations

import os
import random
import signal
from collections import Counter
from pathlib import Path

import pytest

from tests.contracts import stage
from tests.contracts.checker import Facts, faults
from tests.contracts.databases import own_server
from tests.contracts.polling import eventually
from tests.contracts.worker_process import Worker, seen

REMINDERS = 1000
KILLS = 3
CRASHED = 300


def _sent(url: str) -> int:
    return sum(state == "sent" for _, state, *_ in Facts(url).messages)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_workers_killed_at_random_lose_nothing_and_repeat_only_what_was_uncertain(kind: str, tmp_path: Path) -> None:
    url = stage.town(kind, tmp_path / "db", REMINDERS)
    dice = random.Random(5)
    workers = [Worker(url, tmp_path, stage.DUE, lease_s=4) for _ in range(3)]
    try:
        for kill in range(1, KILLS + 1):
            eventually(lambda at=kill: len(seen(tmp_path)) >= at * REMINDERS // (KILLS + 2))  # type: ignore[misc]
            workers.pop(dice.randrange(len(workers))).kill()
            workers.append(Worker(url, tmp_path, stage.DUE, lease_s=4))
        eventually(lambda: _sent(url) == REMINDERS, lambda: [w.log.read_text()[-2000:] for w in workers])
    finally:
        codes = [worker.stop() for worker in workers]

    facts, mails = Facts(url), seen(tmp_path)
    assert codes == [0] * len(codes)
    assert faults(facts, mails) == []
    assert Counter(state for _, _, state, _ in facts.promises) == {"sent": REMINDERS, "planned": REMINDERS}
    # A worker sends one mail at a time: each kill can leave at most one of which nobody knows whether it arrived.
    assert len(mails) - REMINDERS <= KILLS


def test_server_that_crashes_under_load_and_comes_back_costs_no_promise(tmp_path: Path) -> None:
    if os.environ.get("TEST_POSTGRES_URL"):
        pytest.skip("the server is not ours to stop")
    server = own_server()
    url = stage.move_town(CRASHED, server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
    workers = [Worker(url, tmp_path, stage.DUE, lease_s=4) for _ in range(2)]
    try:
        eventually(lambda: len(seen(tmp_path)) >= CRASHED // 10)
        postmaster = server.get_postmaster_info().process
        os.kill(postmaster.pid, signal.SIGQUIT)  # immediate shutdown: no goodbye, recovery at the next start
        postmaster.wait(30)
        server.ensure_postgres_running()
        eventually(lambda: _sent(url) == CRASHED, lambda: [w.log.read_text()[-2000:] for w in workers])
    finally:
        codes = [worker.stop() for worker in workers]

    facts, mails = Facts(url), seen(tmp_path)
    server.cleanup()
    assert codes == [0, 0]
    assert faults(facts, mails) == []
    assert len(mails) - CRASHED <= len(workers)
