"""The published JSON Schemas of the two files, for completion and checks in editors."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel

from workflows.model_method import WorkflowShape
from workflows.model_programme import ProgrammeShape


def workflow_schema() -> dict[str, Any]:
    """Return the JSON Schema of `workflow.yaml`."""
    return _schema(WorkflowShape, "workflow.schema.json", "Handslag workflow")


def programme_schema() -> dict[str, Any]:
    """Return the JSON Schema of a programme file."""
    return _schema(ProgrammeShape, "programme.schema.json", "Handslag programme")


def _schema(shape: type[BaseModel], name: str, title: str) -> dict[str, Any]:
    schema = shape.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": name, **schema, "title": title}


def as_text(schema: dict[str, Any]) -> str:
    """Return a schema as it stands in `docs/reference/`."""
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
