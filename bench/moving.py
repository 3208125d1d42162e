"""Moves: one by one, many callers at once, many in a transaction, among ever more cases, in long cases, of many workflows."""

from __future__ import annotations

import multiprocessing
import random
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Barrier, Thread
from time import perf_counter
from typing import Any

from bench.databases import Place, Raw, has_server
from bench.measuring import Line, Options, in_turn, percentile, rate
from bench.town import MOVES, RING, advance, build, call, calm, columns_of, house_on, number_of, phase_of, quoted
from bench.twin import Act, Twin, record
from engine import acts, use_cases
from handslag.wiring import House

SEED = 7


@dataclass
class Walker:
    """Walks cases of a town around the ring. ids: which cases; they are drawn evenly."""

    house: House
    ids: Sequence[int]
    draw: random.Random = field(default_factory=lambda: random.Random(SEED))

    def __post_init__(self) -> None:
        self.circumstances = call(self.house)
        self.phases: dict[int, int] = {}

    def next(self) -> tuple[str, str]:
        """Return the number of a case and the move it can make, and note that it has made it."""
        case_id = self.ids[self.draw.randrange(len(self.ids))]
        phase = self.phases.get(case_id, phase_of(case_id))
        self.phases[case_id] = (phase + 1) % len(RING)
        return number_of(case_id), MOVES[phase]

    def move(self) -> None:
        """Do one move."""
        number, transition = self.next()
        advance(self.house, number, transition, self.circumstances)

    def move_many(self, count: int) -> None:
        """Do so many moves in one transaction."""
        wanted = [self.next() for _ in range(count)]
        tools, circumstances = self.house.tools, self.circumstances

        def use(tx: Any) -> None:
            for number, transition in wanted:
                use_cases.perform(tx, tools, number, acts.Advance(transition=transition), circumstances)

        self.house.store.run(use)


def recorded_moves(place: Place, url: str) -> Mapping[str, Act]:
    """Return what each move of the ring writes, by the phase it starts from; the town at `url` is not touched."""
    scratch = place.copy(url)
    house = house_on(place, scratch)
    circumstances = call(house)
    with closing(Raw(scratch)) as raw:
        found = {
            RING[phase_of(case_id)]: record(
                raw, case_id, partial(advance, house, number_of(case_id), MOVES[phase_of(case_id)], circumstances)
            )
            for case_id in range(1, len(RING) + 1)
        }
    house.close()
    place.remove(scratch)
    return found


def stores(place: Place) -> Iterator[tuple[str, Callable[[], str]]]:
    """Return the databases to measure on: a name, and what makes the address of a new one."""
    yield "SQLite", place.sqlite
    if has_server():
        yield "PostgreSQL", place.postgres


@dataclass
class Pair:
    """Two equal towns: one for Handslag, one for the raw twin."""

    place: Place
    url: str
    cases: int

    def __post_init__(self) -> None:
        build(self.place, self.url, self.cases)
        recorded = recorded_moves(self.place, self.url)
        self.raw_url = self.place.copy(self.url)
        self.house = house_on(self.place, self.url)
        self.ours = Raw(self.url)
        self.raw = Raw(self.raw_url)
        self.twin = Twin(self.raw, recorded)
        self.walker = Walker(self.house, range(1, self.cases + 1))
        self.draw = random.Random(SEED)

    def raw_number(self) -> str:
        """Draw a case for the twin."""
        return number_of(self.draw.randrange(1, self.cases + 1))

    def raw_rate(self, seconds: float) -> float:
        """Return the twin's moves a second, one by one."""
        return rate(lambda: self.twin.move_alone(self.raw_number()), seconds)

    def close(self) -> None:
        """Let go of both."""
        self.house.close()
        self.ours.close()
        self.raw.close()


