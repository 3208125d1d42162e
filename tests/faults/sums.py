"""Random sums: reckoned by the engine, printed as the command line prints them, and redone by the calculator."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from engine.calendar import Calendar
from engine.sums import Sum, due_of, last_of, reckon, started
from handslag.cli.sums_told import explain
from tests.faults.calculator import redo
from workflows.calendars import COUNTRIES, calendar_days

YEARS = range(2024, 2036)
ZONES = {"DK": "Europe/Copenhagen", "NL": "Europe/Amsterdam"}
LONGEST = {"wd": 130, "days": 200, "weeks": 30, "months": 30, "years": 3}


@dataclass(frozen=True, slots=True)
class Rest:
    """A pause."""

    first: date
    until: date


@cache
def calendar_of(country: str) -> Calendar:
    """The offices' calendar of a country."""
    free = {day: name for day, kind, name in calendar_days(country, YEARS) if kind == "free"}
    return Calendar(zone=ZONES[country], free=free)


def random_sum(rng: random.Random) -> tuple[str, Sum]:
    """Return a country and a sum as a workflow could ask for: a start, terms, perhaps an extension, grace and pauses."""
    country = rng.choice(list(COUNTRIES))
    begin = date(2026, 1, 1) + timedelta(days=rng.randrange(2000))
    ops: list[dict[str, str]] = [dict(started(begin, "phase", "x"))]
    for _ in range(rng.choice((0, 1, 1, 1, 2))):
        unit = rng.choice(("wd", "wd", "days", "weeks", "months", "years"))
        ops.append({"op": "add", "term": f"{rng.choice((1, 1, 1, -1)) * rng.randrange(LONGEST[unit] + 1)} {unit}"})
    if rng.random() < 0.3:
        ops.append({"op": "extend", "term": f"{rng.randrange(1, 30)} wd"})
    if rng.random() < 0.3:
        ops.append({"op": "grace", "term": f"{rng.randrange(1, 15)} wd"})
    rests = [begin + timedelta(days=rng.randrange(-30, 120)) for _ in range(rng.choice((0, 0, 1, 2)))]
    waits = [Rest(first, first + timedelta(days=rng.randrange(1, 90))) for first in rests]
    return country, reckon(ops, calendar_of(country), waits)


def disagreements(seed: int, count: int) -> Iterator[str]:
    """Yield what the calculator makes otherwise, of so many random sums."""
    rng = random.Random(seed)
    free = {country: frozenset(day.isoformat() for day in calendar_of(country).free) for country in COUNTRIES}
    for no in range(count):
        country, steps = random_sum(rng)
        lines = list(explain(steps, "en", str))
        try:
            redone = redo(lines, free[country])
        except AssertionError as wrong:
            yield f"seed {seed}, sum {no}: {wrong}"
            continue
        if redone != (due_of(steps), last_of(steps)):
            yield f"seed {seed}, sum {no}: {redone} where Handslag says {due_of(steps)}, {last_of(steps)}: {lines}"


def all_disagreements(given: tuple[int, int]) -> list[str]:
    """Return what the calculator makes otherwise, of a seed and count; for a process of its own."""
    return list(disagreements(*given))
