"""The small shapes that workflow and programme files share: names, terms, labels, and values written short or long."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from engine.terms import UNITS, Term, parse_term

NAME_PATTERN = r"^[A-Za-z][A-Za-z0-9_-]*$"
FIELD_PATTERN = r"^[a-z][a-z0-9_]*$"
KEY_PATTERN = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
MAX_COUNT = 5000  # longer spans leave the calendar: dates end in the year 9999
LANGUAGE_PATTERN = r"^[a-z]{2}$"
TERM_PATTERN = r"^\s*[+\-−]?\d+\s*(wd|days?|weeks?|months?|years?)\s*$"


class Shape(BaseModel):
    """A map in a file: nothing but its declared keys, every value of exactly its type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=True)


def _term(value: object) -> Term:
    try:
        term = parse_term(str(value))
    except ValueError as error:
        raise PydanticCustomError("bad_term", "{sentence}", {"sentence": str(error)}) from error
    if abs(term.count) > MAX_COUNT:
        raise PydanticCustomError(
            "bad_term", "{term} is longer than any case; at most {most}", {"term": str(term), "most": MAX_COUNT}
        )
    return term


def _listed(value: object) -> object:
    """Let one thing stand for a list of one."""
    return [value] if isinstance(value, str) else value


Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN, max_length=60)]
FieldName = Annotated[str, StringConstraints(pattern=FIELD_PATTERN, max_length=60)]
Key = Annotated[str, StringConstraints(pattern=KEY_PATTERN, max_length=60)]
Language = Annotated[str, StringConstraints(pattern=LANGUAGE_PATTERN)]
Text = Annotated[str, StringConstraints(min_length=1)]
Labels = Annotated[dict[Language, Text], WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}})]
SpanOfTime = Annotated[
    Term,
    BeforeValidator(_term),
    PlainSerializer(str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": TERM_PATTERN,
            "description": f"A whole number and one of {', '.join(UNITS)}, e.g. '10 wd'",
        }
    ),
]
Names = Annotated[
    list[Text],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


def kind_of_value(value: Any) -> str:
    """Tell unions apart: `text`, `list` or `map`, as written in the file."""
    if isinstance(value, list):
        return "list"
    return "map" if isinstance(value, dict) else "text"
