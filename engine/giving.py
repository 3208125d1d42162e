"""Giving facts to a case: every value checked against its declared type, and against what the method does with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine.declared import Version
from engine.draft import Draft
from engine.errors import BadInput, Fault
from engine.facts import check_values

_MONTH_DAY = re.compile(r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")


def give_facts(draft: Draft, given: Mapping[str, Any], *, what: str) -> None:
    """Set the given facts in the draft; None and empty text take a fact away. Raises: BadInput listing every fault."""
    values = check_values(draft.version.facts, given, what=what)
    faults = [
        Fault(place=key, code="value", sentence=f"{values[key]!r} is no day of the year; write MM-DD, e.g. 12-31")
        for key in _year_ends(draft.version)
        if values.get(key) is not None and not _MONTH_DAY.match(str(values[key]))
    ]
    if faults:
        raise BadInput(faults, what=what)
    for key, value in values.items():
        draft.set_fact(key, value)


def _year_ends(version: Version) -> frozenset[str]:
    """Return the facts that follow-ups read as the last day of a financial year."""
    return frozenset(f.anchor.financial_year for f in version.followups.values() if f.anchor.financial_year)