def move(options: Options) -> Iterator[Line]:
    """G1, G1pg: one caller, one move a transaction."""
    with Place() as place:
        for name, new in stores(place):
            with closing(Pair(place, new(), 1_000 if options.quick else 10_000)) as pair:
                found = in_turn(
                    options.rounds,
                    {
                        "ours": lambda pair=pair: rate(pair.walker.move, options.seconds),
                        "raw": lambda pair=pair: pair.raw_rate(options.seconds),
                    },
                )
                act = pair.twin.acts[RING[0]]
                wrote = sum(rows.count("+1") + 2 * rows.count("+2") + rows.count("~") for rows in act.summary.values()) + 1
                yield Line(
                    workload="move", variant=name, against="raw twin", unit="moves/s", ours=found["ours"], theirs=found["raw"],
                    goal=0.60 if name == "SQLite" else 0.9, floor=0.40 if name == "SQLite" else 0.7,
                    notes={"rows a move": wrote, "bytes a move": act.bytes},
                )  # fmt: skip


def concurrent(options: Options) -> Iterator[Line]:
    """G1b: 8, 32 and 128 callers, each waiting for its own move; against the twin's single caller."""
    with Place() as place:
        with closing(Pair(place, place.sqlite(), 1_280 if options.quick else 12_800)) as pair:
            waits: dict[int, list[float]] = {}
            counts = (8, 32) if options.quick else (8, 32, 128)
            variants: dict[str, Callable[[], float]] = {"raw": lambda: pair.raw_rate(options.seconds)}
            variants["one"] = lambda: rate(pair.walker.move, options.seconds)
            for count in counts:
                walkers = [Walker(pair.house, range(1 + no, pair.cases + 1, count), random.Random(no)) for no in range(count)]
                for walker in walkers:
                    walker.phases = pair.walker.phases  # each case belongs to one of the walkers
                variants[str(count)] = partial(_threads, walkers, options.seconds, waits.setdefault(count, []))
            found = in_turn(options.rounds, variants)
            raw_ms = 1000 / statistics.median(found["raw"])
            for count in counts:
                p99 = percentile(waits[count], 0.99) * 1000
                yield Line(
                    workload="move-concurrent", variant=f"SQLite, {count} callers", against="raw twin, one caller",
                    unit="moves/s", ours=found[str(count)], theirs=found["raw"], goal=1.5 if count == 32 else None,
                    notes={"p99": f"{p99:.0f} ms ({p99 / raw_ms:.0f} raw moves)"},
                )  # fmt: skip
                yield Line(
                    workload="move-concurrent", variant=f"SQLite, {count} callers", against="Handslag, one caller",
                    unit="moves/s", ours=found[str(count)], theirs=found["one"],
                )  # fmt: skip
        if has_server():
            yield from _processes(place, options)


def _threads(walkers: Sequence[Walker], seconds: float, waits: list[float]) -> float:
    done = [0] * len(walkers)
    barrier = Barrier(len(walkers) + 1)

    def work(no: int) -> None:
        barrier.wait()
        end = perf_counter() + seconds
        before = perf_counter()
        while before < end:
            walkers[no].move()
            after = perf_counter()
            waits.append(after - before)
            before = after
            done[no] += 1

    threads = [Thread(target=work, args=(no,)) for no in range(len(walkers))]
    for thread in threads:
        thread.start()
    barrier.wait()
    start = perf_counter()
    for thread in threads:
        thread.join()
    return sum(done) / (perf_counter() - start)


def _processes(place: Place, options: Options) -> Iterator[Line]:
    """PostgreSQL with 1, 2 and 4 processes of one caller each, against one raw connection."""
    with closing(Pair(place, place.postgres(), 1_200 if options.quick else 12_000)) as pair:
        counts = (1, 2, 4)
        teams: list[_Team] = []
        variants: dict[str, Callable[[], float]] = {"raw": lambda: pair.raw_rate(options.seconds)}
        for nth, count in enumerate(counts):
            # Each variant has cases of its own, because only its processes know where these stand.
            share = range(1 + nth, pair.cases + 1, len(counts))
            teams.append(_Team(place.folder, pair.url, share, count, options.seconds))
            variants[str(count)] = teams[-1].run
        found = in_turn(options.rounds, variants)
        for team in teams:
            team.close()
        for count in counts:
            yield Line(
                workload="move-concurrent", variant=f"PostgreSQL, {count} processes", against="raw twin, one connection",
                unit="moves/s", ours=found[str(count)], theirs=found["raw"],
            )  # fmt: skip


