"""Checks of the method as a graph: every phase can be reached and left, and none lets a case wait for ever unnoticed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from workflows.finding import Finding
from workflows.model_method import PhaseShape, WorkflowShape


def phase_findings(flow: WorkflowShape) -> Iterator[Finding]:
    """Yield dead ends, islands, silent phases, and phases that contradict themselves."""
    yield from _graph(flow)
    for key, phase in flow.phases.items():
        yield from _ending(key, phase) if phase.ending else _open(flow, key, phase)


def _graph(flow: WorkflowShape) -> Iterator[Finding]:
    onward = {key: {m.to for m in flow.transitions.values() if key in m.from_} for key in flow.phases}
    back = {key: {source for source, targets in onward.items() if key in targets} for key in flow.phases}
    endings = [key for key, phase in flow.phases.items() if phase.ending]
    if not endings:
        sentence = "no phase ends a case; declare at least one with 'ending: <outcome>'"
        yield Finding(path=("phases",), code="no_ending", sentence=sentence, at_key=True)
    reached, finished = _reach([flow.start], onward), _reach(endings, back)
    for key, phase in flow.phases.items():
        if key not in reached and flow.start in flow.phases:
            sentence = f"phase {key!r} cannot be reached from {flow.start!r}; add a transition to it or take it out"
            yield Finding(path=("phases", key), code="unreachable_phase", sentence=sentence, at_key=True)
        if not phase.ending and not onward[key]:
            sentence = f"phase {key!r} has no way out; add a transition from it, or say 'ending: <outcome>'"
            yield Finding(path=("phases", key), code="no_way_out", sentence=sentence, at_key=True)
        elif endings and key not in finished:
            sentence = f"from phase {key!r} no ending can be reached, whichever way a case goes"
            yield Finding(path=("phases", key), code="no_way_to_an_ending", sentence=sentence, at_key=True)


def _reach(starts: Iterable[str], edges: Mapping[str, set[str]]) -> set[str]:
    seen, left = set(starts), list(starts)
    while left:
        for following in edges.get(left.pop(), set()) - seen:
            seen.add(following)
            left.append(following)
    return seen


def _ending(key: str, phase: PhaseShape) -> Iterator[Finding]:
    for name in ("stay", "until", "grace", "ladder", "tasks", "extend_by", "stops_clocks"):
        if getattr(phase, name):
            sentence = f"phase {key!r} is an ending, so it cannot have {name!r}: nothing is owed in a closed case"
            yield Finding(path=("phases", key, name), code="ending_with_deadline", sentence=sentence, at_key=True)


def _open(flow: WorkflowShape, key: str, phase: PhaseShape) -> Iterator[Finding]:
    due = phase.stay is not None or bool(phase.until)
    if phase.stay is not None and phase.until:
        sentence = "'stay' and 'until' exclude each other; keep the one that says when the phase is due"
        yield Finding(path=("phases", key, "until"), code="two_due_dates", sentence=sentence, at_key=True)
    if phase.stay is not None and phase.stay.count < 0:
        sentence = f"a stay of {phase.stay} ends before it begins; write a term of 0 or more"
        yield Finding(path=("phases", key, "stay"), code="negative_term", sentence=sentence)
    for name in ("grace", "ladder", "extend_by"):
        if not due and getattr(phase, name) is not None:
            sentence = f"phase {key!r} has {name!r} but is never due; give it 'stay' or 'until'"
            yield Finding(path=("phases", key, name), code="ladder_without_due", sentence=sentence, at_key=True)
    if due and not phase.owner:
        sentence = f"phase {key!r} is due some day, so somebody must owe it; give it an 'owner' role"
        yield Finding(path=("phases", key), code="no_owner", sentence=sentence, at_key=True)
    if phase.until in flow.facts and flow.facts[phase.until].type != "date":
        sentence = f"until: {phase.until!r} is a {flow.facts[phase.until].type} fact; name a date fact"
        yield Finding(path=("phases", key, "until"), code="not_a_date", sentence=sentence)
    if not _is_watched(flow, key, phase):
        sentence = (
            f"a case could wait in {key!r} for ever without a reminder; give it a 'ladder', a task or follow-up "
            "that has one, or an automatic transition on a date"
        )
        yield Finding(path=("phases", key), code="silent_phase", sentence=sentence, at_key=True)


def _is_watched(flow: WorkflowShape, key: str, phase: PhaseShape) -> bool:
    """Whether something reminds somebody of a case in this phase."""
    tasks = [flow.tasks[name] for name in phase.tasks if name in flow.tasks]
    followups = [f for f in flow.followups.values() if key in f.during or (phase.signed and not f.during)]
    moves = [m.automatic for m in flow.transitions.values() if key in m.from_ and m.automatic]
    ladders = [phase.ladder, *(task.ladder for task in tasks), *(followup.ladder for followup in followups)]
    return any(flow.rungs(ladder) for ladder in ladders) or any(automatic.date for automatic in moves)
