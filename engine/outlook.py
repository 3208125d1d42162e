"""Whether a target will be met: signed so far, and for each open case the day on which it is expected to be signed.

Nothing here is weighed or learnt: a date is today plus the usual lengths of the phases that are left, and each keeps its
steps, so that a reader can redo it. A case is *likely* where that day lies in the target's window; *at risk* where it does not,
but would if the case left its present phase by `leave_by`, or where it has been in its phase longer than any before it; else
*too late*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from engine.calendar import Calendar
from engine.pace import UNKNOWN, Pace, ahead, last_working
from engine.programme import Target

LIKELY, AT_RISK, TOO_LATE, EARLY, UNSURE = "likely", "at_risk", "too_late", "early", "unsure"
MET, ON_COURSE, SHORT, OUT_OF_REACH, MISSED = "met", "on_course", "short", "out_of_reach", "missed"
_ORDER = (AT_RISK, LIKELY, UNSURE, TOO_LATE, EARLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An open case on its way. spent: working days in its present phase; resumes_on: end of a pause; way: phases left."""

    number: str
    title: str
    workflow: str
    phase: str
    since: date
    spent: int
    way: tuple[str, ...]
    owner: str = ""
    resumes_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A phase that is left. days: working days in it from today or from its beginning; on: the day on which it ends."""

    phase: str
    days: int
    on: date
    basis: str
    stays: int
    spent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What is expected of a case. slow_on: if every phase takes as long as the slowest tenth of it."""

    case: Standing
    state: str
    signed_on: date
    slow_on: date
    leave_by: date
    is_beyond: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """A target with what is done and what is expected. last: its last day, rolled where the programme says so."""

    target: Target
    last: date
    done: int
    cases: tuple[Expected, ...]
    verdict: str
    days_left: int

    def count(self, state: str) -> int:
        """Return how many open cases are in a state."""
        return sum(expected.state == state for expected in self.cases)

    @property
    def likely_total(self) -> int:
        """Signed so far and likely to be."""
        return self.done + self.count(LIKELY)

    @property
    def short(self) -> int:
        """How many are missing even so."""
        return max(0, self.target.count - self.likely_total)


def last_day(target: Target, calendar: Calendar) -> date:
    """Return the last day that counts: the target's own, or where it says `roll: next` the next working day."""
    return calendar.roll_forward(target.last) if target.roll == "next" else target.last


def outlook(
    target: Target, done: int, cases: Sequence[Standing], paces: Mapping[tuple[str, str], Pace], calendar: Calendar, today: date
) -> Outlook:
    """Return the outlook of a target on a day. paces: by workflow and phase, for every phase that is left to any case."""
    last = last_day(target, calendar)
    found = [expect(case, paces, calendar, today, replace(target, last=last)) for case in cases]
    found.sort(key=lambda e: (_ORDER.index(e.state), e.leave_by, e.case.number))
    made = Outlook(
        target=target,
        last=last,
        done=done,
        cases=tuple(found),
        verdict="",
        days_left=calendar.working_days_after(today, last),
    )
    return replace(made, verdict=_verdict(made, today))


def _verdict(found: Outlook, today: date) -> str:
    wanted = found.target.count
    if found.done >= wanted:
        return MET
    if today > found.last:
        return MISSED
    if found.likely_total >= wanted:
        return ON_COURSE
    return SHORT if found.likely_total + found.count(AT_RISK) >= wanted else OUT_OF_REACH


def expect(case: Standing, paces: Mapping[tuple[str, str], Pace], calendar: Calendar, today: date, target: Target) -> Expected:
    """Return what is expected of a case. target: its `last` is the last day that counts."""
    way = [paces[case.workflow, phase] for phase in case.way]
    steps = _steps(case, way, calendar, today, slowly=False)
    signed_on = steps[-1].on
    leave_by = ahead(calendar, last_working(calendar, target.last), -sum(pace.usual for pace in way[1:]))
    beyond = case.resumes_on is None and way[0].is_beyond(case.spent)
    made = Expected(
        case=case,
        state=LIKELY,
        signed_on=signed_on,
        slow_on=_steps(case, way, calendar, today, slowly=True)[-1].on,
        leave_by=leave_by,
        is_beyond=beyond,
        steps=steps,
    )
    unsure = any(pace.basis == UNKNOWN for pace in (way[1:] if case.resumes_on else way))
    return replace(made, state=UNSURE if unsure else _state(made, today, target))


def _state(made: Expected, today: date, target: Target) -> str:
    if made.signed_on < target.first:
        return EARLY
    if made.signed_on <= target.last and not made.is_beyond:
        return LIKELY
    return AT_RISK if made.leave_by >= today else TOO_LATE


def _steps(
    case: Standing, way: Sequence[Pace], calendar: Calendar, today: date, *, slowly: bool
) -> tuple[Step, ...]:  # fmt: skip
    day, steps = today, []
    for n, pace in enumerate(way):
        spent = 0 if n else case.spent
        if n == 0 and case.resumes_on is not None:
            days, day = 0, max(today, case.resumes_on)
        else:
            days = pace.slowly_left(spent) if slowly else pace.left(spent)
            day = ahead(calendar, day, days)
        stays = pace.longer_than(spent) if pace.observed else 0
        steps.append(Step(phase=pace.phase, days=days, on=day, basis=pace.basis, stays=stays, spent=spent))
    return tuple(steps)