class _Team:
    """Processes that move cases whenever they are told to."""

    def __init__(self, folder: Path, url: str, ids: Sequence[int], count: int, seconds: float) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipes = []
        for no in range(count):
            here, there = context.Pipe()
            context.Process(target=_member, args=(folder, url, ids[no::count], seconds, there), daemon=True).start()
            self._pipes.append(here)

    def run(self) -> float:
        """Return the moves a second of all of them together."""
        for pipe in self._pipes:
            pipe.send("go")
        return sum(pipe.recv() for pipe in self._pipes)

    def close(self) -> None:
        """Let them go."""
        for pipe in self._pipes:
            pipe.send("")


def _member(folder: Path, url: str, ids: Sequence[int], seconds: float, pipe: Any) -> None:
    place = Place.__new__(Place)
    place.folder = folder
    walker = Walker(house_on(place, url), ids)
    while pipe.recv():
        pipe.send(rate(walker.move, seconds))


def bulk(options: Options) -> Iterator[Line]:
    """G1c: 100 and 1,000 moves a transaction; against the twin one by one, and against the twin in transactions as large."""
    with Place() as place:
        for name, new in stores(place):
            with closing(Pair(place, new(), 2_000 if options.quick else 10_000)) as pair:
                sizes = (100,) if options.quick else (100, 1_000)
                variants: dict[str, Callable[[], float]] = {"raw": lambda pair=pair: pair.raw_rate(options.seconds)}
                for size in sizes:
                    variants[f"ours {size}"] = partial(
                        rate,
                        partial(pair.walker.move_many, size),
                        options.seconds,
                        units=size,
                        warm=0,
                        rest=partial(calm, pair.ours),
                    )
                    variants[f"raw {size}"] = partial(rate, partial(_raw_many, pair, size), options.seconds, units=size, warm=0)
                found = in_turn(options.rounds, variants)
                for size in sizes:
                    for other, against in (("raw", "raw twin, one by one"), (f"raw {size}", f"raw twin, {size} a commit")):
                        yield Line(
                            workload="bulk", variant=f"{name}, {size} a transaction", against=against, unit="moves/s",
                            ours=found[f"ours {size}"], theirs=found[other],
                            goal=4.0 if other == "raw" and size == 100 and name == "SQLite" else None,
                        )  # fmt: skip


def _raw_many(pair: Pair, size: int) -> None:
    pair.twin.move_many([pair.raw_number() for _ in range(size)])


