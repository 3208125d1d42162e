"""History values: what one write to a case says, before and after it is sealed into the chain.

An entry carries the whole difference it made as `changes`; applying them in order yields the case again (`engine.replay`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One row's difference. kind: case, fact, party, seat, record, wait, deadline, promise, contact, organisation, choice.

    choice: what a person decided about the mail of the promise `no`; it is no row.

    no: the row's number (0 for case and fact; the id for contact and organisation). old is None where the row is new,
    new is None where a value is taken away; else both hold the changed fields only. Values: JSON, date, aware UTC datetime.
    """

    kind: str
    no: int
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardAnswer:
    """What a guard answered at that moment; code and values of the reason are empty for yes."""

    name: str
    params: Mapping[str, Any]
    yes: bool
    code: str = ""
    values: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a case's history. no: 1 is the opening; kind: e.g. `opened`, `moved`, `corrected`, `mail_sent`.

    source, target: phases, equal where the phase stays. transition: key or empty. cause: rule, file or message behind it.
    happened_at: when it was so; recorded_at: when it was written; both aware UTC.
    """

    no: int
    kind: str
    actor: Actor
    source: str
    target: str
    happened_at: datetime
    recorded_at: datetime
    version: str
    transition: str = ""
    reason: str = ""
    cause: str = ""
    guards: tuple[GuardAnswer, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Private:
    """A name or free text that stands in the hashed body only as a digest. path: JSON pointer into the body.

    value: None once it was erased.
    """

    path: str
    salt: str
    digest: str
    value: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """An entry in the chain: `hash` = SHA-256 hex over previous hash and body; body is sorted compact JSON.

    shown: what the stored row repeats of the body for searching (actor_key, transition, source, target); None where not known.
    """

    no: int
    kind: str
    body: str
    previous: str
    hash: str
    privates: tuple[Private, ...]
    recorded_at: datetime
    happened_at: datetime
    shown: Mapping[str, str] | None = None
