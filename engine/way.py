"""The way of a method to an agreement in force: its line of phases, and what of it still lies before a case."""

from __future__ import annotations

from collections import deque

from engine.declared import Version


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


def signed_phases(version: Version) -> frozenset[str]:
    """Return the phases in which the agreement is in force."""
    return frozenset(key for key, phase in version.phases.items() if phase.signed)


def way_to_signing(version: Version, phase: str) -> tuple[str, ...]:
    """Return the phases a case has yet to pass, its present one first; empty where none leads to an agreement in force.

    From a phase beside the line it is the shortest way back to it.
    """
    line = main_line(version)
    if not version.phases[line[-1]].signed or phase not in version.phases:
        return ()
    before = line[:-1]
    if phase in before:
        return tuple(before[before.index(phase) :])
    if version.phases[phase].signed or version.phases[phase].ending:
        return ()
    back = _shortest(version, phase, frozenset(before))
    return (*back[:-1], *before[before.index(back[-1]) :]) if back else ()


def _shortest(version: Version, start: str, goal: frozenset[str]) -> tuple[str, ...]:
    ways: deque[tuple[str, ...]] = deque([(start,)])
    seen = {start}
    while ways:
        way = ways.popleft()
        if way[-1] in goal:
            return way
        for move in version.transitions.values():
            target = version.phases[move.target]
            if way[-1] in move.sources and move.target not in seen and not target.ending and not target.signed:
                seen.add(move.target)
                ways.append((*way, move.target))
    return ()
