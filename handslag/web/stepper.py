"""The method as a line of steps: where the case stands, what lies behind it, what comes."""

from __future__ import annotations

from typing import NamedTuple

from engine.declared import Version
from handslag.web.case_view import CaseView


class Step(NamedTuple):
    """A phase on the line. state: done, now, next."""

    title: str
    state: str


def main_line(version: Version) -> list[str]:
    """Return the phases from the first one on, each time along the first declared move to one that is new and no ending.

    The line ends where the agreement is in force; what comes after that is no progress.
    """
    line = [version.start]
    while not version.phases[line[-1]].signed:
        targets = (t.target for t in version.transitions.values() if line[-1] in t.sources and t.by != ("system",))
        targets = (k for k in targets if k not in line and not version.phases[k].ending and not version.phases[k].stops_clocks)
        following = next(targets, "") or _by_the_system(version, line)
        if not following:
            break
        line.append(following)
    return line


def _by_the_system(version: Version, line: list[str]) -> str:
    """Return the phase that the system's own move leads to (signed by all, so in force)."""
    moves = (t for t in version.transitions.values() if line[-1] in t.sources and t.by == ("system",))
    return next((t.target for t in moves if t.target not in line and not version.phases[t.target].ending), "")


def steps(view: CaseView) -> list[Step]:
    """Return the line with the case on it; a phase beside the line stands at its end."""
    line, here = main_line(view.version), view.case.phase
    if here not in line:
        line.append(here)
    at = line.index(here)
    states = ["done" if n < at else "now" if n == at else "next" for n in range(len(line))]
    return [Step(view.phase(key), state) for key, state in zip(line, states, strict=True)]
