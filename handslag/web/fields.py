"""Form fields of facts and records: what is shown, what was typed, and what is wrong with it, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.declared import FactType
from engine.errors import Fault
from engine.facts import MOST_DECIMALS, MOST_DIGITS, YEARS
from handslag.web.case_view import CaseView
from handslag.web.labels import Labels

WANTED = {
    "date": "Write a date such as 2026-03-31.",
    "number": "Write a number such as 1234.5 or 1.234,5.",
    "registration": "Write the registration number: eight digits.",
    "choice": "Choose one of the list.",
    "yes_no": "Choose yes or no.",
}
INPUT = {"date": "date", "number": "number", "choice": "select", "yes_no": "select", "person": "select"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. kind: text, area, date, number, select; options: (value, label); hint, error: empty for none."""

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    options: Sequence[tuple[str, str]] = ()
    unit: str = ""
    hint: str = ""
    error: str = ""
    required: bool = False


def fact_fields(
    view: CaseView,
    declared: Iterable[FactType],
    values: Mapping[str, Any],
    faults: Sequence[Fault] = (),
    *,
    prefix: str = "fact.",
    required: Iterable[str] = (),
) -> tuple[Field, ...]:
    """Return a field for each declared fact. values: as stored or as typed."""
    needed = frozenset(required)
    return tuple(_field(view, fact, values.get(fact.key), faults, prefix, needed) for fact in declared)


def _field(view: CaseView, fact: FactType, value: Any, faults: Sequence[Fault], prefix: str, needed: frozenset[str]) -> Field:
    wrong = next((f for f in faults if f.place == fact.key), None)
    return Field(
        name=prefix + fact.key,
        label=view.text(fact.title),
        kind=INPUT.get(fact.kind, "text"),
        value=_shown(value),
        options=_options(view, fact),
        unit="" if fact.unit == "year" else fact.unit,
        error=fault_said(view.labels, wrong, fact.kind) if wrong else "",
        required=fact.required or fact.key in needed,
    )


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _options(view: CaseView, fact: FactType) -> tuple[tuple[str, str], ...]:
    match fact.kind:
        case "choice":
            return (("", "–"), *((key, view.text(texts)) for key, texts in fact.choices.items()))
        case "yes_no":
            return (("", "–"), ("yes", view.labels("yes")), ("no", view.labels("no")))
        case "person":
            return (("", "–"), *((p.key, p.name) for p in view.programme.people.values() if p.active))
    return ()


def fault_said(t: Labels, fault: Fault, kind: str = "") -> str:
    """Return what is wrong with a field and what would have been right."""
    if fault.code == "missing":
        return t("This is needed here.")
    if fault.code == "past":
        return t("This time has passed; choose a later one.")
    if fault.code == "digits":
        return t("A number has at most {n} digits before the decimal sign and {m} after it.", n=MOST_DIGITS, m=MOST_DECIMALS)
    if fault.code == "year":
        return t("A year is from {first} to {last}.", first=str(YEARS[0]), last=str(YEARS[-1]))
    return t(WANTED[kind]) if kind in WANTED else t("This cannot be used here.")
