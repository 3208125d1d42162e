"""Searching: every form in which people ask, on each database, against the 50 ms within which an answer feels immediate."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import partial

from bench.databases import Place, has_server
from bench.measuring import Line, Options, in_turn, middle_ms
from bench.settled import VOCABULARY, settle, settled_file
from bench.town import house_on, number_of
from engine.policy import Reach
from engine.search_words import asked
from handslag.wiring import House
from storage.search_hits import hits

GOAL_MS = 50.0
TIMES = 40
PAGE = 21
ANNE = Reach(person="anne", whole=("ring",))
PETER = Reach(person="peter", seated=("ring",))  # sits in 200 cases
Ask = Callable[[int], str]
FORMS: dict[str, Ask] = {
    "a whole case number": number_of,
    "the first letters of a number": lambda n: number_of(n)[:-2],
    "a registration number": lambda n: f"{n:08d}",
    "a registration number in groups": lambda n: " ".join(f"{n:08d}"[at : at + 2] for at in range(0, 8, 2)),
    "the company": lambda n: f"company {n}",
    "the contact": lambda n: f"contact {n}",
    "a word of every case": lambda n: "company",
    "two letters": lambda n: "co",
    "first letters of a word of every case": lambda n: "compa",
    "a word of a comment in many cases": lambda n: VOCABULARY[0],
    "a word of a comment in few cases": lambda n: VOCABULARY[-1 - n % 5000],
    "first letters of a rare word": lambda n: VOCABULARY[-1 - n % 5000][:5],
    "rare and common together": lambda n: f"compa {VOCABULARY[-1 - n % 5000]} co",
    "two common words": lambda n: f"{VOCABULARY[1]} {VOCABULARY[2]}",
    "two words never together": lambda n: f"{VOCABULARY[40]} {VOCABULARY[41]} {VOCABULARY[42]}",
    "nothing there": lambda n: "xyzzy",
}


def searching(options: Options) -> Iterator[Line]:
    """G5s: the median of every form of asking."""
    sizes = [1_000] if options.quick else [100_000]
    if options.full:
        sizes.append(1_000_000)
    for cases in sizes:
        with Place() as place:
            for kind in ("SQLite", "PostgreSQL") if has_server() else ("SQLite",):
                url = settled_file(cases) if kind == "SQLite" else place.postgres()
                if kind == "PostgreSQL":
                    settle(place, url, cases)
                house = house_on(place, url)
                yield from _lines(house, kind, cases, options)
                house.close()


def _lines(house: House, kind: str, cases: int, options: Options) -> Iterator[Line]:
    variants = {name: partial(_ask, house, ask, cases, ANNE) for name, ask in FORMS.items()}
    variants["by somebody who only sits in cases"] = partial(_ask, house, FORMS["the company"], cases, PETER)
    for name, figures in in_turn(options.rounds, variants).items():
        yield Line(
            workload="search", variant=f"{kind}, {name}, {cases:,} cases", against="felt as at once", unit="ms",
            ours=figures, theirs=[GOAL_MS] * len(figures), goal=1, floor=3, fewer=True,
        )  # fmt: skip


def _ask(house: House, ask: Ask, cases: int, reach: Reach) -> float:
    draw = random.Random(cases)

    def once() -> None:
        words = asked(ask(draw.randrange(1, cases + 1)))
        house.store.read(lambda tx: hits(tx, reach, words, limit=PAGE))

    return middle_ms(once, TIMES)
