"""Verifying chains: names the first wrong entry of a case, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.entry import Sealed
from engine.sealing import FIRST, digest_of, link


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Where a chain is broken. code: `missing`, `order`, `body`, `link`, `text`, `tail`, `head`; entry: the first wrong one."""

    case: str
    entry: int
    code: str
    detail: str


def verify(case: str, entries: Iterable[Sealed], *, head: str, revision: int) -> Break | None:
    """Return the first break of a case's chain, None where it is whole.

    entries: in order, with the private texts that are still there; head, revision: what the case's own row says.
    """
    previous, no = FIRST, 0
    for entry in entries:
        no += 1
        broken = _check(case, entry, no, previous)
        if broken is not None:
            return broken
        previous = entry.hash
    if no != revision:
        return Break(case=case, entry=no + 1, code="tail", detail=f"the case says {revision} entries, the history has {no}")
    if previous != head:
        return Break(case=case, entry=no, code="head", detail="the last entry is not the one the case names")
    return None


def _check(case: str, entry: Sealed, no: int, previous: str) -> Break | None:
    if entry.no != no:
        return Break(case=case, entry=no, code="missing", detail=f"entry {no} is missing, found {entry.no}")
    if entry.previous != previous:
        return Break(case=case, entry=no, code="link", detail="it does not follow the entry before it")
    if link(previous, entry.body) != entry.hash:
        return Break(case=case, entry=no, code="body", detail="its text was changed after it was sealed")
    for private in entry.privates:
        if digest_of(private.salt, private.value) != private.digest or private.digest not in entry.body:
            return Break(case=case, entry=no, code="text", detail=f"the words at {private.path} were changed")
    return None
