"""Binds guards: a declared name with its function or expression, and parameters that a move may override."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.declared import FactType, Guard, RecordList
from workflows.cel import compile_guard
from workflows.guard_functions import FUNCTIONS
from workflows.model_method import WorkflowShape


def used_guard(use: str | Mapping[str, Mapping[str, Any]]) -> tuple[str, dict[str, Any]]:
    """Return the name of a guard as a move writes it, and the parameters that override."""
    if isinstance(use, str):
        return use, {}
    name = next(iter(use), "")
    return name, dict(use.get(name, {}))


class Binder:
    """Makes the engine's guards of one workflow."""

    def __init__(self, flow: WorkflowShape, facts: Mapping[str, FactType], lists: Mapping[str, RecordList]) -> None:
        self._flow, self._facts, self._lists = flow, facts, lists

    def bound(self, use: str | Mapping[str, Mapping[str, Any]]) -> Guard:
        """Return the guard that a move names, bound to the parameters it has there."""
        name, overrides = used_guard(use)
        shape = self._flow.guards[name]
        can, needs = tuple(shape.can), dict(shape.needs or {})
        if shape.cel:
            check = compile_guard(name, shape.cel, self._facts, self._lists)
            return Guard(name=name, params={"cel": shape.cel}, check=check, can=can, needs=needs)
        function = FUNCTIONS[shape.function]
        params = function.filled({**shape.with_, **overrides})
        return Guard(
            name=name,
            params={"function": function.name, **params},
            check=function.make(params),
            can=can,
            needs=needs,
            figures=function.figures,
        )
