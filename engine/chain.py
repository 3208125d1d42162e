"""Verifying chains: names the first wrong entry of a case, and what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.codec import plain
from engine.entry import Sealed
from engine.sealing import FIRST, digest_of, link


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Where a chain is broken. entry: the first wrong one.

    code: `missing`, `order`, `body`, `link`, `shown`, `text`, `tail`, `head`, or what `engine.heads` finds.
    """

    case: str
    entry: int
    code: str
    detail: str


def verify(case: str, entries: Iterable[Sealed], *, head: str, revision: int) -> Break | None:
    """Return the first break of a case's chain, None where it is whole.

    entries: in order, with their private texts, erased ones too; head, revision: what the case's own row says.
    """
    previous, no = FIRST, 0
    for entry in entries:
        no += 1
        broken = _check(case, entry, no, previous)
        if broken is not None:
            return broken
        previous = entry.hash
    if no != revision:
        first = min(no, revision) + 1
        return Break(case=case, entry=first, code="tail", detail=f"the case says {revision} entries, the history has {no}")
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
    try:
        body = json.loads(entry.body)
    except ValueError:
        return Break(case=case, entry=no, code="body", detail="its text is no entry of Handslag")
    if wrong := next(_wrongly_shown(case, entry, body), ""):
        return Break(case=case, entry=no, code="shown", detail=f"its row says another {wrong} than the text that was sealed")
    if wrong := next(_wrong_words(entry, body), ""):
        return Break(case=case, entry=no, code="text", detail=f"the words at {wrong} were changed")
    return None


def _wrongly_shown(case: str, entry: Sealed, body: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the row repeats of the text, for searching and sorting, and repeats wrongly."""
    sealed = {"case": case, "no": entry.no, "kind": entry.kind}
    sealed |= {"recorded_at": plain(entry.recorded_at), "happened_at": plain(entry.happened_at)}
    yield from (name for name, value in sealed.items() if body.get(name) != value)
    if entry.shown is not None:
        said = {
            "actor_key": body["actor"]["key"],
            "transition": body["transition"],
            "source": body["from"],
            "target": body["to"],
        }
        yield from (name for name, value in said.items() if entry.shown.get(name) != (value or ""))


def _wrong_words(entry: Sealed, body: Mapping[str, Any]) -> Iterator[str]:
    """Yield the places whose private words are not those that were sealed, or are not there at all, not even as erased."""
    hidden = dict(_digests(body, ""))
    for private in entry.privates:
        if hidden.pop(private.path, "") != private.digest or (
            private.value is not None and digest_of(private.salt, private.value) != private.digest
        ):
            yield private.path
    yield from hidden


def _digests(value: Any, path: str) -> Iterator[tuple[str, str]]:
    match value:
        case {"digest": str(digest)} if len(value) == 1:
            yield path, digest
        case dict():
            for key, item in value.items():
                yield from _digests(item, f"{path}/{key}")
        case list():
            for n, item in enumerate(value):
                yield from _digests(item, f"{path}/{n}")
