"""The processes of a campaign: workers that send by SMTP, and callers who move cases and write down what they meant to do.

A caller's log is the script that the referee holds the database against: a line before each act, a line when it was answered.
"""

from __future__ import annotations

import asyncio
import json
import logging
import multiprocessing
import os
import random
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine import acts, use_cases
from engine.draft import Call
from engine.errors import EnvironmentFault, HandslagError
from engine.ports import Tx
from handslag.acting import actor_on
from handslag.settings import Settings, load_settings
from handslag.wiring import House, open_house
from handslag.worker import work
from tests.faults.campaign.clock import SharedClock

LEASE_S, TIMEOUT_S = 12, 2
PAUSES_S = (20, 40, 60, 120, 300, 600, 1800, 3600, 3600, 3600, 7200, 7200, 14400, 43200, 43200, 86400)
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.faults.campaign.processes", "handslag.dispatch.shared"])


def open_shared(url: str, folder: Path, port: int) -> House:
    """Plug an installation together that sends to the mail server of the campaign, on the clock that all share."""
    plain = load_settings(folder).model_dump()
    plain["database"] = {"url": url}
    plain["worker"] = {"tick_s": 1, "lease_s": LEASE_S, "batch": 20, "drain_s": 10}
    smtp = {"host": "127.0.0.1", "port": port, "security": "none", "timeout_s": TIMEOUT_S, "mails_per_connection": 25}
    plain["mail"] = {"transport": "smtp", "smtp": smtp, "retry_pauses_s": PAUSES_S}
    plain["sending"] = {"hold_minutes": 0}  # whoever is killed may hold a mail at once
    return open_house(folder, Settings.model_validate(plain), clock=SharedClock(folder / "clock"))


class Process:
    """A process of the campaign, forked from a server that has loaded our modules once."""

    def __init__(self, target: Callable[..., None], folder: Path, *given: Any) -> None:
        self.log = folder / f"{target.__name__}-{len(list(folder.glob('*.log')))}.log"
        self.log.touch()
        self.process = _FORKS.Process(target=target, args=(self.log, folder, *given))
        self.process.start()

    @property
    def lives(self) -> bool:
        """Whether it runs."""
        return self.process.is_alive()

    def kill(self) -> None:
        """Send SIGKILL."""
        self.process.kill()
        self.process.join(30)

    def stop(self) -> int | None:
        """Send SIGTERM and return the exit code, None where it goes on for half a minute."""
        self.process.terminate()
        self.process.join(30)
        return self.process.exitcode


def _to_log(log: Path) -> None:
    for stream in (1, 2):
        os.dup2(os.open(log, os.O_WRONLY | os.O_APPEND), stream)
    logging.basicConfig(level=logging.WARNING, force=True)


def worker(log: Path, folder: Path, url: str, port: int) -> None:
    """Work until told to stop."""
    _to_log(log)
    house = open_shared(url, folder, port)
    asyncio.run(work(house))
    house.close()


def caller(log: Path, folder: Path, url: str, port: int, seed: int, numbers: list[str]) -> None:
    """Act on cases at random until told to stop."""
    _to_log(log)
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopping.append(number))
    script = os.open(folder / f"script-{seed}.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    rng, house, no = random.Random(seed), open_shared(url, folder, port), 0
    while not stopping:
        no += 1
        line = {"mark": f"{seed}/{no}", "case": rng.choice(numbers), "act": rng.choice(("comment", "comment", "finish"))}
        _note(script, {**line, "said": "begun"})
        _note(script, {**line, "said": _done(house, line)})
    house.close()


def _note(script: int, line: dict[str, str]) -> None:
    os.write(script, (json.dumps(line) + "\n").encode())


def _done(house: House, line: dict[str, str]) -> str:
    act = acts.Comment(text=line["mark"]) if line["act"] == "comment" else acts.Advance(transition="finish")

    def use(tx: Tx) -> None:
        now = house.clock.now()
        case = tx.case(line["case"])
        call = Call(actor=actor_on(tx.programme(case.programme), case, "anne", now), now=now, ids=house.tools.ids)
        use_cases.perform(tx, house.tools, line["case"], act, call)

    try:
        house.store.run(use)
    except EnvironmentFault:
        return "unknown"
    except HandslagError:
        return "refused"
    return "done"
