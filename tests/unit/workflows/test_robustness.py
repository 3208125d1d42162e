"""Whatever stands anywhere in a method: it is refused with a place, or it is a version that works; it never raises."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from engine.kernel import Kernel
from tests.unit.workflows.method import METHOD, folder
from workflows.checks import findings, notes
from workflows.flatten import flatten
from workflows.mails import as_mails, read_mails
from workflows.model_method import WorkflowShape
from workflows.sample import mail_uses, sample_context
from workflows.shape_faults import shaped
from workflows.yaml_text import Parsed, Path, parse

BASE = parse(METHOD, "workflow.yaml")
MAILS = as_mails(read_mails(folder(), "w"))
VALUES: tuple[Any, ...] = (
    None,
    5,
    -1,
    1.5,
    False,
    "",
    "x",
    "owner",
    "2 wd",
    "records:",
    "field:",
    [],
    [[]],
    [{}],
    {},
    {"x": {"y": 1}},
)


def paths(value: Any, path: Path = ()) -> list[Path]:
    """Return the path of everything in a plain value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([path] if path else []), *(deeper for key, one in inner for deeper in paths(one, (*path, key)))]


def put(path: Path, value: Any) -> Any:
    """Return the method with one value replaced."""
    whole = copy.deepcopy(BASE.value)
    inner = whole
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = copy.deepcopy(value)
    return whole


@pytest.mark.parametrize("section", sorted(BASE.value))
def test_anything_anywhere_is_refused_or_works(section: str) -> None:
    for path in paths(BASE.value[section], (section,)):
        for value in VALUES:
            parsed = Parsed("workflow.yaml", put(path, value), BASE.keys, BASE.values)
            flow, faults = shaped(parsed, WorkflowShape)
            if flow is None:
                assert faults
            elif not list(findings(flow, MAILS)):
                list(notes(flow))
                version = flatten(flow, MAILS, "hash")
                Kernel(version)
                for use in mail_uses(version):
                    sample_context(version, use, bare=True)
