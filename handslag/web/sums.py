"""A deadline's sum in words, step by step, so that a reader can redo it with a calendar and a pencil."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from engine.terms import parse_term
from handslag.web.labels import Labels
from notifications.dates import day_month, listing, long_date

STARTS = {
    "phase": "the phase began",
    "task": "the task was given",
    "record": "the entry says so",
    "fact": "the case says so",
    "returned": "it was returned with questions",
    "calendar": "the calendar of the method says so",
    "financial_year": "the company's financial year ends",
    "event": "the programme lists this event",
    "halfway": "it is halfway through the agreement",
    "after": "the follow-up before it was accepted",
}
OTHERWISE = "the method says so"
UNITS = {
    "wd": ("{n} working day", "{n} working days"),
    "days": ("{n} day", "{n} days"),
    "weeks": ("{n} week", "{n} weeks"),
    "months": ("{n} month", "{n} months"),
    "years": ("{n} year", "{n} years"),
}


class SumLine(NamedTuple):
    """A step: what is done, the day it leads to, and what was passed over (empty for nothing)."""

    what: str
    on: str
    passed: str


def sum_lines(t: Labels, steps: Sequence[Mapping[str, Any]]) -> Iterator[SumLine]:
    """Yield the steps of a sum."""
    for step in steps:
        yield SumLine(what=_what(t, step), on=long_date(date.fromisoformat(step["on"]), t.language), passed=_passed(t, step))


def counted(t: Labels, term: str) -> str:
    """Return a term in words: `40 working days`."""
    parsed = parse_term(str(term))
    one, many = UNITS[parsed.unit]
    return t(one if abs(parsed.count) == 1 else many, n=parsed.count)


def _what(t: Labels, step: Mapping[str, Any]) -> str:
    match step["op"]:
        case "start":
            return t("starts, because {why}", why=t(STARTS.get(str(step["why"]), OTHERWISE)))
        case "roll":
            return t("{from_on} is no working day ({why}), so the next one", from_on=step["from"], why=step["why"])
        case "extend":
            return t("extended by {term}", term=counted(t, step["term"]))
        case "grace":
            return t("late but not missed for {term}", term=counted(t, step["term"]))
    term = counted(t, step["term"])
    return t("back {term}", term=term.lstrip("-")) if term.startswith(("-", "−")) else t("plus {term}", term=term)


def _passed(t: Labels, step: Mapping[str, Any]) -> str:
    parts = []
    free = step.get("free") or {}
    if free:
        named = [f"{day_month(date.fromisoformat(day), t.language)} {name}" for day, name in free.items()]
        parts.append(t("not counted: weekends, {days}", days=listing(named, t.language)))
    elif str(step.get("term", "")).endswith("wd"):
        parts.append(t("not counted: weekends"))
    for first, until in step.get("waits") or ():
        parts.append(t("not counted because the case waited: {first_on} to before {until_on}", first_on=first, until_on=until))
    return "; ".join(parts)
