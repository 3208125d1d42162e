"""What a measurement is: two or more variants in turn, round by round, and the ratio between them.

Machines are shared and drift; a ratio taken within one round does not drift with them. So rounds never measure one variant
several times in a row, and what is reported is the median of the rounds' ratios with the smallest and largest beside it.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from time import perf_counter
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Options:
    """How much to measure. seconds: of one variant in one round; quick: small databases; full: the largest ones too."""

    rounds: int = 5
    seconds: float = 1.5
    quick: bool = False
    full: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of the table: a variant, what it is compared with, and a figure of each for every round.

    unit: of both figures; fewer: whether a small ratio is the good one (times); goal: the line to reach, None for none.
    """

    workload: str
    variant: str
    against: str
    unit: str
    ours: Sequence[float]
    theirs: Sequence[float]
    goal: float | None = None
    floor: float | None = None
    fewer: bool = False
    notes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ratios(self) -> list[float]:
        """Ours to theirs, round by round."""
        return [ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True)]

    @property
    def ratio(self) -> float:
        """The median of the ratios."""
        return statistics.median(self.ratios)

    @property
    def holds(self) -> bool | None:
        """Whether the goal is reached, None where there is none."""
        if self.goal is None:
            return None
        return self.ratio <= self.goal if self.fewer else self.ratio >= self.goal

    def as_json(self) -> dict[str, Any]:
        """Return everything measured, and what follows from it."""
        return {**asdict(self), "ratios": self.ratios, "ratio": self.ratio, "holds": self.holds}


def in_turn(rounds: int, variants: Mapping[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Measure every variant once a round; every other round backwards, so that none always comes after the same one."""
    found: dict[str, list[float]] = {name: [] for name in variants}
    for turn in range(rounds):
        for name in list(variants) if turn % 2 == 0 else reversed(list(variants)):
            found[name].append(variants[name]())
    return found


def rate(
    step: Callable[[], object],
    seconds: float,
    *,
    units: int = 1,
    warm: float = 0.3,
    rest: Callable[[], object] | None = None,
    every: int = 100,
) -> float:
    """Return how many units a second `step` does, each call `units` of them, after warming up.

    rest: called before, and after so many steps again; its time does not count.
    """
    if rest is not None:
        rest()
    end = perf_counter() + warm
    while perf_counter() < end:
        step()
    steps, spent = 0, 0.0
    while spent < seconds:
        if rest is not None and steps % every == 0:
            rest()
        start = perf_counter()
        step()
        spent += perf_counter() - start
        steps += 1
    return steps * units / spent


def middle_ms(step: Callable[[], object], times: int, *, most_s: float = 1.0) -> float:
    """Return the median of so many calls, in milliseconds; of fewer where they take long."""
    step()
    taken: list[float] = []
    while len(taken) < times and (len(taken) < 3 or sum(taken) < most_s):
        start = perf_counter()
        step()
        taken.append(perf_counter() - start)
    return statistics.median(taken) * 1000


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def figure(value: float) -> str:
    """Return a number with three digits that matter."""
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}"


def table(lines: Sequence[Line]) -> str:
    """Return the lines as a Markdown table."""
    rows = [
        "| workload | variant | Handslag | beside it | | ratio (min..max) | goal | |",
        "| --- | --- | ---: | --- | ---: | ---: | ---: | --- |",
    ]
    for line in lines:
        ratios = line.ratios
        sign = "≤" if line.fewer else "≥"
        goal = "" if line.goal is None else f"{sign} {line.goal:g}"
        holds = {True: "holds", False: "missed", None: ""}[line.holds]
        extra = ", ".join(f"{name} {value}" for name, value in line.notes.items())
        ours, theirs = statistics.median(line.ours), statistics.median(line.theirs)
        remarks = "; ".join(filter(None, (holds, extra)))
        rows.append(
            f"| {line.workload} | {line.variant} | {figure(ours)} {line.unit} | {line.against} | {figure(theirs)} "
            f"| **{line.ratio:.2f}** ({min(ratios):.2f}..{max(ratios):.2f}) | {goal} | {remarks} |"
        )
    return "\n".join(rows)
