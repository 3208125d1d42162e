"""Due work: 10,000 promises that fall due among many more that do not, and a look when nothing is due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from time import perf_counter

from bench.databases import Place, Raw
from bench.measuring import Line, Options, in_turn, middle_ms
from bench.moving import stores
from bench.town import DAY_US, RING, build, house_on, phase_of
from bench.twin import Act, Twin, record
from engine import due_work
from handslag.clock import MovedClock
from handslag.worker import fire_all
from storage.columns import from_micros

BATCH = 100
CLAIM = (
    "SELECT c.number FROM promise p JOIN cases c ON c.id = p.case_id"
    " WHERE p.state = 'planned' AND p.wake_at <= ? ORDER BY p.wake_at, p.case_id, p.no LIMIT 100"
)


def due(options: Options) -> Iterator[Line]:
    """G3, G3i: fire what is due, a batch a commit; against the twin that claims and writes the same in the same batches."""
    sizes = [(10_000, 1_000)] if options.quick else [(100_000, 10_000)]
    if options.full:
        sizes.append((1_000_000, 10_000))
    idle: dict[int, tuple[list[float], list[float]]] = {}
    with Place() as place:
        for name, new in stores(place):
            for cases, fall_due in sizes:
                town = _Town(place, new(), cases, fall_due)
                with closing(town):
                    fired = in_turn(options.rounds, {"ours": town.fire, "raw": town.fire_raw})
                    yield Line(
                        workload="due", variant=f"{name}, {fall_due:,} due among {cases:,}", against="raw twin",
                        unit="fired/s", ours=fired["ours"], theirs=fired["raw"], goal=0.7, floor=0.4,
                    )  # fmt: skip
                    looked = in_turn(options.rounds, {"ours": town.look, "raw": town.look_raw})
                    idle[cases] = (looked["ours"], looked["raw"])
                    yield Line(
                        workload="due", variant=f"{name}, nothing due among {cases:,}", against="raw peek", unit="ms a look",
                        ours=looked["ours"], theirs=looked["raw"], goal=5, floor=20, fewer=True,
                    )  # fmt: skip


class _Town:
    """Two equal towns in which a further slice of cases falls due at every round."""

    def __init__(self, place: Place, url: str, cases: int, fall_due: int) -> None:
        build(place, url, cases)
        self._step = cases // fall_due
        self._count = fall_due
        with closing(Raw(url)) as raw:
            first = raw.run("SELECT min(due_at) FROM promise WHERE state = 'planned'").fetchone()[0]
            raw.run(raw.text("UPDATE promise SET wake_at = due_at + ? WHERE state = 'planned'"), (400 * DAY_US,))
            raw.run(raw.text("UPDATE deadline SET wake_at = overdue_at + ? WHERE wake_at IS NOT NULL"), (400 * DAY_US,))
        self._now = from_micros(first + 60_000_000)
        self._due_at = first
        twin_url = place.copy(url)
        acts = _recorded(place, twin_url, self._now, first)
        twin_url = place.copy(url)
        self._house = house_on(place, url, clock=MovedClock(self._now))
        self._ours, self._raw = Raw(url), Raw(twin_url)
        self._twin = Twin(self._raw, acts)
        self._turns = {"ours": 0, "raw": 0}

    def _ripen(self, raw: Raw, who: str) -> None:
        """Let the next slice fall due."""
        turn = self._turns[who]
        self._turns[who] += 1
        raw.run(
            raw.text("UPDATE promise SET wake_at = ? WHERE state = 'planned' AND case_id % ? = ?"),
            (self._due_at, self._step, turn % self._step),
        )

    def fire(self) -> float:
        """Have the worker fire a slice."""
        self._ripen(self._ours, "ours")
        start = perf_counter()
        done = fire_all(self._house, self._now)
        spent = perf_counter() - start
        if done.fired != self._count:
            raise ValueError(f"{done.fired} of {self._count} were fired")
        return done.fired / spent

    def fire_raw(self) -> float:
        """Claim and write the same, by hand."""
        self._ripen(self._raw, "raw")
        raw, claim = self._raw, self._raw.text(CLAIM)
        now = self._due_at + 60_000_000
        done, start = 0, perf_counter()
        while True:
            raw.begin()
            numbers = [row[0] for row in raw.run(claim, (now,)).fetchall()]
            for number in numbers:
                self._twin.move(number)
            raw.commit()
            done += len(numbers)
            if len(numbers) < BATCH:
                break
        return done / (perf_counter() - start)

    def look(self) -> float:
        """Look when nothing is due: both kinds of rows, each in a writing transaction, as the worker does."""
        return middle_ms(lambda: fire_all(self._house, self._now), 100)

    def look_raw(self) -> float:
        """Look at both kinds with one statement each."""
        raw, now = self._raw, self._due_at + 60_000_000
        promises = raw.text(CLAIM)
        deadlines = raw.text(CLAIM.replace("promise p", "deadline p").replace("p.state = 'planned'", "p.wake_at IS NOT NULL"))

        def peek() -> None:
            for statement in (promises, deadlines):
                raw.begin()
                raw.run(statement, (now,)).fetchall()
                raw.commit()

        return middle_ms(peek, 100)

    def close(self) -> None:
        """Let go of both."""
        self._house.close()
        self._ours.close()
        self._raw.close()


def _recorded(place: Place, url: str, now: datetime, due_at: int) -> Mapping[str, Act]:
    """Return what firing writes, by the phase in which a case stands."""
    house = house_on(place, url, clock=MovedClock(now))
    found = {}
    with closing(Raw(url)) as raw:
        for case_id in range(1, len(RING) + 1):
            raw.run(raw.text("UPDATE promise SET wake_at = ? WHERE state = 'planned' AND case_id = ?"), (due_at, case_id))
            found[RING[phase_of(case_id)]] = record(
                raw, case_id, lambda: house.store.run(lambda tx: due_work.fire_due(tx, house.tools, now, 1))
            )
    house.close()
    place.remove(url)
    return found
