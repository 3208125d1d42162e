"""Deadlines: what is owed, by whom, until when, and how the day came about; settling them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from engine.acts import Fulfil
from engine.case import Deadline
from engine.errors import NotFound
from engine.ports import Tx
from handslag.web.api.caller import Caller, programme_of
from handslag.web.api.changing import Making
from handslag.web.api.cursors import cursor, page_of, read_cursor
from handslag.web.api.outcomes import Done
from handslag.web.api.shapes import (
    PAGE,
    CaseNumber,
    Changing,
    Facts,
    InProgramme,
    Key,
    Limit,
    Name,
    Next,
    Page,
    RowNumber,
    Shown,
    Text,
)
from handslag.web.case_view import CaseView, look, view_of
from handslag.web.sums import sum_lines
from storage.due_reads import deadlines, due

router = APIRouter(tags=["what is owed"])
State = Literal["open", "submitted", "returned", "met", "cancelled"]


class Owed(Shown):
    """A thing owed."""

    case: str
    no: int = Field(description="Number in its case.")
    kind: Literal["phase", "followup", "record", "task"]
    rule: str = Field(description="Key of the phase, follow-up, list or task.")
    occurrence: str
    seat: str
    record: int
    state: State
    opened_on: date
    due_on: date
    last_on: date = Field(description="The end of grace, after which it is missed.")
    missed_at: datetime | None
    submitted_on: date | None
    ended_on: date | None
    escalated_on: date | None
    why: str = Field(description="Reason code of the end.")
    round: int
    extended: bool


class OwedInCase(Owed):
    """A thing owed, with the words for it."""

    what: str = Field(description="What it is called, in the person's language.")
    by: str = Field(description="Who holds the seat now.")


class SumStep(Shown):
    """A step of a sum in words."""

    what: str
    on: str
    passed: str


class OwedWhole(OwedInCase):
    """A thing owed, with the sum that led to its day, as steps and in words."""

    questions: str
    sum: list[dict[str, Any]]
    sum_said: list[SumStep]


class Settling(Changing):
    """What is said with it. Returning, extending and cancelling need a text."""

    text: Text = Field("", description="Answer, questions or reason.")
    term: Name = Field("", description="Of an answer, where it is returned.", examples=["10 wd"])
    values: Facts = Field({}, description="Facts of what is handed in.")


@router.get("/cases/{number}/deadlines")
def list_deadlines(
    visit: Caller,
    number: CaseNumber,
    ended: Annotated[bool, Query(description="Ended ones too.")] = False,
    limit: Limit = PAGE,
    after: Next = "",
) -> Page[OwedInCase]:
    """List what is owed in a case, in the order in which it is due."""
    start: Any = read_cursor(after, date, int)

    def read(tx: Tx) -> tuple[CaseView, Any]:
        view = view_of(visit, tx, number, whole=True)
        return view, deadlines(tx, number, ended=ended, after=start, limit=limit + 1)

    view, lines = visit.house.store.read(read)
    shown, following = page_of(lines, limit, lambda line: cursor(line.due_on, line.no))
    return Page(items=[OwedInCase(**_words(view, line), **line._asdict()) for line in shown], next=following)


def _words(view: CaseView, line: Any) -> dict[str, str]:
    return {"what": view.owed(line), "by": view.seat(line.seat)}


@router.get("/cases/{number}/deadlines/{no}")
def show_deadline(visit: Caller, number: CaseNumber, no: RowNumber) -> OwedWhole:
    """Show one thing owed, with the sum that led to its day."""
    view = look(visit, number, whole=True)
    deadline: Deadline | None = view.case.deadlines.get(no)
    if deadline is None:
        raise NotFound(f"case {number}: nothing is owed under {no}", no=no)
    plain = {name: getattr(deadline, name) for name in Owed.model_fields if name != "case"}
    said = [SumStep(**step._asdict()) for step in sum_lines(view.labels, deadline.sum)]
    steps = [dict(step) for step in deadline.sum]
    return OwedWhole(
        case=number, **plain, **_words(view, deadline), questions=deadline.questions, sum=steps, sum_said=said
    )  # fmt: skip


@router.post("/cases/{number}/deadlines/{no}/{what}", response_model=Done)
def settle(
    change: Making,
    number: CaseNumber,
    no: RowNumber,
    what: Literal["submit", "return", "accept", "confirm", "cancel", "extend"],
    given: Settling,
) -> Response:
    """Note that something was handed in, return it with questions, accept it, confirm, extend or cancel it."""
    act = Fulfil(what=what, deadline=no, text=given.text, term=given.term, values=dict(given.values))
    return change.to_case(number, act, given)


@router.get("/due", tags=["what is owed"])
def list_due(
    visit: Caller,
    until: Annotated[date, Query(description="Due by this day.", examples=["2026-04-30"])],
    programme: InProgramme = "",
    person: Annotated[Key, Query(description="Owed by this person.")] = "",
    limit: Limit = PAGE,
    after: Next = "",
) -> Page[Owed]:
    """List what is open and due by a day over all cases of a programme, earliest first."""
    start: Any = read_cursor(after, date, int, int)
    chosen = programme_of(visit, programme)
    whose = person if visit.sees(chosen) else visit.person
    roles = chosen.people[whose].roles if whose in chosen.people else ()

    def read(tx: Tx) -> Any:
        return due(tx, until=until, programme=chosen.key, person=whose, roles=roles, after=start, limit=limit + 1)

    lines, following = page_of(
        visit.house.store.read(read), limit, lambda line: cursor(line.due_on, line.case_id, line.no)
    )  # fmt: skip
    return Page(items=[Owed.model_validate(line) for line in lines], next=following)
