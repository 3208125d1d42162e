"""The method as a line of steps: where the case stands, what lies behind it, what comes."""

from __future__ import annotations

from typing import NamedTuple

from engine.way import main_line
from handslag.web.case_view import CaseView


class Step(NamedTuple):
    """A phase on the line. state: done, now, next."""

    title: str
    state: str


def steps(view: CaseView) -> list[Step]:
    """Return the line with the case on it; a phase beside the line stands at its end."""
    line, here = main_line(view.version), view.case.phase
    if here not in line:
        line.append(here)
    at = line.index(here)
    states = ["done" if n < at else "now" if n == at else "next" for n in range(len(line))]
    return [Step(view.phase(key), state) for key, state in zip(line, states, strict=True)]
