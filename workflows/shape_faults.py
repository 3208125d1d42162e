"""Turns what pydantic says about a file into our faults: at file, line and column, with what would have been right."""

from __future__ import annotations

from collections.abc import Iterator
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from engine.errors import Fault
from workflows.nearest import instead
from workflows.yaml_text import Parsed, Path

S = TypeVar("S", bound=BaseModel)

_CODES = {
    "extra_forbidden": "unknown_key",
    "missing": "missing_key",
    "bad_term": "bad_term",
    "string_pattern_mismatch": "bad_name",
    "literal_error": "unknown_value",
}


def shaped(parsed: Parsed, shape: type[S]) -> tuple[S | None, list[Fault]]:
    """Return the parsed value in its shape, or None with every fault."""
    try:
        return shape.model_validate(parsed.value, by_alias=True), []
    except ValidationError as error:
        return None, [_fault(parsed, shape, dict(found)) for found in error.errors(include_url=False)]


def _fault(parsed: Parsed, shape: type[BaseModel], found: dict[str, Any]) -> Fault:
    kind, path = str(found["type"]), tuple(found["loc"])
    at_key = kind in ("extra_forbidden", "missing") or "[key]" in path
    return Fault(
        place=parsed.place(path, at_key=at_key),
        code=_CODES.get(kind, "wrong_value"),
        sentence=_sentence(kind, path, shape, found),
    )


def _sentence(kind: str, path: Path, shape: type[BaseModel], found: dict[str, Any]) -> str:
    name = str(path[-1]) if path else "the file"
    value = found.get("input")
    match kind:
        case "extra_forbidden":
            return f"{name!r} is not a key here; {instead(name, keys_at(shape, path[:-1]))}"
        case "missing":
            return f"{name!r} is missing here; it must be given"
        case "bad_term":
            return f"{_where(path)}: {found['msg']}"
        case "string_pattern_mismatch":
            return f"{value!r} is not a name of this kind; it must match {found['ctx']['pattern']}"
        case "literal_error":
            return f"{_where(path)}: {value!r} is not one of {found['ctx']['expected']}"
        case "dict_type" | "model_type" | "model_attributes_type":
            return f"{_where(path)}: expected a map of keys and values, got {_shown(value)}"
    wanted = str(found["msg"]).removeprefix("Input should be ").removeprefix("Value error, ")
    return f"{_where(path)}: expected {wanted[:1].lower()}{wanted[1:]}, got {_shown(value)}"


def _where(path: Path) -> str:
    named = [str(part) for part in path if part not in ("[key]", "text", "list", "map")]
    return ".".join(named) or "the file"


def _shown(value: object) -> str:
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def keys_at(shape: type[BaseModel], path: Path) -> list[str]:
    """Return the keys that may stand in the map at a path of a shape."""
    here: list[Any] = [shape]
    for part in path:
        here = [inner for one in here for inner in _into(one, part)]
    return [
        field.alias or name
        for one in here
        if isinstance(one, type) and issubclass(one, BaseModel)
        for name, field in one.model_fields.items()
    ]


def _into(annotation: Any, part: str | int) -> Iterator[Any]:
    """Yield what may stand under one part of a path; a tag of a union leads to the same place."""
    for one in _branches(annotation):
        arguments = get_args(one)
        if isinstance(one, type) and issubclass(one, BaseModel):
            yield from (
                inner
                for name, field in one.model_fields.items()
                if part in (field.alias, name)
                for inner in _branches(field.annotation)
            )
        elif part in ("text", "list", "map"):
            yield one
        elif arguments:
            yield from _branches(arguments[-1])


def _branches(annotation: Any) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin is Union or origin is UnionType:
        for one in get_args(annotation):
            yield from _branches(one)
    elif hasattr(annotation, "__metadata__"):
        yield from _branches(get_args(annotation)[0])
    else:
        yield annotation
