"""Turns what pydantic says about settings into faults a person can mend; knows the words, reads nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from engine.errors import Fault

Key = tuple[str, ...]
Place = Callable[[Key], str]


def faults_of(error: ValidationError, model: type[BaseModel], *, place: Place) -> list[Fault]:
    """Return one fault for each thing that is wrong; `place` says where a key stands in the source that was read."""
    return [_fault(detail, model, place) for detail in error.errors(include_url=False)]


def unknown_names(names: Iterable[str], model: type[BaseModel], *, place: Place) -> list[Fault]:
    """Return a fault for each name of the form `section__key` whose section does not exist."""
    keys = [tuple(name.lower().split("__")) for name in sorted(names)]
    return [_unknown(key[:1], model, place(key)) for key in keys if key[0] not in model.model_fields]


def place_in_toml(path: str, text: str) -> Place:
    """Return how to name a key of a TOML text: file, line where it can be found, key."""

    def place(key: Key) -> str:
        header, wanted = "", ".".join(key)
        for number, line in enumerate(text.splitlines(), start=1):
            stripped = line.strip()
            if stripped.startswith("["):
                header = stripped.strip("[] ") + "."
            written = header + stripped.partition("=")[0].strip() if "=" in stripped else header.rstrip(".")
            if written == wanted:
                return f"{path}:{number} {wanted}"
        return f"{path} {wanted}"

    return place


def known_keys(model: type[BaseModel], above: Key = ()) -> dict[Key, FieldInfo]:
    """Return every setting (not the tables) by its key path."""
    found: dict[Key, FieldInfo] = {}
    for name, field in model.model_fields.items():
        section = table_of(field)
        found |= known_keys(section, (*above, name)) if section else {(*above, name): field}
    return found


def table_of(field: FieldInfo) -> type[BaseModel] | None:
    """Return the model of a field that is a table, None for a plain setting."""
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _fault(detail: Any, model: type[BaseModel], place: Place) -> Fault:
    """Word one pydantic error."""
    key: Key = tuple(part for part in detail["loc"] if isinstance(part, str))
    kind: str = detail["type"]
    if kind == "extra_forbidden":
        return _unknown(key, model, place(key))
    if not key:
        return Fault(place=place(key), code=kind, sentence=detail["msg"])
    rule = detail["msg"].removeprefix("Input ").removeprefix("String ").removeprefix("Value error, ")
    field = known_keys(model).get(key)
    if field is None:
        rule = f"is a table; its settings are {', '.join(known[-1] for known in known_keys(model) if known[:-1] == key)}"
    return Fault(place=place(key), code="bad_setting", sentence=f"{rule}{_got(detail['input'], field)}")


def _got(value: object, field: FieldInfo | None) -> str:
    """Quote the value and name its nearest right one; say nothing of a value that may be secret."""
    if field is None or not field.repr:
        return ""
    choices = [choice for choice in get_args(field.annotation) if isinstance(choice, str)]
    near = get_close_matches(str(value), choices, n=1)
    return f", got {value!r}" + (f"; did you mean {near[0]!r}?" if near else "")


def _unknown(key: Key, model: type[BaseModel], where: str) -> Fault:
    """Say which setting was probably meant: a neighbour of like name, else the same name in another table."""
    neighbours = _names_in(key[:-1], model)
    near = get_close_matches(key[-1], neighbours, n=1)
    elsewhere = [".".join(known) for known in known_keys(model) if known[-1] == key[-1]]
    if near:
        hint = f"did you mean {'.'.join((*key[:-1], near[0]))}?"
    elif elsewhere:
        hint = f"did you mean {' or '.join(elsewhere)}?"
    else:
        hint = f"known here: {', '.join(neighbours)}"
    return Fault(place=where, code="unknown_setting", sentence=f"there is no setting {'.'.join(key)}; {hint}")


def _names_in(table: Key, model: type[BaseModel]) -> list[str]:
    """Return the names of one table, tables in it included."""
    for name in table:
        section = table_of(model.model_fields[name])
        if section is None:
            return []
        model = section
    return list(model.model_fields)
