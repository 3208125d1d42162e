"""Waits: pauses that stop clocks, their end, and what they do to dates already reckoned."""

from __future__ import annotations

from datetime import date, timedelta

from engine.case import Wait
from engine.deadlines import redate
from engine.draft import Draft
from engine.followups import skip_paused

LONGEST = timedelta(days=365)


def start_wait(draft: Draft, until_fact: str) -> None:
    """Stop the clocks from today until the day a fact names (a year where it names none).

    What is dated by calendar or financial year inside the pause ends as `skipped: paused`; working-day terms move.
    """
    until = _until(draft, until_fact)
    draft.put(Wait(no=draft.next_no(), reason=draft.case.phase, first=draft.day, until=until))
    skip_paused(draft, draft.day, until)
    _redate_counted(draft)


def end_waits(draft: Draft) -> None:
    """Let the clocks run again from today: a wait that would have gone on ends, and dates are reckoned again."""
    for wait in tuple(draft.case.waits.values()):
        if wait.first <= draft.day < wait.until:
            draft.change(wait, until=draft.day)
    _redate_counted(draft)


def move_restart(draft: Draft) -> None:
    """Let the running wait end on the day that the phase's `until` fact names now."""
    phase = draft.version.phases[draft.case.phase]
    running = [w for w in draft.case.waits.values() if w.first <= draft.day < w.until]
    if phase.stops_clocks and running:
        until = _until(draft, phase.until)
        draft.change(running[-1], until=until)
        skip_paused(draft, draft.day, until)
        _redate_counted(draft)


def _until(draft: Draft, fact: str) -> date:
    text = draft.case.facts.get(fact) if fact else None
    return max(date.fromisoformat(str(text)), draft.day) if text else draft.day + LONGEST


def _redate_counted(draft: Draft) -> None:
    """Reckon again what counts working days."""
    for deadline in draft.case.open_deadlines():
        if any(str(step.get("term", "")).endswith(" wd") for step in deadline.sum):
            redate(draft, deadline)
