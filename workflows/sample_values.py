"""Sample values of facts and records, for trying expressions and texts before a case needs them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from engine.declared import FactType, RecordList

SAMPLE_DAY = date(2026, 3, 31)
_REGISTRATIONS = {"CVR": "13585628", "KVK": "12345678"}


def stored_value(fact: FactType) -> Any:
    """Return a value as a case would store it: JSON only."""
    match fact.kind:
        case "date":
            return SAMPLE_DAY.isoformat()
        case "number":
            return "12.5"
        case "yes_no":
            return True
        case "choice":
            return next(iter(fact.choices), "")
        case "registration":
            return _REGISTRATIONS.get(fact.register, "12345678")
        case "document":
            return "0" * 64
        case "person":
            return "anne"
        case _:
            return "12-31" if fact.key.startswith("financial_year") else "Sample text"


def shown_value(fact: FactType) -> Any:
    """Return a value as texts get it: dates and decimals as such, a choice as its labels by language."""
    match fact.kind:
        case "date":
            return SAMPLE_DAY
        case "number":
            return Decimal("12.5")
        case "choice":
            return dict(next(iter(fact.choices.values()), {}))
        case _:
            return stored_value(fact)


def cel_sample(facts: Mapping[str, FactType], records: Mapping[str, RecordList]) -> dict[str, Any]:
    """Return the variables of an expression for a case in which everything is given, with one record in each list."""
    given = {key: _cel(fact) for key, fact in facts.items()}
    rows = {
        key: [{**{name: _cel(field) for name, field in declared.fields.items()}, "no": 1}] for key, declared in records.items()
    }
    return {**given, **rows}


def _cel(fact: FactType) -> Any:
    value = stored_value(fact)
    return float(value) if fact.kind == "number" else value
