"""A case on one screen: where it stands, what can be done next, what is owed and by whom, who takes part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from engine.case import Case, Deadline, Promise
from engine.moves import Offer
from engine.ports import Tx
from engine.seats import signed_seats
from engine.undo_offer import held_entry
from engine.use_cases import moves_of
from handslag.web.case_view import CaseView, view_of
from handslag.web.history_view import CommentSaid, comments_of
from handslag.web.moves_view import move_lines
from handslag.web.pages.case_frame import case_page
from handslag.web.pages.undoing import UndoBar, undo_bar
from handslag.web.plan import promise_said
from handslag.web.sums import SumLine, sum_lines
from handslag.web.visit import Visit, Visiting
from storage.reads import history

SOON = 5
SOON_DAYS = 60
router = APIRouter()


class OwedRow(NamedTuple):
    """An open deadline. can: acts that its state and kind allow and the reader may do."""

    no: int
    what: str
    by: str
    side: str
    due_on: date
    last_on: date
    days: int
    state: str
    questions: str
    sum: Sequence[SumLine]
    can: Sequence[str]


class SeatRow(NamedTuple):
    """Somebody in the case. key, role: of the role and its title; signed: yes, no, or empty where the seat does not sign."""

    no: int
    key: str
    role: str
    name: str
    email: str
    language: str
    side: str
    signed: str
    trouble: str


@router.get("/cases/{number}")
def show(visit: Visiting, number: str) -> HTMLResponse:
    """Show a case. Raises: NotFound."""
    view, offers, entries, bar, held = visit.house.store.read(lambda tx: _read(tx, visit, number))
    coming = sorted(view.case.pending(), key=lambda p: (p.due_at, p.no))[:SOON]
    return case_page(
        view,
        "case.html",
        tab="overview",
        bar=bar,
        held=held,
        undone=visit.request.query_params.get("undone", "") == "1",
        moves=move_lines(view, offers),
        owed=[_owed(view, d) for d in sorted(view.case.open_deadlines(), key=lambda d: (d.due_on, d.no))],
        soon_days=SOON_DAYS,
        soon_until=view.today + timedelta(days=SOON_DAYS - 1),
        coming=[_coming(view, promise) for promise in coming],
        pending=len(view.case.pending()),
        seats=list(_seats(view)),
        comments=entries,
        waits=[w for w in view.case.waits.values() if w.until > view.today],
    )


def _read(tx: Tx, visit: Visit, number: str) -> tuple[CaseView, tuple[Offer, ...], list[CommentSaid], UndoBar | None, int]:
    view = view_of(visit, tx, number)
    held = held_entry(tx, visit.house.tools, view.case, visit.now)
    bar = undo_bar(tx, view) if held else None
    return view, moves_of(tx, number, view.call()), comments_of(view, history(tx, number)), bar, held[0] if held else 0


def _coming(view: CaseView, promise: Promise) -> tuple[Promise, str, str, str]:
    """Return a promise with what it is, what it is about, and who gets it."""
    about = view.case.deadlines.get(promise.about)
    what = promise_said(view, promise.kind, promise.code, promise.task)
    return promise, what, view.owed(about) if about else "", view.seat(promise.seat)


def _owed(view: CaseView, deadline: Deadline) -> OwedRow:
    return OwedRow(
        no=deadline.no,
        what=view.owed(deadline),
        by=view.seat(deadline.seat),
        side=view.side(deadline.seat),
        due_on=deadline.due_on,
        last_on=deadline.last_on,
        days=(view.today - deadline.due_on).days,
        state=deadline.state,
        questions=deadline.questions,
        sum=tuple(sum_lines(view.labels, deadline.sum)),
        can=list(acts_on(view, deadline)),
    )


def acts_on(view: CaseView, deadline: Deadline) -> Iterator[str]:
    """Yield the names of what can be done to a deadline now, for this reader."""
    version, settles = view.version, view.may("settle")
    task = version.tasks.get(deadline.rule) if deadline.kind == "task" else None
    signs = task is not None and task.closes_by == "sign"
    if settles and deadline.kind != "phase" and not signs:
        if deadline.state == "submitted":
            yield from ("accept", "return")
        else:
            yield from ("confirm",) if task is not None and task.closes_by == "confirm" else ("submit",)
    if view.may("extend") and not deadline.extended and deadline.state != "submitted" and _extends(view, deadline):
        yield "extend"
    if settles and deadline.kind != "phase":
        yield "cancel"


def _extends(view: CaseView, deadline: Deadline) -> bool:
    version = view.version
    rules: dict[str, Mapping[str, object]] = {
        "phase": version.phases,
        "followup": version.followups,
        "record": version.records,
        "task": version.tasks,
    }
    return getattr(rules[deadline.kind].get(deadline.rule), "extend_by", None) is not None


def _seats(view: CaseView) -> Iterator[SeatRow]:
    case: Case = view.case
    signing, signed = view.version.signing_roles(), signed_seats(case)
    for seat in case.seats.values():
        if seat.ended_on is not None and seat.ended_on <= view.today:
            continue
        contact = view.companies.contacts.get(seat.contact)
        person = view.programme.people.get(seat.person)
        who = contact or person
        yield SeatRow(
            no=seat.no,
            key=seat.role,
            role=view.role(seat.role),
            name=view.contact(seat.contact) if contact else view.person(seat.person),
            email=who.email if who else "",
            language=who.language if who else "",
            side=view.version.side_of(seat.role),
            signed="" if seat.role not in signing else "yes" if seat.key in signed else "no",
            trouble=contact.state if contact and contact.state != "active" else "",
        )
