"""Sealing an entry into the case's chain: hash over the previous hash and the body.

Names and free text stand in the body as digests, salted per value; the words go to an erasable table, so that forgetting a
person leaves the chain whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from typing import Any

from engine.case import ROW_KINDS, Case
from engine.codec import compact, default_of, plain
from engine.declared import FactType, Version
from engine.entry import Change, Entry, GuardAnswer, Private, Sealed

FIRST = "0" * 64
PRIVATE_KINDS = {"text", "person"}
PRIVATE_FIELDS: Mapping[str, frozenset[str]] = {
    "seat": frozenset({"authority"}),
    "deadline": frozenset({"questions"}),
    "contact": frozenset({"name", "email", "function"}),
    "organisation": frozenset({"note"}),
    "choice": frozenset({"reason"}),
}


def digest_of(salt: str, value: str) -> str:
    """Return the digest that stands for a private value."""
    return hashlib.sha256(f"{salt}\n{value}".encode()).hexdigest()


def link(previous: str, body: str) -> str:
    """Return the hash of an entry: over the previous hash and its body."""
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


class _Seal:
    """Collects private values while a body is made."""

    def __init__(self, salt: Callable[[], str]) -> None:
        self._salt = salt
        self.privates: list[Private] = []

    def hide(self, path: str, value: Any) -> Any:
        """Return what stands in the body instead of a private text; anything empty or not text stays as it is."""
        if not isinstance(value, str) or not value:
            return plain(value)
        salt = self._salt()
        digest = digest_of(salt, value)
        self.privates.append(Private(path=path, salt=salt, digest=digest, value=value))
        return {"digest": digest}


def seal(entry: Entry, case: Case, version: Version, previous: str, salt: Callable[[], str]) -> Sealed:
    """Return the entry sealed. case: as it stands after the entry; previous: hash before it, empty for the first."""
    hider = _Seal(salt)
    previous = previous or FIRST
    body = compact(_body(entry, case, version, hider))
    return Sealed(
        no=entry.no,
        kind=entry.kind,
        body=body,
        previous=previous,
        hash=link(previous, body),
        privates=tuple(hider.privates),
        recorded_at=entry.recorded_at,
        happened_at=entry.happened_at,
        shown={
            "actor_key": entry.actor.key, "transition": entry.transition, "source": entry.source, "target": entry.target,
        },
    )  # fmt: skip


def _body(entry: Entry, case: Case, version: Version, hider: _Seal) -> dict[str, Any]:
    actor = entry.actor
    return {
        "case": case.number,
        "no": entry.no,
        "kind": entry.kind,
        "actor": {
            "kind": actor.kind,
            "key": actor.key,
            "name": hider.hide("/actor/name", actor.name) if actor.kind != "system" else actor.name,
            "roles": list(actor.roles),
            "for": hider.hide("/actor/for", actor.for_whom),
            "surface": actor.surface,
            "account": hider.hide("/actor/account", actor.account),
        },
        "from": entry.source,
        "to": entry.target,
        "transition": entry.transition,
        "reason": hider.hide("/reason", entry.reason),
        "cause": hider.hide("/cause", entry.cause),
        "guards": [_guard(f"/guards/{n}", g, hider) for n, g in enumerate(entry.guards)],
        "version": {"key": version.key, "number": version.number, "hash": version.hash},
        "happened_at": plain(entry.happened_at),
        "recorded_at": plain(entry.recorded_at),
        "changes": [_change(n, change, case, version, hider) for n, change in enumerate(entry.changes)],
    }


def _guard(path: str, said: GuardAnswer, hider: _Seal) -> dict[str, Any]:
    """Return a guard's answer; what stands there now may be words somebody wrote, so it is kept as those are."""
    values = {
        key: hider.hide(f"{path}/values/{key}", value) if key == "now" else plain(value)
        for key, value in (said.values or {}).items()
    }
    return {"name": said.name, "params": plain(said.params), "yes": said.yes, "code": said.code, "values": values}


def _change(n: int, change: Change, case: Case, version: Version, hider: _Seal) -> dict[str, Any]:
    new = _without_defaults(change) if change.old is None else change.new
    sides = {}
    for side, values in (("old", change.old), ("new", new)):
        path = f"/changes/{n}/{side}"
        sides[side] = None if values is None else _side(path, change, values, case, version, hider)
    return {"kind": change.kind, "no": change.no, **sides}


def _without_defaults(change: Change) -> Mapping[str, Any] | None:
    if change.kind not in ROW_KINDS or change.new is None:
        return change.new
    defaults = _defaults(change.kind)
    return {name: value for name, value in change.new.items() if value != defaults[name]}


@cache
def _defaults(kind: str) -> Mapping[str, Any]:
    return {f.name: default_of(f) for f in fields(ROW_KINDS[kind])}


def _side(path: str, change: Change, values: Mapping[str, Any], case: Case, version: Version, hider: _Seal) -> dict[str, Any]:
    if change.kind == "fact":
        return _typed_values(path, values, version.facts, hider)
    hidden = PRIVATE_FIELDS.get(change.kind, frozenset())
    done: dict[str, Any] = {}
    for name, value in values.items():
        if change.kind == "record" and name == "values":
            declared = version.records[case.records[change.no].list].fields
            done[name] = _typed_values(f"{path}/values", value, declared, hider)
        else:
            done[name] = hider.hide(f"{path}/{name}", value) if name in hidden else plain(value)
    return done


def _typed_values(path: str, values: Mapping[str, Any], declared: Mapping[str, FactType], hider: _Seal) -> dict[str, Any]:
    return {
        key: hider.hide(f"{path}/{key}", value) if key in declared and declared[key].kind in PRIVATE_KINDS else plain(value)
        for key, value in values.items()
    }
