"""What is worth knowing about a workflow without being a fault: declared and never used, or hard to act on."""

from __future__ import annotations

from collections.abc import Iterator

from engine.deadlines import REVIEW
from workflows.checks_names import SYSTEM
from workflows.finding import Finding
from workflows.flatten_guards import used_guard
from workflows.model_method import WorkflowShape
from workflows.walk import owing, written_rungs


def unused(flow: WorkflowShape) -> Iterator[Finding]:
    """Yield ladders, guards, tasks and outcomes that nothing uses."""
    guards = {used_guard(use)[0] for move in flow.transitions.values() for use in move.guards}
    ladders = {shape.ladder for _, shape in owing(flow) if isinstance(shape.ladder, str)}
    tasks = {rung.task for _, rung in written_rungs(flow)}
    tasks |= {name for phase in flow.phases.values() for name in phase.tasks}
    tasks |= {name for move in flow.transitions.values() for name in move.tasks}
    if any(getattr(shape, "reviewer", "") for _, shape in owing(flow)):
        tasks.add(REVIEW)
    endings = {phase.ending for phase in flow.phases.values()}
    for section, used in (("guards", guards), ("ladders", ladders), ("tasks", tasks), ("outcomes", endings)):
        for key in getattr(flow, section):
            if key not in used:
                sentence = f"{key!r} is declared but never used"
                yield Finding(path=(section, key), code=f"{section[:-1]}_unused", sentence=sentence, at_key=True)


def hard_to_act_on(flow: WorkflowShape) -> Iterator[Finding]:
    """Yield guards that nobody is said to change, moves that only an optional role may make, outcomes without retention."""
    for key, guard in flow.guards.items():
        if not guard.can:
            sentence = "no role is said to be able to change the answer; name it in 'can'"
            yield Finding(path=("guards", key), code="nobody_can", sentence=sentence, at_key=True)
    optional = {key for key, role in flow.roles.items() if not role.required}
    for key, move in flow.transitions.items():
        if move.by and set(move.by) <= optional and SYSTEM not in move.by:
            sentence = f"only optional roles may make this move ({', '.join(move.by)}); a case without them is stuck here"
            yield Finding(path=("transitions", key, "by"), code="only_optional_roles", sentence=sentence)
    if flow.period is not None and not any("start_period" in move.effects for move in flow.transitions.values()):
        sentence = "no move has the effect 'start_period', so the period starts only when somebody sets its facts"
        yield Finding(path=("period",), code="period_by_hand", sentence=sentence, at_key=True)
    for key in flow.outcomes:
        if key not in flow.retention:
            sentence = f"how long cases that ended as {key!r} are kept is not said in 'retention'"
            yield Finding(path=("outcomes", key), code="no_retention", sentence=sentence, at_key=True)
