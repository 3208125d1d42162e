"""Search over the cases that the person may see, and verifying every history of a programme, stretch by stretch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from engine.chain import Break
from engine.errors import NotFound
from engine.policy import reach
from engine.ports import Tx
from engine.programme import Programme
from engine.search_words import asked
from handslag.verifying import CASES_AT_ONCE, ENTRIES_AT_ONCE, case_breaks, within
from handslag.web.api.caller import Caller
from handslag.web.api.cursors import cursor, page_of, read_cursor
from handslag.web.api.shapes import Limit, Name, Next, Page, ProgrammeKey, Shown
from handslag.web.limiting import limit_heavy
from handslag.web.visit import Visit
from storage.audit_reads import chains_of
from storage.search_hits import Hit, hits

ON_PAGE = 20
router = APIRouter(tags=["search"])


class PlaceFound(Shown):
    """Where words stand."""

    place: str = Field(description="number, company, registration, contact or comment.", examples=["comment"])
    text: str = Field(description="The text in which they stand.")
    at: datetime | None = Field(description="When a comment was said.")


class CaseFound(Shown):
    """A case that has every word."""

    number: str = Field(examples=["AAL-2026-0017"])
    programme: str
    title: str
    phase: str
    closed: bool
    places: list[PlaceFound]


class BreakFound(Shown):
    """The first wrong entry of a case's history."""

    case: str
    entry: int
    code: str
    detail: str


class VerifiedCases(Shown):
    """Whether the histories of the next cases of a programme are whole."""

    cases: int = Field(description="How many cases were verified by this call.")
    entries: int = Field(description="How many entries they have.")
    broken: list[BreakFound]
    next: str | None = Field(description="Hand it back as `?next=` for the cases after these; null when all are verified.")


Words = Annotated[Name, Query(description="Every one must be found, in any place.", examples=["nordhavn 10150817"])]


@router.get("/search")
def search_cases(visit: Caller, words: Words, limit: Limit = ON_PAGE, after: Next = "") -> Page[CaseFound]:
    """Find the cases that have every word: in number, company, registration number, contact or comment; the newest first."""
    limit_heavy(visit)
    start, wanted = read_cursor(after, int), asked(words)

    def read(tx: Tx) -> Sequence[Hit]:
        mine = reach(visit.person, visit.programmes.values())
        return hits(tx, mine, wanted, before=start[0] if start else 0, limit=limit + 1)

    found = visit.house.store.read(read) if wanted else []
    shown, following = page_of(found, limit, lambda hit: cursor(hit.id))
    return Page(items=[_case(hit) for hit in shown], next=following)


def _case(hit: Hit) -> CaseFound:
    places = [PlaceFound(place=find.place, text=find.text, at=find.at) for find in hit.finds]
    return CaseFound(
        number=hit.number, programme=hit.programme, title=hit.title, phase=hit.phase, closed=hit.closed_on is not None,
        places=places,
    )  # fmt: skip


@router.get("/programmes/{programme}/verify")
def verify_programme(visit: Caller, programme: ProgrammeKey, after: Next = "") -> VerifiedCases:
    """Verify the histories of a programme, some thousand entries at a time: go on with `next` until it is null."""
    found = _auditable(visit, programme)
    limit_heavy(visit)
    start = read_cursor(after, int)
    first = start[0] if start else 0
    lines = visit.house.store.read(lambda tx: chains_of(tx, found.key, after=first, limit=CASES_AT_ONCE))
    taken, entries = within(lines, ENTRIES_AT_ONCE)
    broken: list[Break] = []
    for line in taken:  # each in a reading transaction of its own, so that nobody waits for all

        def ask(tx: Tx, case: int = line.id) -> list[Break]:
            return case_breaks(tx, case)

        broken += visit.house.store.read(ask)
    done = len(taken) == len(lines) < CASES_AT_ONCE
    return VerifiedCases(
        cases=len(taken), entries=entries, broken=[BreakFound.model_validate(one) for one in broken],
        next=None if done else cursor(taken[-1].id),
    )  # fmt: skip


def _auditable(visit: Visit, key: str) -> Programme:
    """Return a programme whose histories the person may search. Raises: NotFound, also where it may not."""
    found = visit.programmes.get(key)
    if found is None or not visit.may("audit", found):
        raise NotFound(f"there is no programme {key}", programme=key)
    return found
