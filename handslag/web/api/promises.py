"""Promises: what was promised to whom, when it leaves or left, and if it did not, why not; taking back and holding."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from engine.acts import Hold, Suppress
from engine.ports import Tx
from handslag.web.api.caller import Caller
from handslag.web.api.changing import Making
from handslag.web.api.cursors import cursor, page_of, read_cursor
from handslag.web.api.outcomes import Done
from handslag.web.api.shapes import PAGE, CaseNumber, Changing, Instant, Limit, Next, Page, RowNumber, Shown, Text
from handslag.web.case_view import CaseView, view_of
from handslag.web.plan import promise_said
from storage.due_reads import promises

router = APIRouter(tags=["promises"])


class PromiseShown(Shown):
    """A planned mail, escalation or automatic move, with what became of it."""

    no: int = Field(description="Number in its case.")
    kind: Literal["mail", "escalation", "move"]
    what: str = Field(description="What is promised, in the person's language.")
    to: str = Field(description="Who holds the seat now.")
    seat: str
    step: str
    code: str
    task: str
    about: int = Field(description="Number of its deadline, 0 for a mail of a move.")
    entry: int = Field(description="Number of the entry that made it.")
    round: int
    on: date
    due_at: datetime
    held_until: datetime | None
    state: Literal["planned", "queued", "sent", "suppressed", "skipped", "cancelled", "failed"]
    why: str = Field(description="Reason code of its end, or of a hold.")
    why_said: str = Field(description="The same in the person's language.")
    ended_at: datetime | None
    message: str = Field(description="Id of the message that carries it.")
    resend_of: int


class Suppressing(Changing):
    """Why it is taken back."""

    reason: Text


class Holding(Changing):
    """Until when it is held back."""

    until: Instant
    reason: Text = ""


@router.get("/cases/{number}/promises")
def list_promises(
    visit: Caller,
    number: CaseNumber,
    coming: Annotated[bool | None, Query(description="Only those to come, or only those that have ended.")] = None,
    limit: Limit = PAGE,
    after: Next = "",
) -> Page[PromiseShown]:
    """List the promises of a case in the order in which they fall due."""
    start: Any = read_cursor(after, datetime, int)

    def read(tx: Tx) -> tuple[CaseView, Any]:
        view = view_of(visit, tx, number, whole=True)
        return view, promises(tx, number, pending=coming, after=start, limit=limit + 1)

    view, lines = visit.house.store.read(read)
    shown, following = page_of(lines, limit, lambda line: cursor(line.due_at, line.no))
    return Page(items=[_promise(view, line) for line in shown], next=following)


def _promise(view: CaseView, line: Any) -> PromiseShown:
    what = promise_said(view, line.kind, line.code, line.task)
    return PromiseShown(what=what, to=view.seat(line.seat), why_said=view.why(line.why), **line._asdict())


@router.post("/cases/{number}/promises/{no}/suppress", response_model=Done)
def suppress(change: Making, number: CaseNumber, no: RowNumber, given: Suppressing) -> Response:
    """Take a pending promise back, with a reason; history keeps who did and why."""
    return change.to_case(number, Suppress(promise=no, reason=given.reason), given)


@router.post("/cases/{number}/promises/{no}/hold", response_model=Done)
def hold(change: Making, number: CaseNumber, no: RowNumber, given: Holding) -> Response:
    """Hold a planned promise back until an instant."""
    return change.to_case(number, Hold(promise=no, until=given.until, reason=given.reason), given)
