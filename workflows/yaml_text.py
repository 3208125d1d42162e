"""YAML 1.2 text as plain values, with the place of every one. The only module that imports ruamel.yaml.

Built on ruamel's node graph instead of its constructors: every duplicate key is found, not the first, nothing is ever built
from a tag, and it takes a third of the time. Dates stay texts (`2026-03-31`), so do `no` and `08:00`; keys are always texts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from engine.errors import Fault

Path = tuple[str | int, ...]
Place = tuple[int, int]

MAX_VALUES = 50_000  # aliases multiply: nine lines of YAML can spell a billion values
_TAG = "tag:yaml.org,2002:"
_WORDS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Parsed:
    """A YAML text: its plain value, the places of its keys and values (line and column from 1), and what is wrong with it.

    broken: nothing could be read, `value` means nothing.
    """

    file: str
    value: Any = None
    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    broken: bool = False

    def place(self, path: Path, *, at_key: bool = False) -> str:
        """Return `file:line:column` of a value (or its key); parts of the path that do not exist are passed over."""
        known: Path = ()
        for part in path:
            if (*known, part) in self.values:
                known = (*known, part)
        places = self.keys if at_key and known in self.keys else self.values
        line, column = places.get(known, (1, 1))
        return f"{self.file}:{line}:{column}"


def parse(text: str, file: str) -> Parsed:
    """Read a YAML text; syntax errors and duplicate keys come back as faults at `file:line:column`."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    parsed = Parsed(file)
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return _broken(file, place, str(error.problem or error.context or "cannot be read"))
    except RecursionError:
        return _broken(file, (1, 1), "lists or maps are nested too deeply")
    except (YAMLError, ValueError) as error:
        return _broken(file, (1, 1), str(error).splitlines()[0])
    if node is None:
        return _broken(file, (1, 1), "the file is empty")
    builder = _Builder(parsed)
    value = builder.build(node, ())
    return Parsed(file, value, parsed.keys, parsed.values, parsed.faults, broken=builder.count > MAX_VALUES)


def _broken(file: str, place: Place, problem: str) -> Parsed:
    fault = Fault(place=f"{file}:{place[0]}:{place[1]}", code="yaml_syntax", sentence=f"not valid YAML: {problem}")
    return Parsed(file, faults=[fault], broken=True)


class _Builder:
    """Walks ruamel's nodes once, filling a `Parsed`."""

    def __init__(self, parsed: Parsed) -> None:
        self.parsed = parsed
        self.count = 0
        self.above: list[int] = []

    def build(self, node: Any, path: Path) -> Any:
        """Return the plain value of a node."""
        self.parsed.values[path] = _place(node)
        self.count += 1
        if self.count > MAX_VALUES:
            if self.count == MAX_VALUES + 1:
                self._fault(node, "yaml_too_large", f"more than {MAX_VALUES} values, aliases counted each time")
            return None
        if id(node) in self.above:
            self._fault(node, "yaml_recursion", "an alias within the value it stands for; write the value out")
            return None
        self.above.append(id(node))
        value = self._value(node, path)
        self.above.pop()
        return value

    def _value(self, node: Any, path: Path) -> Any:
        match node.id:
            case "mapping":
                return {key: self.build(value, (*path, key)) for key, value in self._entries(node, path)}
            case "sequence":
                return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node)

    def _entries(self, node: Any, path: Path) -> Iterator[tuple[str, Any]]:
        first: dict[str, Place] = {}
        for key_node, value in node.value:
            if key_node.id != "scalar":
                self._fault(key_node, "yaml_key", "a key must be a plain word, not a list or a map")
                continue
            key = str(key_node.value)
            if key in first:
                line, column = first[key]
                self._fault(key_node, "duplicate_key", f"{key!r} stands here twice, first at {line}:{column}; keep one")
                continue
            first[key] = self.parsed.keys[*path, key] = _place(key_node)
            yield key, value

    def _scalar(self, node: Any) -> Any:
        tag, text = str(node.tag).removeprefix(_TAG), str(node.value)
        match tag:
            case "str" | "timestamp" | "!" | "value" | "merge":
                return text
            case "null":
                return None
            case "bool":
                return _WORDS.get(text.lower(), text)
            case "int" | "float":
                return _number(text)
        self._fault(node, "yaml_tag", f"the tag {tag!r} is not allowed; write a plain text, number, list or map")
        return None

    def _fault(self, node: Any, code: str, sentence: str) -> None:
        line, column = _place(node)
        self.parsed.faults.append(Fault(place=f"{self.parsed.file}:{line}:{column}", code=code, sentence=sentence))


def _place(node: Any) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _number(text: str) -> int | float | str:
    """Return the number a scalar writes; what Python would not read as one (or `.inf`) stays text."""
    plain = text.replace("_", "")
    try:
        return int(plain, 0) if plain.lower().startswith(("0x", "0o")) else int(plain)
    except ValueError:
        pass
    try:
        value = float(plain)
    except ValueError:
        return text
    return value if math.isfinite(value) else text
