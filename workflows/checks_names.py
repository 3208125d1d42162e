"""Checks that every name which a workflow uses is declared, once and in the right place."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from engine.effects import EFFECTS
from workflows.finding import Finding, each_known, unknown
from workflows.flatten_guards import used_guard
from workflows.model_method import TransitionShape, WorkflowShape
from workflows.seat_specs import RESERVED, owner_faults, recipients_faults
from workflows.walk import mail_uses, owing, written_rungs
from workflows.yaml_text import Path

SYSTEM = "system"


def name_findings(flow: WorkflowShape, mails: Collection[str]) -> Iterator[Finding]:
    """Yield every use of a name that is not declared, and every name that may not be declared."""
    yield from unknown(("start",), flow.start, flow.phases, "phase")
    yield from unknown(("document",), flow.document, flow.facts, "fact")
    yield from _mails(flow, mails)
    yield from _reserved(flow)
    yield from _rungs(flow)
    yield from _owing(flow)
    yield from _phases(flow)
    for key, move in flow.transitions.items():
        yield from _move(flow, ("transitions", key), move)
    for key, guard in flow.guards.items():
        yield from each_known(("guards", key, "can"), guard.can, flow.roles, "role")
    for key in flow.retention:
        yield from unknown(("retention", key), key, flow.outcomes, "outcome")


def _mails(flow: WorkflowShape, mails: Collection[str]) -> Iterator[Finding]:
    """Yield each code without a file once, where it is used first."""
    uses: dict[str, list[Path]] = {}
    for path, code in mail_uses(flow):
        uses.setdefault(code, []).append(path)
    for code, paths in uses.items():
        for fault in unknown(paths[0], code, mails, "mail"):
            files = ", ".join(f"mails/{code}.{language}" for language in flow.languages)
            more = f" (used in {len(paths)} places)" if len(paths) > 1 else ""
            yield Finding(path=paths[0], code=fault.code, sentence=f"{fault.sentence}; else write {files}{more}")


def _reserved(flow: WorkflowShape) -> Iterator[Finding]:
    for key in flow.roles:
        if key in RESERVED:
            sentence = f"{key!r} cannot be the name of a role, it is a word of seat specs"
            if key != "deputy":
                yield Finding(path=("roles", key), code="reserved_name", sentence=sentence, at_key=True)
    for key in flow.records:
        if key in flow.facts:
            sentence = f"{key!r} is a fact already; facts and lists need different names"
            yield Finding(path=("records", key), code="duplicate_name", sentence=sentence, at_key=True)
        if "no" in flow.records[key].fields:
            sentence = "'no' cannot be a field: it is the number of the record"
            yield Finding(path=("records", key, "fields", "no"), code="reserved_name", sentence=sentence, at_key=True)
    codes: dict[str, str] = {}
    for key, move in flow.transitions.items():
        if move.code and codes.setdefault(move.code, key) != key:
            sentence = f"code {move.code!r} is taken by {codes[move.code]!r}; give each move its own"
            yield Finding(path=("transitions", key, "code"), code="duplicate_code", sentence=sentence)


def _rungs(flow: WorkflowShape) -> Iterator[Finding]:
    for path, rung in written_rungs(flow):
        yield from unknown((*path, "task"), rung.task, flow.tasks, "task")
        yield from recipients_faults(flow, (*path, "to"), rung.to, of_a_move=False)


def _owing(flow: WorkflowShape) -> Iterator[Finding]:
    for path, shape in owing(flow):
        if isinstance(shape.ladder, str):
            yield from unknown((*path, "ladder"), shape.ladder, flow.ladders, "ladder")
        yield from unknown((*path, "reviewer"), getattr(shape, "reviewer", ""), flow.roles, "role")
        yield from each_known((*path, "during"), getattr(shape, "during", ()), flow.phases, "phase")
        if shape.owner and path[0] != "records":
            yield from owner_faults(flow, (*path, "owner"), shape.owner, many=path[0] == "followups")


def _phases(flow: WorkflowShape) -> Iterator[Finding]:
    for key, phase in flow.phases.items():
        path: Path = ("phases", key)
        yield from unknown((*path, "until"), phase.until, flow.facts, "fact")
        yield from each_known((*path, "tasks"), phase.tasks, flow.tasks, "task")
        yield from unknown((*path, "ending"), phase.ending, flow.outcomes, "outcome")


def _move(flow: WorkflowShape, path: Path, move: TransitionShape) -> Iterator[Finding]:
    yield from each_known((*path, "from"), move.from_, flow.phases, "phase")
    yield from unknown((*path, "to"), move.to, flow.phases, "phase")
    yield from each_known((*path, "by"), move.by, {*flow.roles, SYSTEM}, "role")
    yield from each_known((*path, "asks"), move.asks, flow.facts, "fact")
    yield from each_known((*path, "requires"), move.requires, flow.facts, "fact")
    yield from each_known((*path, "clears"), move.clears, flow.facts, "fact")
    yield from each_known((*path, "tasks"), move.tasks, flow.tasks, "task")
    yield from each_known((*path, "effects"), move.effects, EFFECTS, "effect")
    for index, use in enumerate(move.guards):
        name, _ = used_guard(use)
        yield from unknown((*path, "guards", index), name, flow.guards, "guard")
        if use in move.guards[:index]:
            sentence = f"guard {name!r} stands here twice; keep one"
            yield Finding(path=(*path, "guards", index), code="listed_twice", sentence=sentence)
    for index, mail in enumerate(move.mails):
        yield from recipients_faults(flow, (*path, "mails", index, "to"), mail.to, of_a_move=True)
