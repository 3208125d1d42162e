"""A deadline's sum in plain words, step by step, so that a reader can redo it with a calendar and a pencil."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from engine.terms import parse_term
from notifications.dates import long_date

UNITS = {"wd": "working day", "days": "day", "weeks": "week", "months": "month", "years": "year"}
STARTS = {
    "phase": "the phase began: {ref}",
    "task": "the task was given: {ref}",
    "record": "the record says so: {ref}",
    "fact": "a date of the case says so: {ref}",
    "calendar": "it falls on this day of every year: {ref}",
    "financial_year": "the company's financial year ends: {ref}",
    "event": "the programme has an event that day: {ref}",
    "halfway": "this is halfway through the agreement: {ref}",
    "accepted": "what goes before it was accepted: {ref}",
    "returned": "it was returned with questions",
}
Step = Mapping[str, Any]


def brief_sum(steps: Sequence[Step]) -> str:
    """Return a sum in a few words: `2026-04-10 + 40 wd`."""
    words = [str(steps[0]["on"])] if steps else []
    for step in steps[1:]:
        match step["op"]:
            case "add":
                words.append(f"{_sign(step['term'])}")
            case "roll":
                words.append(f"rolls over {step['why']}")
            case "extend":
                words.append(f"{_sign(step['term'])} extension")
            case "grace":
                words.append(f"grace {step['term']}")
    return " ".join(words)


def explain(steps: Sequence[Step], language: str, name: Callable[[str], str]) -> Iterator[str]:
    """Yield the steps of a sum as sentences. name: turns the key of a phase, task, fact or follow-up into its title."""
    for step in steps:
        on = _day(step["on"], language)
        match step["op"]:
            case "start":
                yield f"start: {on}, because {_why(step, name)}"
            case "add":
                yield f"{_counted(step['term'])} -> {on}"
            case "roll":
                yield f"{_day(step['from'], language)} is no working day ({step['why']}), so the next one -> {on}"
            case "extend":
                yield f"extension: {_counted(step['term'])} -> {on}"
            case "grace":
                yield f"grace: late but not missed for {_counted(step['term'])} -> {on}"
        yield from _passed_over(step, language)


def _passed_over(step: Step, language: str) -> Iterator[str]:
    free = step.get("free") or {}
    if free:
        named = ", ".join(f"{day} {name}" for day, name in free.items())
        yield f"    passed over besides weekends: {named}"
    elif str(step.get("term", "")).endswith("wd"):
        yield "    passed over: weekends"
    for first, until in step.get("waits") or ():
        yield f"    not counted, because the case waited: {_day(first, language)} to before {_day(until, language)}"


def _why(step: Step, name: Callable[[str], str]) -> str:
    said = STARTS.get(str(step["why"]), f"{step['why']}: {{ref}}")
    return said.replace("{ref}", name(str(step.get("ref", ""))))


def _day(text: str, language: str) -> str:
    day = date.fromisoformat(text)
    return f"{long_date(day, language)} ({text}, {day:%A})"


def _sign(term: str) -> str:
    count, _, unit = str(term).partition(" ")
    return f"{'-' if count.startswith('-') else '+'} {count.lstrip('-')} {unit}"


def _counted(term: str) -> str:
    parsed = parse_term(str(term))
    word = UNITS[parsed.unit]
    return f"{parsed.count:+d} {word}{'' if abs(parsed.count) == 1 else 's'}"
