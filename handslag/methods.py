"""Published methods as people read them: finding a version, describing it in plain words, drawing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.declared import Anchor, FactType, FollowUp, Transition, Version, VersionRef, pick
from engine.errors import NotFound
from engine.ports import Tx
from storage.programme_reads import versions
from workflows.diagram import dot, mermaid
from workflows.diagram_svg import svg

DRAWERS = {"mermaid": mermaid, "dot": dot, "svg": svg}


def published(tx: Tx, key: str, number: int = 0) -> Version:
    """Return a published version, the newest where no number is given. Raises: NotFound, naming what there is."""
    lines = versions(tx)
    numbers = [line.number for line in lines if line.key == key and number in (0, line.number)]
    if not numbers:
        there = ", ".join(f"{line.key}@{line.number}" for line in lines) or "nothing; run: handslag init"
        raise NotFound(f"there is no published workflow {key}{f'@{number}' if number else ''}; published: {there}", key=key)
    return tx.version(VersionRef(key=key, number=max(numbers)))


def drawn(version: Version, form: str, language: str) -> str:
    """Return a version as a picture: mermaid, dot or svg. Raises: EnvironmentFault where nothing can draw SVG."""
    return DRAWERS[form](version, language)


def describe(version: Version, language: str) -> dict[str, Any]:
    """Return a version in plain words, as tables by name."""

    def said(texts: Mapping[str, str]) -> str:
        return pick(texts, language, version.fallback)

    return {
        "workflow": version.name,
        "title": said(version.title),
        "phases": [
            {
                "phase": phase.key,
                "title": said(phase.title),
                "owner": phase.owner,
                "longest stay": str(phase.stay) if phase.stay else phase.until and f"until {phase.until}",
                "ends as": phase.ending,
            }
            for phase in version.phases.values()
        ],
        "moves": [_move(move, said(move.title)) for move in version.transitions.values()],
        "facts": [{"fact": f.key, "type": kind(f), "title": said(f.title)} for f in version.facts.values()],
        "records": [
            {"list": r.key, "title": said(r.title), "fields": ", ".join(f"{f.key} ({kind(f)})" for f in r.fields.values())}
            for r in version.records.values()
        ],
        "follow-ups": [_followup(f, said(f.title)) for f in version.followups.values()],
        "roles": [{"role": r.key, "side": r.side, "title": said(r.title)} for r in version.roles.values()],
    }


def kind(fact: FactType) -> str:
    """Return a fact's type as people write it: `number points`, `choice a|b`."""
    return " ".join(filter(None, (fact.kind, fact.unit or fact.register, "|".join(fact.choices))))


def _move(move: Transition, title: str) -> dict[str, Any]:
    return {
        "code": move.code,
        "move": move.key,
        "title": title,
        "from": ", ".join(move.sources),
        "to": move.target,
        "by": ", ".join(move.by),
        "guards": ", ".join(guard.name for guard in move.guards),
    }


def _followup(followup: FollowUp, title: str) -> dict[str, Any]:
    return {
        "follow-up": followup.key,
        "title": title,
        "owner": followup.owner,
        "hangs on": _anchor(followup.anchor),
        "repeats": str(followup.repeat or ""),
        "in": ", ".join(followup.during),
    }


def _anchor(anchor: Anchor) -> str:
    if anchor.calendar:
        return ", ".join(f"{month:02}-{day:02}" for month, day in anchor.calendar)
    if anchor.halfway:
        return f"halfway {anchor.halfway[0]} and {anchor.halfway[1]}"
    return anchor.fact or anchor.financial_year or anchor.events or f"after {anchor.after}"
