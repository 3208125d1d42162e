"""Checks of guards: functions and parameters, expressions, and questions that can never be answered yes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workflows import flatten_parts as parts
from workflows.cel import cel_faults, cel_trial
from workflows.finding import Finding
from workflows.flatten_guards import used_guard
from workflows.guard_function import GuardFunction
from workflows.guard_functions import FUNCTIONS
from workflows.guard_params import param_problems
from workflows.model_method import TransitionShape, WorkflowShape
from workflows.model_parts import FieldShape, GuardShape
from workflows.nearest import instead
from workflows.sample_values import cel_sample
from workflows.yaml_text import Path

NEED_SIGNERS = ("signatories_named", "all_signed", "a_signature_missing")


def guard_findings(flow: WorkflowShape) -> Iterator[Finding]:
    """Yield what is wrong with declared guards, and with the parameters that moves override."""
    for key, guard in flow.guards.items():
        path: Path = ("guards", key)
        if bool(guard.function) == bool(guard.cel):
            sentence = "a guard is either a 'function' or a 'cel' expression, exactly one of them"
            yield Finding(path=path, code="guard_unclear", sentence=sentence, at_key=True)
        elif guard.cel:
            yield from _expression(flow, path, guard)
        else:
            yield from _function(flow, path, guard.function, guard.with_)
    for key, move in flow.transitions.items():
        yield from _overrides(flow, ("transitions", key, "guards"), move)
        yield from _contradictions(flow, ("transitions", key, "guards"), move)


def _function(flow: WorkflowShape, path: Path, name: str, given: Mapping[str, Any]) -> Iterator[Finding]:
    function = FUNCTIONS.get(name)
    if function is None:
        sentence = f"{name!r} is not a shipped function; {instead(name, FUNCTIONS)}"
        yield Finding(path=(*path, "function"), code="unknown_function", sentence=sentence)
        return
    for parameter, code, sentence in param_problems(flow, function, given):
        where: Path = (*path, "with", parameter) if parameter else (*path, "with")
        yield Finding(path=where, code=code, sentence=sentence, at_key=code == "unknown_parameter")
    for sentence in _never(flow, function, given):
        yield Finding(path=path, code="never_met", sentence=sentence, at_key=True)


def _expression(flow: WorkflowShape, path: Path, guard: GuardShape) -> Iterator[Finding]:
    facts, lists = parts.facts(flow.facts), parts.records(flow)
    if guard.with_:
        sentence = "'with' is for functions; an expression names facts and lists itself"
        yield Finding(path=(*path, "with"), code="guard_unclear", sentence=sentence, at_key=True)
    if guard.needs is None:
        sentence = "an expression has no sentence of its own; say in 'needs' what it asks for, in every language"
        yield Finding(path=path, code="no_needs", sentence=sentence, at_key=True)
    faults = list(cel_faults(guard.cel, facts, lists))
    if not faults and (problem := cel_trial(guard.cel, cel_sample(facts, lists))):
        faults = [("cel_fails", f"tried on a sample case: {problem}")]
    for code, sentence in faults:
        yield Finding(path=(*path, "cel"), code=code, sentence=sentence)


def _never(flow: WorkflowShape, function: GuardFunction, given: Mapping[str, Any]) -> Iterator[str]:
    """Yield why a guard with these parameters can never be met."""
    if function.name in NEED_SIGNERS and not any(role.signs for role in flow.roles.values()):
        yield "no role signs; declare one with 'signs: true'"
    frozen = any("freeze" in move.effects for move in flow.transitions.values())
    if function.name == "document_frozen" and not (flow.document and frozen):
        yield "the document is never frozen; name 'document', and give a transition the effect 'freeze'"
    if function.name == "records_at_least":
        field = _field_of(flow, given, "distinct")
        n = given.get("n")
        if field is not None and field.type == "yes_no" and isinstance(n, int) and n > 2:
            yield f"{n} different values are asked for, but {given['distinct']!r} is yes or no"
        if field is not None and field.type == "choice" and isinstance(n, int) and n > len(field.choices):
            yield f"{n} different values are asked for, but {given['distinct']!r} has only {len(field.choices)} choices"


def _field_of(flow: WorkflowShape, given: Mapping[str, Any], parameter: str) -> FieldShape | None:
    name, field = given.get("list"), given.get(parameter)
    if not isinstance(name, str) or not isinstance(field, str) or name not in flow.records:
        return None
    return flow.records[name].fields.get(field)


def _overrides(flow: WorkflowShape, path: Path, move: TransitionShape) -> Iterator[Finding]:
    for index, use in enumerate(move.guards):
        name, overrides = used_guard(use)
        if isinstance(use, dict) and len(use) != 1:
            sentence = "write one guard with its parameters: {name: {parameter: value}}"
            yield Finding(path=(*path, index), code="guard_unclear", sentence=sentence)
        guard = flow.guards.get(name)
        if guard is None or not overrides:
            continue
        if guard.cel:
            sentence = f"guard {name!r} is an expression, so it has no parameters"
            yield Finding(path=(*path, index, name), code="guard_unclear", sentence=sentence)
        elif guard.function in FUNCTIONS:
            for fault in _function(flow, (), guard.function, {**guard.with_, **overrides}):
                parameter = fault.path[1:2]
                if not parameter or parameter[0] in overrides:
                    where = (*path, index, name, *parameter)
                    yield Finding(path=where, code=fault.code, sentence=fault.sentence, at_key=fault.at_key)


def _contradictions(flow: WorkflowShape, path: Path, move: TransitionShape) -> Iterator[Finding]:
    """Yield pairs of guards of one move that can never both be met."""
    values: dict[object, object] = {}
    functions: set[str] = set()
    for index, use in enumerate(move.guards):
        name, overrides = used_guard(use)
        guard = flow.guards.get(name)
        if guard is None or not guard.function:
            continue
        params = {**guard.with_, **overrides}
        clash = guard.function == "fact_is" and values.setdefault(str(params.get("fact")), params.get("value")) != params.get(
            "value"
        )
        functions.add(guard.function)
        if clash or (guard.function in NEED_SIGNERS and {"all_signed", "a_signature_missing"} <= functions):
            sentence = f"guard {name!r} and an earlier one of this move can never both be met"
            yield Finding(path=(*path, index), code="never_met", sentence=sentence)
