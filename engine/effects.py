"""Effects of a move that the declaration names: period, document, signatures. Adding one is adding a function here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from engine.draft import Draft
from engine.terms import add_calendar


def _start_period(draft: Draft) -> None:
    """Start and end the agreement: from the day of the last signature, for the declared length; number it."""
    period = draft.version.period
    if period is None:
        return
    signed = [str(r.values["signed_on"]) for r in draft.case.records_of("signatures") if r.values.get("signed_on")]
    start = date.fromisoformat(max(signed)) if signed else draft.day
    draft.set_fact(period.starts, start.isoformat())
    draft.set_fact(period.ends, add_calendar(start, period.length).isoformat())
    draft.set_fact("agreement_number", f"{draft.case.number}-P{draft.case.period}")


def _new_period(draft: Draft) -> None:
    """Begin to negotiate the next period: signatures of the old one are void for it, its dates stay until it starts."""
    draft.set(period=draft.case.period + 1)
    _void_signatures(draft)
    draft.set_fact("renewal_decision", None)


def _freeze(draft: Draft) -> None:
    """Freeze the document fact as the text to be signed."""
    draft.set_fact("frozen_hash", draft.case.facts.get(draft.version.document))


def _void_signatures(draft: Draft) -> None:
    """Make every signature void and unfreeze the document."""
    for record in draft.case.records_of("signatures"):
        draft.change(record, void_on=draft.day)
    draft.set_fact("frozen_hash", None)


def _end_period(draft: Draft) -> None:
    """End the agreement today, before its time."""
    if draft.version.period is not None:
        draft.set_fact(draft.version.period.ends, draft.day.isoformat())


EFFECTS: Mapping[str, Callable[[Draft], None]] = {
    "start_period": _start_period,
    "new_period": _new_period,
    "freeze": _freeze,
    "void_signatures": _void_signatures,
    "end_period": _end_period,
}


def apply_effects(draft: Draft, names: Iterable[str]) -> None:
    """Apply the named effects in order."""
    for name in names:
        EFFECTS[name](draft)
