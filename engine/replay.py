"""Replaying a case's entries: the same changes, applied in order to nothing, yield the case."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, cast

from engine.case import ROW_KINDS, SHELVES, Case, Row
from engine.codec import field_value, instant, row_from
from engine.declared import VersionRef

ERASED = "(erased)"
_HIDDEN = '"digest"'
_CASE_FIELDS = {f.name: f for f in fields(Case)}


def reveal(body: str, words: Mapping[str, str]) -> dict[str, Any]:
    """Return an entry's body as data with its private words (by path) put back; erased ones read `(erased)`."""
    told = cast(dict[str, Any], json.loads(body))
    # Where every digest has its words, they are put where they belong without a walk through the whole body.
    if body.count(_HIDDEN) == len(words) and all(_put_back(told, path, said) for path, said in words.items()):
        return told
    return cast(dict[str, Any], _reveal(told, "", words))


def _put_back(told: Any, path: str, said: str) -> bool:
    """Put words in the place of their digest; False where there is none at that path."""
    *way, last = path.split("/")[1:]
    try:
        for part in way:
            told = told[int(part)] if isinstance(told, list) else told[part]
        key = int(last) if isinstance(told, list) else last
        if told[key].keys() != {"digest"}:
            return False
        told[key] = said
    except (KeyError, IndexError, ValueError, TypeError, AttributeError):
        return False
    return True


def _reveal(value: Any, path: str, words: Mapping[str, str]) -> Any:
    match value:
        case {"digest": str()} if len(value) == 1:
            return words.get(path, ERASED)
        case dict():
            return {key: _reveal(item, f"{path}/{key}", words) for key, item in value.items()}
        case list():
            return [_reveal(item, f"{path}/{n}", words) for n, item in enumerate(value)]
        case _:
            return value


def replay(entries: Iterable[Mapping[str, Any]]) -> Case:
    """Return the case that revealed entries describe, with all deadlines and promises, ended ones included.

    Fields the store gives or the chain itself makes (id, head) are left out.
    """
    case = Case(version=VersionRef(key="", number=0))
    shelves: dict[str, dict[int, Row]] = {kind: {} for kind in ROW_KINDS}
    facts, schedule = dict[str, Any](), dict[str, str]()
    for entry in entries:
        for change in entry["changes"]:
            case = _apply(case, shelves, facts, schedule, change)
        case = _step(case, entry)
    serial = max((no for rows in shelves.values() for no in rows), default=0)
    rows = {SHELVES[kind]: rows for kind, rows in shelves.items()}
    return replace(case, facts=facts, schedule=schedule, serial=serial, **cast(Any, rows))


def _step(case: Case, entry: Mapping[str, Any]) -> Case:
    version = entry["version"]
    happened = instant(entry["happened_at"])
    last: datetime = max(happened, case.last_happened_at) if case.last_happened_at else happened
    return replace(
        case,
        number=entry["case"],
        version=VersionRef(key=version["key"], number=version["number"], hash=version["hash"]),
        revision=entry["no"],
        last_happened_at=last,
    )


def _apply(
    case: Case,
    shelves: dict[str, dict[int, Row]],
    facts: dict[str, Any],
    schedule: dict[str, str],
    change: Mapping[str, Any],
) -> Case:
    kind, no, new = change["kind"], change["no"], change["new"] or {}
    if kind == "case":
        return replace(case, **{name: field_value(_CASE_FIELDS[name], value) for name, value in new.items()})
    if kind in {"fact", "schedule"}:
        _apply_map(facts if kind == "fact" else schedule, new)
    elif kind in shelves:
        old = shelves[kind].get(no)
        known = {f.name: f for f in fields(ROW_KINDS[kind])}
        if old is None:
            shelves[kind][no] = row_from(ROW_KINDS[kind], no, new)
        else:
            shelves[kind][no] = replace(old, **{n: field_value(known[n], v) for n, v in new.items()})
    return case


def _apply_map(target: dict[str, Any], new: Mapping[str, Any]) -> None:
    for key, value in new.items():
        if value is None:
            target.pop(key, None)
        else:
            target[key] = value
