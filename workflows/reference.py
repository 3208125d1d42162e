"""The page `docs/reference/guards.md`, made from the functions and their sentences; a test keeps it equal."""

from __future__ import annotations

from engine.sentences_guards import SENTENCES
from workflows.guard_function import GuardFunction, Param
from workflows.guard_functions import FUNCTIONS

_KINDS = {
    "fact": "fact",
    "facts": "list of facts",
    "roles": "list of roles",
    "signing_roles": "list of signing roles",
    "list": "record list",
    "field": "field of the list",
    "fields": "list of fields",
    "whole": "whole number from 1",
    "number": "number",
    "term": "term",
    "rules": "list of phases, follow-ups, lists, tasks",
    "value": "value of the fact",
    "values": "list of values of the field",
    "where": "map of field to value or values",
}
_HEAD = """\
# Guards

A guard is a named question about a case. `workflow.yaml` names it in `guards`, as one of these functions with parameters or as
a CEL expression; a transition lists the guards that must say yes. A no always says what is missing and what stands there now;
the screen adds who can change it (`can`). A function never changes its meaning: a changed one gets a new name.

This page is made by `workflows.reference.guards_page()`.
"""
_CEL = """\
## CEL expressions

Up to 500 characters over the declared facts and record lists, no macro (`all`, `exists`, `exists_one`, `filter`, `map`) within
another; functions: size, contains, startsWith, endsWith, matches, int, double, string, bool, has, type. An absent fact is
`null`: `score > 60` cannot be worked out without a score and is then a no, `score != null && score > 60` says it plainly. The
sentence of a no is the guard's `needs`.
"""


def guards_page() -> str:
    """Return the reference page of every shipped guard function."""
    return "\n".join([_HEAD, *(_section(function) for function in FUNCTIONS.values()), _CEL + _sentences("cel_")])


def _section(function: GuardFunction) -> str:
    lines = [f"## {function.name}", "", f"Yes when {function.about}.", ""]
    lines += [f"- `{param.name}` ({_kind(param)}{_default(param)})" for param in function.params]
    if not function.params:
        lines.append("No parameters.")
    return "\n".join(lines) + "\n" + _sentences(function.name)


def _kind(param: Param) -> str:
    types = f" of type {' or '.join(param.types)}" if param.types else ""
    return _KINDS[param.kind] + types


def _default(param: Param) -> str:
    if param.required:
        return ""
    return f", left out: {param.default}" if param.default else ", may be left out"


def _sentences(prefix: str) -> str:
    rows = [f"| `{code}` | {text} |" for code, text in SENTENCES.items() if _belongs(code, prefix)]
    return "\n".join(["", "| code | says |", "| --- | --- |", *rows]) + "\n"


def _belongs(code: str, prefix: str) -> bool:
    return code.startswith(prefix) if prefix.endswith("_") else code.partition(".")[0] == prefix
