"""Questions of screens: lists, histories and what is due, against the same SQL on the driver's own connection."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from itertools import cycle

from bench.databases import Place, Raw
from bench.measuring import Line, Options, in_turn, middle_ms
from bench.settled import settled_file
from bench.town import TODAY, house_on, number_of
from engine.ports import Tx
from handslag.wiring import House
from storage import due_reads, reads
from storage.reads import line_of

TIMES = 60
DIFFERENT = 8
Question = Callable[[Tx, int], object]
SOON = (TODAY + timedelta(days=60)).date()
QUESTIONS: dict[str, Question] = {
    "newest cases": lambda tx, n: reads.cases(tx, programme="ring"),
    "cases, a later page": lambda tx, n: reads.cases(tx, programme="ring", before=n),
    "cases in a phase": lambda tx, n: reads.cases(tx, programme="ring", phase="decision", before=n),
    "history of a case": lambda tx, n: reads.history(tx, number_of(n)),
    "due, first page": lambda tx, n: due_reads.due(tx, until=SOON, programme="ring"),
    "next promises": lambda tx, n: due_reads.planned(tx, programme="ring"),
}


def reading(options: Options) -> Iterator[Line]:
    """G5, G5g: the median of each question, and how it grows with the number of cases."""
    sizes = [1_000, 10_000] if options.quick else [10_000, 100_000]
    if options.full:
        sizes.append(1_000_000)
    first: dict[str, list[float]] = {}
    with Place() as place:
        for cases in sizes:
            url = settled_file(cases)
            house, raw = house_on(place, url), Raw(url)
            with closing(raw):
                for name, question in QUESTIONS.items():
                    variants = {
                        "ours": partial(_ours, house, question, cases),
                        "raw": partial(_raw, house, raw, question, cases),
                    }
                    found = in_turn(options.rounds, variants)
                    yield Line(
                        workload="reads", variant=f"{name}, {cases:,} cases", against="the same SQL", unit="ms",
                        ours=found["ours"], theirs=found["raw"], goal=1.6, floor=3, fewer=True,
                    )  # fmt: skip
                    if name in first:
                        yield Line(
                            workload="reads", variant=f"{name}, {cases:,} cases", against=f"among {sizes[0]:,}", unit="ms",
                            ours=found["ours"], theirs=first[name], goal=1.5, floor=3, fewer=True,
                        )  # fmt: skip
                    else:
                        first[name] = found["ours"]
            house.close()


def _ours(house: House, question: Question, cases: int) -> float:
    draw = random.Random(cases)
    return middle_ms(lambda: house.store.read(lambda tx: question(tx, draw.randrange(1, cases + 1))), TIMES)


def _raw(house: House, raw: Raw, question: Question, cases: int) -> float:
    """Run what the question sends to the database, statements caught on the way, with the driver alone."""
    draw = random.Random(cases)
    wanted = [_caught(house, question, draw.randrange(1, cases + 1)) for _ in range(DIFFERENT)]
    turns = cycle(wanted)

    def ask() -> None:
        for statement in next(turns):
            raw.run(statement).fetchall()

    return middle_ms(ask, TIMES)


def _caught(house: House, question: Question, n: int) -> list[str]:
    found: list[str] = []

    def listen(tx: Tx) -> None:
        driver = line_of(tx).core.connection.driver_connection
        driver.set_trace_callback(found.append)
        try:
            question(tx, n)
        finally:
            driver.set_trace_callback(None)

    house.store.read(listen)
    return found
