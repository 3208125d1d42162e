"""Checks of ladders: every rung does something, they stand in order, and none lies before the thing it reminds of begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from engine.terms import Term
from workflows.finding import Finding
from workflows.model_method import FollowUpShape, PhaseShape, WorkflowShape
from workflows.model_parts import RungShape, TaskShape
from workflows.walk import owing, working_days, written_ladders
from workflows.yaml_text import Path

MANAGER = "manager"


def ladder_findings(flow: WorkflowShape) -> Iterator[Finding]:
    """Yield what is wrong with ladders where they are written, and where they are used."""
    for path, rungs in written_ladders(flow):
        yield from _order(path, rungs)
        for index, rung in enumerate(rungs):
            yield from _rung(flow, (*path, index), rung)
    for path, shape in owing(flow):
        span = _span(flow, path, shape)
        if span is not None:
            yield from _early(flow, path, shape.ladder, span)


def _order(path: Path, rungs: Sequence[RungShape]) -> Iterator[Finding]:
    if not rungs:
        yield Finding(path=path, code="empty_ladder", sentence="a ladder needs at least one rung, e.g. {at: 0 wd, mail: M08}")
    seen: set[tuple[Term, str, str]] = set()
    for index, rung in enumerate(rungs):
        step = (rung.at, rung.mail, rung.task)
        if step in seen:
            sentence = f"this rung stands in the ladder twice ({rung.at} {rung.mail or rung.task}); keep one"
            yield Finding(path=(*path, index), code="rung_twice", sentence=sentence)
        seen.add(step)
        if index and working_days(rung.at) < working_days(rungs[index - 1].at):
            sentence = f"{rung.at} comes before {rungs[index - 1].at}; write the rungs in order of time"
            yield Finding(path=(*path, index, "at"), code="rungs_out_of_order", sentence=sentence)


def _rung(flow: WorkflowShape, path: Path, rung: RungShape) -> Iterator[Finding]:
    if not (rung.mail or rung.task or rung.escalates):
        yield Finding(
            path=path, code="empty_rung", sentence="this rung does nothing; give it a 'mail', a 'task' or 'escalates: true'"
        )
    if rung.escalates and MANAGER not in flow.roles:
        sentence = f"an escalation enters the manager's list, but there is no role {MANAGER!r}; declare it"
        yield Finding(path=(*path, "escalates"), code="no_manager", sentence=sentence, at_key=True)
    task = flow.tasks.get(rung.task)
    if task is None:
        return
    if task.for_each or not task.owner:
        sentence = f"a rung opens one task for one owner; give {rung.task!r} an 'owner' and no 'for_each'"
        yield Finding(path=(*path, "task"), code="task_without_owner", sentence=sentence)
    if task.within is None:
        sentence = f"a rung opens {rung.task!r} late, so it cannot be due with the phase; give it 'within'"
        yield Finding(path=(*path, "task"), code="task_without_due", sentence=sentence)


def _span(flow: WorkflowShape, path: Path, shape: object) -> tuple[Term, str] | None:
    """Return how long before the due date something begins, and what that is called; None where no file can say."""
    if isinstance(shape, PhaseShape):
        return (shape.stay, "stay") if shape.stay else None
    if isinstance(shape, TaskShape):
        if shape.within is not None:
            return shape.within, "within"
        stays = [p.stay for p in flow.phases.values() if path[1] in p.tasks and p.stay]
        return (min(stays, key=working_days), "the stay of its phase") if stays else None
    if isinstance(shape, FollowUpShape) and shape.repeat is not None:
        return shape.repeat, "repeat"
    if isinstance(shape, FollowUpShape) and shape.anchor.after and shape.offset is not None:
        return shape.offset, "offset"
    return None


def _early(flow: WorkflowShape, path: Path, ladder: str | list[RungShape] | None, span: tuple[Term, str]) -> Iterator[Finding]:
    term, name = span
    for index, rung in enumerate(flow.rungs(ladder)):
        if rung.at.count < 0 and -_comparable(rung.at, term) > _comparable(term, rung.at):
            where: Path = (*path, "ladder") if isinstance(ladder, str) else (*path, "ladder", index, "at")
            sentence = (
                f"the rung {rung.at} lies before {path[1]!r} begins: {name} is {term}; take a later rung or a longer term"
            )
            yield Finding(path=where, code="rung_before_start", sentence=sentence)


def _comparable(term: Term, other: Term) -> Fraction:
    """Return a term in a unit in which it can be compared with another: exactly where they share one."""
    return Fraction(term.count) if term.unit == other.unit else working_days(term)
