"""One world of a campaign: a town with due reminders, workers and callers; broken for a while, calmed down, judged."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from handslag.wiring import load_version
from storage import approval
from storage.store import SqlStore
from tests.contracts import stage
from tests.faults.campaign.clock import Stepper
from tests.faults.campaign.grounds import SqliteGround
from tests.faults.campaign.mailserver import FINE, MOODS, MailServer
from tests.faults.campaign.processes import PAUSES_S, Process, caller, worker
from tests.faults.campaign.referee import EPOCH, Verdict, judge

SECOND_REMINDERS = datetime(2026, 3, 3, 9, tzinfo=UTC)
WORKERS, CALLERS = 4, 2
REST_S = 400.0
PENDING = (
    "SELECT (SELECT count(*) FROM promise WHERE state = 'queued' OR (state = 'planned' AND due_at <= {now})),"
    " (SELECT min(CASE WHEN state = 'queued' THEN not_before ELSE lease_until END) FROM message"
    " WHERE state IN ('queued', 'claimed')), (SELECT count(*) FROM attempt), (SELECT count(*) FROM history)"
)
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do to a world. seconds: how long it is broken."""

    seed: int
    seconds: float
    cases: int


class World:
    """A town in trouble."""

    def __init__(self, ground: SqliteGround, folder: Path, plan: Plan) -> None:
        self.ground, self.folder, self.plan = ground, folder, plan
        self.rng = random.Random(plan.seed)
        self.done: Counter[str] = Counter()
        folder.mkdir(parents=True)
        self.clock = Stepper(folder / "clock", stage.DUE)
        self.url = ground.found(folder / "db", plan.cases)
        refused = frozenset(f"c{no}@aalborg.example.org" for no in range(7, plan.cases, 50))
        self.server = MailServer(self.clock, self.rng, refused)
        self._approve()
        self.numbers = [str(number) for (number,) in ground.ask("SELECT number FROM cases ORDER BY id")]
        self.workers = [self._worker() for _ in range(WORKERS)]
        self.callers = [self._caller() for _ in range(CALLERS)]

    def _approve(self) -> None:
        store = SqlStore(self.url, load_version=load_version)
        store.run(lambda tx: approval.approve(tx, by="campaign", at=stage.DUE))
        store.close()

    def _worker(self) -> Process:
        return Process(worker, self.folder, self.url, self.server.port)

    def _caller(self) -> Process:
        self.done["callers started"] += 1
        seed = self.plan.seed * 1000 + self.done["callers started"]
        return Process(caller, self.folder, self.url, self.server.port, seed, self.numbers)

    # trouble

    def trouble(self, tell: Tell) -> None:
        """Break things until the time is up."""
        end = time.monotonic() + self.plan.seconds
        acts: list[tuple[int, Callable[[], None]]] = [
            (6, self._kill_worker), (3, self._kill_caller), (8, self._change_mood), (4, self._cut),
            (1, self._restart), (6, self._step),
        ]  # fmt: skip
        weights, deeds = [weight for weight, _ in acts], [act for _, act in acts]
        while time.monotonic() < end:
            time.sleep(self.rng.random() * 0.8)
            self.clock.note()
            self._revive()
            self.rng.choices(deeds, weights)[0]()
            tell(f"{len(self.server.seen)} mails, {self.done['workers killed']} kills, the server is {self.server.mood!r}")

    def _kill_worker(self) -> None:
        self.workers.pop(self.rng.randrange(len(self.workers))).kill()
        self.done["workers killed"] += 1
        self.workers.append(self._worker())

    def _kill_caller(self) -> None:
        self.callers.pop(self.rng.randrange(len(self.callers))).kill()
        self.done["callers killed"] += 1
        self.callers.append(self._caller())

    def _change_mood(self) -> None:
        self.server.mood = FINE if self.rng.random() < 0.4 else self.rng.choice(MOODS)
        self.done["moods of the mail server"] += 1

    def _cut(self) -> None:
        self.done["connections cut"] += self.ground.cut()

    def _restart(self) -> None:
        self.done["database servers crashed"] += self.ground.restart()

    def _step(self) -> None:
        by = self.rng.choice((1, 1, 1, 5, 5, 20, 60, -60, 72 * 60 if self.rng.random() < 0.15 else 1))
        if by == 60:
            self.server.mood = "down"
        self.clock.step(timedelta(minutes=by))
        self.done["clock stepped back" if by < 0 else "clock jumped"] += 1

    def _revive(self) -> None:
        """Start anew what has ended by itself; count it, because nothing should."""
        for group, start in ((self.workers, self._worker), (self.callers, self._caller)):
            for place, process in enumerate(group):
                if not process.lives:
                    self.done["processes that gave up"] += 1
                    group[place] = start()

    # rest

    def calm(self, tell: Tell) -> None:
        """Let everybody finish: callers go, the server is fine, and the clock goes to whatever waits next."""
        self.server.mood = FINE
        for process in self.callers:
            process.stop()
        if self.clock.now() < SECOND_REMINDERS:
            self.clock.step(SECOND_REMINDERS - self.clock.now())
        end, last, since = time.monotonic() + REST_S, (-1, -1), time.monotonic()
        while time.monotonic() < end:
            self._revive_workers()
            now = int((self.clock.note() - EPOCH).total_seconds() * 1_000_000)
            [(pending, wake, tries, entries)] = self.ground.ask(PENDING.format(now=now))
            if not pending:
                return
            if (tries, entries) != last:
                last, since = (tries, entries), time.monotonic()
            elif time.monotonic() - since > 1.2 and wake is not None and wake > now:
                self.clock.step(timedelta(microseconds=wake - now) + timedelta(seconds=1))
                since = time.monotonic()
            tell(f"{len(self.server.seen)} mails, {pending} promises wait")
            time.sleep(0.3)

    def _revive_workers(self) -> None:
        self.workers = [process if process.lives else self._worker() for process in self.workers]

    def judge(self) -> Verdict:
        """Stop everybody and judge."""
        codes = [process.stop() for process in self.workers]
        verdict = judge(self.url, self.folder, self.server.seen, self.clock.now(), len(PAUSES_S) + 1)
        if any(codes):
            verdict.faults.append(f"workers ended with {codes}: {self._logs()}")
        verdict.counts.update(self.done)
        verdict.counts.update(self.server.moods)
        return verdict

    def _logs(self) -> str:
        return "\n".join(process.log.read_text()[-600:] for process in self.workers)

    def close(self) -> None:
        """End every process and the mail server."""
        for process in (*self.workers, *self.callers):
            process.kill()
        self.server.close()


def play(ground: SqliteGround, folder: Path, plan: Plan, tell: Tell = lambda said: None) -> Verdict:
    """Play one world from its founding to its verdict."""
    world = World(ground, folder, plan)
    try:
        world.trouble(tell)
        world.calm(tell)
        return world.judge()
    finally:
        world.close()
