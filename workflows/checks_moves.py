"""Checks of transitions: who and what makes them, how automatic ones differ, how pauses fit, and where they may lead."""

from __future__ import annotations

import json
from collections.abc import Iterator

from workflows.checks_names import SYSTEM
from workflows.finding import Finding, unknown
from workflows.flatten_guards import used_guard
from workflows.model_method import AutomaticShape, TransitionShape, WorkflowShape
from workflows.yaml_text import Path

EVENTS = ("signed",)


def move_findings(flow: WorkflowShape) -> Iterator[Finding]:
    """Yield what is wrong with single transitions, then automatic ones that would fire together."""
    for key, move in flow.transitions.items():
        path: Path = ("transitions", key)
        yield from _who(path, move)
        yield from _from_ending(flow, path, move)
        if move.automatic is not None:
            yield from _automatic(flow, (*path, "automatic"), move.automatic)
        if move.pauses:
            yield from _pause(flow, path, move)
    yield from _ambiguous(flow)


def _who(path: Path, move: TransitionShape) -> Iterator[Finding]:
    if not move.by:
        sentence = "nobody may make this move; name at least one role, or 'system' with 'automatic'"
        yield Finding(path=(*path, "by"), code="nobody_may", sentence=sentence)
    if not move.from_:
        sentence = "the move starts in no phase; name at least one"
        yield Finding(path=(*path, "from"), code="from_nowhere", sentence=sentence)
    if SYSTEM in move.by and move.automatic is None:
        sentence = "'system' makes a move only when 'automatic' says when: {on: signed} or {date: <fact>}"
        yield Finding(path=(*path, "by"), code="system_without_automatic", sentence=sentence)
    if SYSTEM not in move.by and move.automatic is not None:
        sentence = "an automatic move is made by the system; add 'system' to 'by'"
        yield Finding(path=(*path, "automatic"), code="automatic_without_system", sentence=sentence, at_key=True)
    if move.automatic is not None and move.reason_required:
        sentence = "the system gives no reasons, so an automatic move cannot require one"
        yield Finding(path=(*path, "reason_required"), code="automatic_with_reason", sentence=sentence, at_key=True)


def _from_ending(flow: WorkflowShape, path: Path, move: TransitionShape) -> Iterator[Finding]:
    for index, source in enumerate(move.from_):
        if source in flow.phases and flow.phases[source].ending and not move.reopens:
            sentence = f"{source!r} ends a case, so nothing leads out of it (except a move with 'reopens: true')"
            yield Finding(path=(*path, "from", index), code="out_of_an_ending", sentence=sentence)
    if move.reopens and not any(flow.phases[s].ending for s in move.from_ if s in flow.phases):
        sentence = "'reopens' is for a move out of an ending; none of its phases is one"
        yield Finding(path=(*path, "reopens"), code="reopens_nothing", sentence=sentence, at_key=True)


def _automatic(flow: WorkflowShape, path: Path, automatic: AutomaticShape) -> Iterator[Finding]:
    if bool(automatic.on) == bool(automatic.date):
        sentence = "say either 'on: signed' or 'date: <date fact>', exactly one of them"
        yield Finding(path=path, code="automatic_unclear", sentence=sentence)
    yield from unknown((*path, "on"), automatic.on, EVENTS, "event")
    if automatic.on == "signed" and not any(role.signs for role in flow.roles.values()):
        sentence = "no role signs, so 'signed' never happens; declare one with 'signs: true'"
        yield Finding(path=(*path, "on"), code="nobody_signs", sentence=sentence)
    yield from unknown((*path, "date"), automatic.date, flow.facts, "fact")
    if automatic.date in flow.facts and flow.facts[automatic.date].type != "date":
        sentence = f"{automatic.date!r} is a {flow.facts[automatic.date].type} fact; name a date fact"
        yield Finding(path=(*path, "date"), code="not_a_date", sentence=sentence)
    if automatic.offset is not None and not automatic.date:
        sentence = "an offset counts from a date fact; an event has none"
        yield Finding(path=(*path, "offset"), code="automatic_unclear", sentence=sentence, at_key=True)
    elif automatic.offset is not None and automatic.offset.unit == "wd":
        sentence = "the offset of an automatic move counts calendar time; write days, weeks, months or years"
        yield Finding(path=(*path, "offset"), code="offset_in_working_days", sentence=sentence)


def _pause(flow: WorkflowShape, path: Path, move: TransitionShape) -> Iterator[Finding]:
    stops = {key for key, phase in flow.phases.items() if phase.stops_clocks}
    if move.pauses == "resume":
        if not stops.intersection(move.from_):
            sentence = "'resume' must start from a phase with 'stops_clocks: true'"
            yield Finding(path=(*path, "pauses"), code="resume_from_nowhere", sentence=sentence)
        return
    target = flow.phases.get(move.to)
    if target is None:
        return
    if not target.stops_clocks:
        sentence = f"a pause stops clocks; give phase {move.to!r} 'stops_clocks: true'"
        yield Finding(path=(*path, "pauses"), code="pause_without_stop", sentence=sentence)
    if not target.until:
        sentence = f"a pause ends some day; give phase {move.to!r} 'until: <date fact>'"
        yield Finding(path=(*path, "pauses"), code="pause_without_until", sentence=sentence)
    elif target.until not in move.requires:
        sentence = f"a pause must say until when; add {target.until!r} to 'requires'"
        yield Finding(path=(*path, "pauses"), code="pause_without_until", sentence=sentence)


def _ambiguous(flow: WorkflowShape) -> Iterator[Finding]:
    """Yield automatic moves out of one phase that the same event or date sets off, with the same guards."""
    first: dict[tuple[str, str], str] = {}
    for key, move in flow.transitions.items():
        if move.automatic is None:
            continue
        when = f"{move.automatic.on} {move.automatic.date} {move.automatic.offset or '0 days'}"
        guards = sorted(json.dumps(used_guard(use), sort_keys=True, default=str) for use in move.guards)
        for index, source in enumerate(move.from_):
            other = first.setdefault((source, f"{when} {guards}"), key)
            if other != key:
                sentence = (
                    f"in phase {source!r} this and {other!r} would both be made by the system at the same time, "
                    "under the same guards; give them different guards or dates"
                )
                yield Finding(path=("transitions", key, "from", index), code="ambiguous_automatic", sentence=sentence)
