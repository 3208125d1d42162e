"""Guards written as CEL expressions over facts and record lists. The only module that imports common-expression-language.

Imported lazily: loading it takes a quarter of a second, and most commands ask no such guard. Expressions are bounded: 500
characters, no macro within a macro, so that the work is linear in the records of a case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.declared import YES, Answer, FactType, RecordList
from engine.guards import GuardView
from workflows.guard_function import as_number, as_text
from workflows.nearest import instead

MAX_LENGTH = 500
_TROUBLE = (ValueError, TypeError, LookupError, RuntimeError, ArithmeticError)  # the library has no error of its own
FUNCTIONS = ("size", "contains", "startsWith", "endsWith", "matches", "int", "double", "string", "bool", "has", "type")
_MACRO = re.compile(r"\.\s*(all|exists|exists_one|filter|map)\s*\(")
_BOUND = re.compile(r"\b(\w+)\s*\.\s*(?:all|exists|exists_one|filter|map)\s*\(\s*(\w+)\s*,")
_FIELD = re.compile(r"\b(\w+)\s*\.\s*(\w+)\b(?!\s*\()")
_QUOTED = re.compile(r"'''.*?'''|\"\"\".*?\"\"\"|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|//[^\n]*", re.DOTALL)
_POSITION = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")

Names = Mapping[str, FactType]
Lists = Mapping[str, RecordList]


def compile_guard(name: str, text: str, facts: Names, records: Lists) -> Callable[[GuardView], Answer]:
    """Return the check of an expression; it is compiled when it is first asked. Any trouble is a no, never an exception."""
    compiled: list[Any] = []

    def check(view: GuardView) -> Answer:
        try:
            if not compiled:
                compiled.append(_program(text))
            said = compiled[0].execute(_surroundings(view, facts, records))
        except _TROUBLE as error:
            return Answer.no("cel_error", guard=name, problem=_first_line(error))
        if said is True:
            return YES
        if said is False:
            return Answer.no("cel_false", guard=name)
        return Answer.no("cel_error", guard=name, problem=f"the answer is neither true nor false: {as_text(said)[:60]}")

    return check


def _program(text: str) -> Any:
    import cel

    return cel.compile(text)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def _surroundings(view: GuardView, facts: Names, records: Lists) -> dict[str, Any]:
    """Return the variables: every declared fact and list, absent facts as null."""
    given = {key: cel_value(fact, view.fact(key)) for key, fact in facts.items()}
    lists = {
        key: [_row(declared.fields, record.values, record.no) for record in view.records(key)]
        for key, declared in records.items()
    }
    return {**given, **lists}


def _row(fields: Names, values: Mapping[str, Any], no: int) -> dict[str, Any]:
    return {**{key: cel_value(field, values.get(key)) for key, field in fields.items()}, "no": no}


def cel_value(fact: FactType, value: Any) -> Any:
    """Return a stored value as CEL sees it: numbers as doubles, dates as ISO texts, absent ones as null."""
    if value is None or value == "":
        return None
    if fact.kind == "number":
        number = as_number(value)
        return None if number is None else float(number)
    return value if isinstance(value, bool) else as_text(value)


def cel_faults(text: str, facts: Names, records: Lists) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with an expression, as code and sentence, without asking it about a case."""
    if len(text) > MAX_LENGTH:
        yield "cel_too_long", f"the expression has {len(text)} characters, at most {MAX_LENGTH} are allowed"
        return
    try:
        references = _program(text).references()
    except _TROUBLE as error:
        yield "cel_syntax", _syntax(error)
        return
    bare = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), text)
    if any(_macros_within(bare)):
        yield "cel_nested", "one macro (all, exists, filter, map) within another is not allowed; write two guards"
    yield from _unknown_names(bare, references, facts, records)
    yield from _unknown_fields(bare, records)


def cel_trial(text: str, sample: Mapping[str, Any]) -> str:
    """Return why the expression does not answer true or false on a sample case; empty where it does."""
    try:
        said = _program(text).execute(dict(sample))
    except _TROUBLE as error:
        return _first_line(error)
    return "" if isinstance(said, bool) else f"the answer is neither true nor false but {as_text(said)[:60]!r}"


def _syntax(error: Exception) -> str:
    found = _POSITION.search(str(error))
    if found is None:
        return f"not a CEL expression: {_first_line(error)}"
    problem = found[3].removeprefix("Syntax error: ").split(" expecting {")[0]
    return f"not a CEL expression, at its line {found[1]}, column {found[2]}: {problem}"


def _macros_within(bare: str) -> Iterator[bool]:
    """Yield, for each macro, whether another one begins before it ends."""
    starts = [found.end() for found in _MACRO.finditer(bare)]
    for start in starts:
        depth, end = 1, start
        while depth and end < len(bare):
            depth += {"(": 1, ")": -1}.get(bare[end], 0)
            end += 1
        yield any(start < other < end for other in starts)


def _unknown_names(bare: str, references: Any, facts: Names, records: Lists) -> Iterator[tuple[str, str]]:
    known = {*facts, *records}
    bound = {found[2] for found in _BOUND.finditer(bare)}
    for name in sorted(set(references["variables"]) - known - bound):
        yield "unknown_fact", f"{name!r} is neither a fact nor a list; {instead(name, known)}"
    for name in sorted(set(references["functions"])):
        if name.isidentifier() and not name.startswith("_") and name not in FUNCTIONS:
            yield "unknown_function", f"{name!r} is not a function here; {instead(name, FUNCTIONS)}"


def _unknown_fields(bare: str, records: Lists) -> Iterator[tuple[str, str]]:
    lists = {found[2]: found[1] for found in _BOUND.finditer(bare) if found[1] in records}
    for variable, field in dict.fromkeys((found[1], found[2]) for found in _FIELD.finditer(bare)):
        if variable in lists:
            fields = {*records[lists[variable]].fields, "no"}
            if field not in fields:
                yield "unknown_field", f"{lists[variable]!r} has no field {field!r}; {instead(field, fields)}"
