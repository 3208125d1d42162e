"""A case as it stood at an instant: its entries up to then, replayed, and the names that people and companies had then.

`recorded`: what was noted by then, which is what anybody could know. `happened`: what had happened by then as we know now,
late notes included.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, TypeVar

from engine.case import Case
from engine.ports import Companies
from engine.programme import Contact, Organisation
from engine.replay import replay
from storage.reads import EntryLine

RECORDED, HAPPENED = "recorded", "happened"
T = TypeVar("T", Contact, Organisation)


def stood(lines: Sequence[EntryLine], until: datetime, by: str, now: Case) -> Case | None:
    """Return the case before an instant, None where it was not opened by then. lines: all its entries; now: as it is."""
    then = [line for line in lines if _at(line, by) < until]
    if not then or then[0].no != 1:
        return None
    return replace(replay(_without_gaps(then)), id=now.id, programme=now.programme)


def _at(line: EntryLine, by: str) -> datetime:
    return line.happened_at if by == HAPPENED else line.recorded_at


def _without_gaps(lines: Sequence[EntryLine]) -> Iterator[Mapping[str, Any]]:
    """Yield entries without changes of rows that an entry left out has made: noted early, happened late."""
    known = set[tuple[str, int]]()
    for line in lines:
        kept = []
        for change in line.entry["changes"]:
            row = (change["kind"], change["no"])
            if change["old"] is None:
                known.add(row)
            if change["no"] == 0 or row in known or change["kind"] in ("contact", "organisation"):
                kept.append(change)
        yield {**line.entry, "changes": kept}


def companies_then(companies: Companies, lines: Sequence[EntryLine], until: datetime, by: str) -> Companies:
    """Return the companies with what later entries of the case have changed about them taken back."""
    contacts, organisations = dict(companies.contacts), dict(companies.organisations)
    for line in reversed([line for line in lines if _at(line, by) >= until]):
        for change in line.entry["changes"]:
            no, old = change["no"], change["old"] or {}
            if change["kind"] == "contact" and no in contacts:
                contacts[no] = _back(contacts[no], old)
            elif change["kind"] == "organisation" and no in organisations:
                organisations[no] = _back(organisations[no], old)
    return Companies(organisations=organisations, contacts=contacts)


def _back(row: T, old: Mapping[str, Any]) -> T:
    known = {f.name for f in fields(row)}
    values: dict[str, Any] = {name: value for name, value in old.items() if name in known and isinstance(value, str)}
    return replace(row, **values)
