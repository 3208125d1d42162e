"""Checks the parameters of a guard against what its function wants and what the workflow declares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.terms import parse_term
from workflows.finding import unknown
from workflows.guard_function import GuardFunction, Param
from workflows.model_method import WorkflowShape
from workflows.model_parts import FactShape
from workflows.nearest import instead

Problem = tuple[str, str, str]  # name of the parameter (empty: of the whole), code, sentence
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")


def param_problems(flow: WorkflowShape, function: GuardFunction, given: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield every problem of the parameters that a guard gives its function."""
    known = {param.name: param for param in function.params}
    for name in given:
        if name not in known:
            yield name, "unknown_parameter", f"{function.name} has no parameter {name!r}; {instead(name, known)}"
    for param in function.params:
        if param.name not in given:
            if param.required:
                yield "", "missing_parameter", f"{function.name} needs the parameter {param.name!r}; give it in 'with'"
            continue
        value = given[param.name]
        for code, sentence in _Kinds(flow, given).problems(param, value):
            yield param.name, code, f"{param.name}: {sentence}"


class _Kinds:
    """One check for each kind of parameter; the other parameters may matter (a field is a field of `list`)."""

    def __init__(self, flow: WorkflowShape, given: Mapping[str, Any]) -> None:
        self.flow, self.given = flow, given

    def problems(self, param: Param, value: Any) -> Iterator[tuple[str, str]]:
        """Yield code and sentence of everything wrong with one parameter."""
        check = getattr(self, f"_{param.kind}")
        yield from check(param, value)

    def _names(self, value: Any, among: Sequence[str], what: str) -> Iterator[tuple[str, str]]:
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
            yield "wrong_value", f"expected a list of names, got {value!r}"
            return
        for name in names:
            for fault in unknown((), name or "(nothing)", among, what):
                yield fault.code, fault.sentence

    def _name(self, value: Any, among: Sequence[str], what: str) -> Iterator[tuple[str, str]]:
        if isinstance(value, str):
            yield from self._names(value, among, what)
        else:
            yield "wrong_value", f"expected the name of a {what}, got {value!r}"

    def _fact(self, param: Param, value: Any) -> Iterator[tuple[str, str]]:
        yield from self._name(value, list(self.flow.facts), "fact")
        fact = self.flow.facts.get(value) if isinstance(value, str) else None
        if fact is not None and param.types and fact.type not in param.types:
            yield "wrong_type", f"{value!r} is a {fact.type} fact; name one of type {' or '.join(param.types)}"
        if fact is not None and fact.type == "registration" and fact.register_ == "CVR":
            companion = self.flow.facts.get(f"{value}_confirmed")
            if companion is None or companion.type != "yes_no":
                wanted = f"declare the fact '{value}_confirmed' of type yes_no"
                yield "no_confirmation", f"a person confirms a CVR number whose check digit fails; {wanted}"

    def _facts(self, _: Param, value: Any) -> Iterator[tuple[str, str]]:
        yield from self._names(value, list(self.flow.facts), "fact")

    def _roles(self, _: Param, value: Any) -> Iterator[tuple[str, str]]:
        yield from self._names(value, list(self.flow.roles), "role")

    def _signing_roles(self, param: Param, value: Any) -> Iterator[tuple[str, str]]:
        yield from self._roles(param, value)
        for name in [value] if isinstance(value, str) else value if isinstance(value, list) else []:
            if name in self.flow.roles and not self.flow.roles[name].signs:
                yield "role_does_not_sign", f"role {name!r} does not sign; give it 'signs: true' or leave it out"

    def _list(self, _: Param, value: Any) -> Iterator[tuple[str, str]]:
        yield from self._name(value, list(self.flow.records), "list")

    def _fields_of_list(self) -> Mapping[str, FactShape] | None:
        name = self.given.get("list")
        shape = self.flow.records.get(name) if isinstance(name, str) else None
        return None if shape is None else shape.fields

    def _field(self, _: Param, value: Any) -> Iterator[tuple[str, str]]:
        fields = self._fields_of_list()
        if fields is not None:
            yield from self._name(value, list(fields), "field")

    def _fields(self, _: Param, value: Any) -> Iterator[tuple[str, str]]:
        fields = self._fields_of_list()
        if fields is not None:
            yield from self._names(value, list(fields), "field")

    def _whole(self, _: Param, value: Any) -> Iterator[tuple[str, str]]:
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            yield "wrong_value", f"expected a whole number of 1 or more, got {value!r}"

    def _number(self, _: Param, value: Any) -> Iterator[tuple[str, str]]:
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield "wrong_value", f"expected a number, got {value!r}"

    def _term(self, _: Param, value: Any) -> Iterator[tuple[str, str]]:
        try:
            if parse_term(str(value)).count < 0:
                yield "wrong_value", f"expected a term of 0 or more, got {value!r}"
        except ValueError as error:
            yield "bad_term", str(error)

    def _rules(self, _: Param, value: Any) -> Iterator[tuple[str, str]]:
        flow = self.flow
        yield from self._names(value, [*flow.phases, *flow.followups, *flow.records, *flow.tasks], "rule")

    def _value(self, _: Param, value: Any) -> Iterator[tuple[str, str]]:
        name = self.given.get("fact")
        fact = self.flow.facts.get(name) if isinstance(name, str) else None
        if fact is not None:
            yield from never_is(str(name), fact, value)

    def _values(self, _: Param, value: Any) -> Iterator[tuple[str, str]]:
        fields, name = self._fields_of_list(), self.given.get("field")
        if not isinstance(value, list) or not value:
            yield "wrong_value", f"expected a list of values, got {value!r}"
        elif fields is not None and isinstance(name, str) and name in fields:
            for one in value:
                yield from never_is(name, fields[name], one)

    def _where(self, _: Param, value: Any) -> Iterator[tuple[str, str]]:
        fields = self._fields_of_list()
        if not isinstance(value, Mapping):
            yield "wrong_value", f"expected a map of field to value, got {value!r}"
        elif fields is not None:
            yield from self._names(list(value) or "(nothing)", list(fields), "field")
            for name, wanted in value.items():
                for one in wanted if isinstance(wanted, list) else [wanted]:
                    if name in fields:
                        yield from never_is(name, fields[name], one)


def never_is(name: str, fact: FactShape, value: Any) -> Iterator[tuple[str, str]]:
    """Yield why a fact or field can never have a value."""
    match fact.type:
        case "choice":
            if value not in fact.choices:
                yield "never_met", f"{name!r} is never {value!r}; {instead(str(value), fact.choices)}"
        case "yes_no":
            if not isinstance(value, bool):
                yield "never_met", f"{name!r} is true or false, never {value!r}"
        case "number":
            if isinstance(value, bool) or not isinstance(value, int | float):
                yield "never_met", f"{name!r} is a number, never {value!r}"
        case "date":
            if not _DATE.match(str(value)):
                yield "never_met", f"{name!r} is a date such as 2026-03-31, never {value!r}"
        case _:
            if not isinstance(value, str) or not value:
                yield "never_met", f"{name!r} is a text, never {value!r}"
