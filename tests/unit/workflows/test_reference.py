from __future__ import annotations

from pathlib import Path

from engine.sentences_guards import SENTENCES
from tests.unit.workflows.method import METHOD
from workflows.guard_functions import FUNCTIONS
from workflows.reference import guards_page
from workflows.schema import as_text, programme_schema, workflow_schema
from workflows.yaml_text import parse

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"


def test_published_schemas_are_those_of_the_code() -> None:
    assert (REFERENCE / "workflow.schema.json").read_text(encoding="utf-8") == as_text(workflow_schema())
    assert (REFERENCE / "programme.schema.json").read_text(encoding="utf-8") == as_text(programme_schema())


def test_schema_knows_the_keys_of_a_method() -> None:
    assert set(parse(METHOD, "w").value) <= set(workflow_schema()["properties"])


def test_guards_page_is_that_of_the_code() -> None:
    assert (REFERENCE / "guards.md").read_text(encoding="utf-8") == guards_page()


def test_guards_page_tells_every_function_and_sentence() -> None:
    page = guards_page()

    assert all(f"\n## {name}\n" in page for name in FUNCTIONS)
    assert all(f"`{code}`" in page for code in SENTENCES if not code.startswith("registration_") or "." in code)


def test_workflow_page_names_every_function() -> None:
    page = (REFERENCE / "workflow-file.md").read_text(encoding="utf-8")

    for function in FUNCTIONS.values():
        assert f"`{function.name}({', '.join(param.name for param in function.params)})`" in page.replace("\n", " ")
