"""A programme's overview in words and rows of tables, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.declared import pick
from engine.outlook import (
    AT_RISK,
    EARLY,
    LIKELY,
    MET,
    MISSED,
    ON_COURSE,
    OUT_OF_REACH,
    SHORT,
    TOO_LATE,
    UNSURE,
    Expected,
    Outlook,
)
from engine.pace import DECLARED, STAYS, Pace
from handslag.cli.printing import as_data
from handslag.overview import Aim, Overview

VERDICTS = {
    MET: "met",
    ON_COURSE: "on course",
    SHORT: "{short} short, and still within reach",
    OUT_OF_REACH: "{short} short at the usual pace",
    MISSED: "missed by {short}",
}
STATES = {
    LIKELY: "likely",
    AT_RISK: "at risk",
    TOO_LATE: "too late at the usual pace",
    EARLY: "before the target begins",
    UNSURE: "cannot be reckoned",
}


def summary(aim: Aim) -> Iterator[str]:
    """Yield what a target comes to: `9 of 10 likely by 2026-05-31: 1 short, and still within reach`."""
    found = aim.outlook
    yield found.target.title
    verdict = VERDICTS[found.verdict].format(short=found.short)
    yield f"  {found.likely_total} of {found.target.count} likely by {found.last}: {verdict}"
    ended = f", {aim.ended} of them ended since" if aim.ended else ""
    yield f"  signed {found.done}{ended}; {found.days_left} working days left"


def case_rows(found: Outlook, seen: Overview) -> Iterator[tuple[object, ...]]:
    """Yield the cases on their way, those that must move first."""
    for expected in found.cases:
        case = expected.case
        state = STATES[expected.state] + (", longer there than any before it" if expected.is_beyond else "")
        phase = title_of(seen, case.workflow, case.phase)
        yield case.number, case.title, phase, case.spent, expected.leave_by, expected.signed_on, state


def phase_rows(seen: Overview) -> Iterator[tuple[object, ...]]:
    """Yield the phases with the time that cases spend in them."""
    for line in seen.phases:
        pace = line.pace
        known = pace is not None and pace.basis != "unknown"
        longest = f"{line.spent} wd, {line.longest}" if line.longest and pace is not None else ""
        yield (
            title_of(seen, line.workflow, line.phase),
            line.side.replace("_", " "),
            line.cases,
            f"{pace.usual} wd" if pace and known else "",
            f"{pace.slow} wd" if pace and pace.basis == STAYS else "",
            source_of(pace) if pace else "",
            longest,
        )


def source_of(pace: Pace) -> str:
    """Return where a pace comes from: `14 finished stays`, `declared: 20 wd`."""
    if pace.basis == DECLARED:
        return f"declared: {pace.declared}"
    return f"{len(pace.observed)} finished stay{'' if len(pace.observed) == 1 else 's'}" if pace.observed else "nothing known"


def title_of(seen: Overview, workflow: str, phase: str) -> str:
    """Return what a phase is called in English, else in the method's own language."""
    version = seen.methods[workflow].version
    return pick(version.phases[phase].title, "en", version.fallback)


def described(seen: Overview) -> dict[str, Any]:
    """Return the overview as JSON values."""
    return {
        "today": as_data(seen.today),
        "targets": [_target(aim) for aim in seen.aims],
        "phases": [
            {**as_data(line._replace(pace=None)), "pace": _pace(line.pace)} for line in seen.phases
        ],
        "overdue": as_data(list(seen.overdue)),
        "open_cases": seen.open_cases,
        "reckoned_cases": seen.judged,
        "only_the_nearest": seen.is_partial,
    }  # fmt: skip


def _target(aim: Aim) -> dict[str, Any]:
    found = aim.outlook
    return {
        **as_data(found.target),
        "last_day": as_data(found.last),
        "verdict": found.verdict,
        "signed": found.done,
        "ended_since": aim.ended,
        "likely": found.likely_total,
        "short": found.short,
        "working_days_left": found.days_left,
        "signings": as_data(list(aim.signings)),
        "cases": [_case(expected) for expected in found.cases],
    }


def _case(expected: Expected) -> dict[str, Any]:
    told: dict[str, Any] = as_data(expected)
    case = told.pop("case")
    return {**case, **told}


def _pace(pace: Pace | None) -> Any:
    if pace is None:
        return None
    told: dict[str, Any] = as_data(pace)
    return {**told, "observed": len(pace.observed), "declared": str(pace.declared) if pace.declared else ""}
