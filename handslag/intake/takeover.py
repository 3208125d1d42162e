"""Whether a row may be taken over half-way: phase and dates that agree with each other and with today.

Guards are not asked here: what the method would have demanded on the way is listed, not enforced. But a row that says two
things about the present would make the system act at once (start the renewal, end the agreement), and is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from engine.calendar import Calendar
from engine.declared import Phase
from engine.terms import add_calendar
from handslag.intake.columns import period_columns
from handslag.intake.plan import Reading, Setting
from workflows.nearest import instead

Facts = Mapping[str, Any]
Found = Iterator[tuple[str, str, str]]


def check_takeover(reading: Reading, facts: Facts, setting: Setting) -> str:
    """Return the phase the row names, the first one where it names none; note what does not agree."""
    version = setting.version
    key = reading.text("phase").lower() or version.start
    phase = version.phases.get(key)
    if phase is None:
        sentence = f"no phase {key!r}; {instead(key, version.phases)}. All: {', '.join(version.phases)}"
        reading.fault("phase", "unknown_phase", sentence)
    elif phase.ending:
        sentence = f"{key!r} is an end; only partnerships that run are taken over, so leave the row out"
        reading.fault("phase", "ended", sentence)
    else:
        for fact, code, sentence in (*_period(phase, facts, setting), *_until(phase, facts, setting)):
            column = _column(reading, fact, setting)
            if not (code == "missing" and reading.text(column) and fact != "phase"):
                reading.fault(column, code, sentence)
    return key


def _period(phase: Phase, facts: Facts, setting: Setting) -> Found:
    """Yield (fact, code, sentence) for what the dates of the agreement leave open or contradict."""
    period = setting.version.period
    if period is None:
        return
    start, end = _day(facts, period.starts), _day(facts, period.ends)
    if phase.key == setting.version.start and (start or end):
        sentence = "an agreement has dates, but the row does not say in which phase its case stands; fill this column"
        yield "phase", "missing", sentence
    if phase.signed and start is None:
        yield period.starts, "missing", f"in phase {phase.key!r} the first day of the agreement is needed"
    if phase.signed and end is None:
        term = f"; {period.length} after {start} is {add_calendar(start, period.length)}" if start else ""
        yield period.ends, "missing", f"in phase {phase.key!r} the first day without the agreement is needed{term}"
    if start and end and end <= start:
        yield period.ends, "order", f"{end} is not after the first day of the agreement, {start}"
    if phase.signed and start and start > setting.today:
        yield period.starts, "not_begun", f"the agreement begins on {start}, so its case is not yet in phase {phase.key!r}"


def _until(phase: Phase, facts: Facts, setting: Setting) -> Found:
    """Yield (fact, code, sentence) for dates by which the case has left this phase already."""
    period, today = setting.version.period, setting.today
    ends = period.ends if period and phase.signed else ""
    moved = tuple(_moves_past(phase, facts, setting))
    yield from moved
    for fact in dict.fromkeys(filter(None, (phase.until, ends))):
        day = _day(facts, fact)
        if day is None and fact != ends:
            yield fact, "missing", f"phase {phase.key!r} lasts until this day; fill this column"
        elif day is not None and day <= today and not moved:
            yield fact, "past", f"phase {phase.key!r} lasted until {day}; write the phase in which the case stands today"


def _moves_past(phase: Phase, facts: Facts, setting: Setting) -> Found:
    """Yield each move that the system makes by itself on a day that has come."""
    for transition in setting.version.transitions.values():
        automatic = transition.automatic
        if automatic is None or not automatic.date or phase.key not in transition.sources:
            continue
        day = _day(facts, automatic.date)
        if day is not None and automatic.offset is not None:
            day = Calendar(zone="UTC").add(day, automatic.offset)
        if day is not None and day <= setting.today:
            sentence = (
                f"with this date the case left phase {phase.key!r} on {day}, by {transition.key!r}; "
                f"write {transition.target!r} in the column 'phase', or mend the date"
            )
            yield automatic.date, "phase_over", sentence


def _column(reading: Reading, fact: str, setting: Setting) -> str:
    if fact in reading.columns:
        return fact
    return next((column for column, held in period_columns(setting.version).items() if held == fact), fact)


def _day(facts: Facts, key: str) -> date | None:
    text = facts.get(key)
    return date.fromisoformat(str(text)) if text else None