def growth(options: Options) -> Iterator[Line]:
    """G8: moves of 1,000 cases among ever more that rest."""
    sizes = [1_000, 10_000] if options.quick else [1_000, 10_000, 100_000]
    if options.full:
        sizes.append(1_000_000)
    with Place() as place:
        pairs = {size: Pair(place, place.sqlite(), size) for size in sizes}
        variants: dict[str, Callable[[], float]] = {}
        for size, pair in pairs.items():
            hot = [1 + no * size // 1_000 for no in range(1_000)]
            walker = Walker(pair.house, hot)
            variants[f"ours {size}"] = partial(rate, walker.move, options.seconds, rest=partial(calm, pair.ours), every=10_000)
            variants[f"raw {size}"] = partial(rate, partial(_raw_hot, pair, hot), options.seconds)
        found = in_turn(options.rounds, variants)
        for size in sizes[1:]:
            for who, label in (("ours", "Handslag"), ("raw", "raw twin")):
                yield Line(
                    workload="growth", variant=f"{label}, 1,000 hot among {size:,}", against="among 1,000", unit="moves/s",
                    ours=found[f"{who} {size}"], theirs=found[f"{who} 1000"], goal=0.90 if who == "ours" else None, floor=0.75,
                )  # fmt: skip
        for pair in pairs.values():
            pair.close()


def _raw_hot(pair: Pair, hot: Sequence[int]) -> None:
    pair.twin.move_alone(number_of(hot[pair.draw.randrange(len(hot))]))


def long(options: Options) -> Iterator[Line]:
    """G8h: moves of cases with 10,000 entries behind them, against cases with a few."""
    entries, few = (1_000 if options.quick else 10_000), 20
    with Place() as place:
        pair = Pair(place, place.sqlite(), 1_000)
        for case_id in range(1, few + 1):
            _age(pair.ours, case_id, entries)
        pair.ours.run("ANALYZE")
        old, young = Walker(pair.house, range(1, few + 1)), Walker(pair.house, range(few + 1, 2 * few + 1))
        rest = partial(calm, pair.ours)
        found = in_turn(
            options.rounds,
            {
                "old": lambda: rate(old.move, options.seconds, rest=rest, every=50),
                "young": lambda: rate(young.move, options.seconds, rest=rest, every=50),
            },
        )
        yield Line(
            workload="long", variant=f"cases with {entries:,} entries", against="with fewer than 10", unit="moves/s",
            ours=found["old"], theirs=found["young"], goal=0.95, floor=0.7,
        )  # fmt: skip
        pair.close()


def _age(raw: Raw, case_id: int, entries: int) -> None:
    """Give a case so many more entries, with half as many ended deadlines and as many ended promises."""
    revision, serial = raw.run("SELECT revision, serial FROM cases WHERE id = ?", (case_id,)).fetchone()
    deadline = "(SELECT min(no) FROM deadline WHERE case_id = t.case_id)"
    spread = {  # table: (how many, the row copied, columns that differ)
        "history": (entries, f"t.no = {revision}", {"no": f"t.no + n.n + {entries}"}),
        "private_text": (entries, f"t.entry_no = {revision}", {"entry_no": f"t.entry_no + n.n + {entries}"}),
        "deadline": (entries // 2, f"t.no = {deadline}", {"no": f"{serial} + n.n"}),
        "promise": (
            entries,
            f"t.about = {deadline} AND t.no = (SELECT min(no) FROM promise WHERE case_id = t.case_id AND about = t.about)",
            {"no": f"{serial + entries} + n.n", "about": f"{serial} + (n.n + 1) / 2", "round": "n.n"},
        ),
    }
    raw.begin()
    for table, (count, which, own) in spread.items():
        names = columns_of(raw, table)
        exprs = ", ".join(own.get(name, f't."{name}"') for name in names)
        raw.run(
            f"INSERT INTO {table} ({quoted(names)}) WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n"
            f" WHERE n < {count}) SELECT {exprs} FROM n CROSS JOIN {table} t WHERE t.case_id = {case_id} AND {which}"
        )
    raw.run(f"UPDATE cases SET revision = revision + {2 * entries}, serial = serial + {2 * entries} WHERE id = ?", (case_id,))
    raw.commit()


def many_workflows(options: Options) -> Iterator[Line]:
    """G8d: moves of cases of 500 versions, against as many cases of one; what a version costs when it is first used."""
    versions = 50 if options.quick else 500
    with Place() as place:
        urls = {count: place.sqlite() for count in (1, versions)}
        houses = {}
        variants: dict[str, Callable[[], float]] = {}
        first_ms = 0.0
        for count, url in urls.items():
            build(place, url, 1_000, versions=count)
            house = houses[count] = house_on(place, url)
            walker = Walker(house, range(1, 1_001))
            if count > 1:
                start = perf_counter()
                for case_id in range(1, versions + 1):
                    number = number_of(case_id)
                    house.store.read(lambda tx, number=number: tx.version(tx.case(number).version))
                first_ms = (perf_counter() - start) / versions * 1000
            rest = partial(calm, Raw(url))
            variants[str(count)] = partial(rate, walker.move, options.seconds, rest=rest, every=10_000)
        found = in_turn(options.rounds, variants)
        yield Line(
            workload="many-workflows", variant=f"{versions} versions", against="one version", unit="moves/s",
            ours=found[str(versions)], theirs=found["1"], goal=0.95, floor=0.8,
            notes={"first use of a version": f"{first_ms:.1f} ms"},
        )  # fmt: skip
        for house in houses.values():
            house.close()
