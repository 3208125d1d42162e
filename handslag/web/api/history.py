"""History of a case, its comments, and whether the chain of entries is whole."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import Field

from engine.chain import verify
from engine.ports import Tx
from handslag.web.api.caller import Caller
from handslag.web.api.cursors import cursor, page_of, read_cursor
from handslag.web.api.shapes import PAGE, CaseNumber, Limit, Next, Page, Shown
from handslag.web.case_view import view_of
from storage.reads import history, sealed

router = APIRouter(tags=["history"])


class EntryInHistory(Shown):
    """An entry: who did what when, on what ground, and what it changed."""

    no: int
    kind: str
    recorded_at: datetime
    happened_at: datetime
    actor_key: str
    transition: str
    source: str = Field(description="Phase before it.")
    target: str = Field(description="Phase after it.")
    previous: str = Field(description="Hash of the entry before it.")
    hash: str
    entry: dict[str, Any] = Field(description="The body: actor, reason, each guard's answer, changes. Erased words say so.")


class Verified(Shown):
    """Whether the chain of a case is whole."""

    case: str
    entries: int
    head: str = Field(description="Hash of the last entry.")
    whole: bool
    broken: BrokenAt | None


class BrokenAt(Shown):
    """The first wrong entry."""

    entry: int
    code: str
    detail: str


Verified.model_rebuild()


@router.get("/cases/{number}/history")
def list_entries(visit: Caller, number: CaseNumber, limit: Limit = PAGE, after: Next = "") -> Page[EntryInHistory]:
    """List the entries of a case, the first one first."""
    start = read_cursor(after, int)

    def read(tx: Tx) -> Any:
        view_of(visit, tx, number)
        return history(tx, number, after=start[0] if start else 0, limit=limit + 1)

    lines, following = page_of(visit.house.store.read(read), limit, lambda line: cursor(line.no))
    return Page(items=[EntryInHistory.model_validate(line) for line in lines], next=following)


@router.get("/cases/{number}/verify")
def verify_case(visit: Caller, number: CaseNumber) -> Verified:
    """Verify the chain of a case; names the first wrong entry."""

    def read(tx: Tx) -> Verified:
        case = view_of(visit, tx, number).case
        found = verify(number, sealed(tx, number), head=case.head, revision=case.revision)
        broken = BrokenAt.model_validate(found) if found else None
        return Verified(case=number, entries=case.revision, head=case.head, whole=found is None, broken=broken)

    return visit.house.store.read(read)
