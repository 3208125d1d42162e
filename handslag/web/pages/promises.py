"""Promises of a case, past and coming, each with what became of it and why; and its mails."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from fastapi import APIRouter
from fastapi.responses import Response

from engine.acts import Suppress
from engine.case import PENDING_PROMISE
from engine.errors import BadInput
from engine.ports import Tx
from engine.undo_offer import held_entry
from handslag.tables.table import Column, Table
from handslag.web.case_view import CaseView, view_of
from handslag.web.doing import do
from handslag.web.exporting import answer, asked, links, table_of
from handslag.web.history_view import STATES
from handslag.web.pages.case_frame import case_page
from handslag.web.plan import promise_said
from handslag.web.visit import Form, Visit, Visiting, see_other
from storage.due_reads import PromiseLine, promises
from storage.outbox_reads import MessageLine, messages

router = APIRouter()


class PromiseSaid(NamedTuple):
    """A promise. about: the deadline it reminds of; mail: id of the message that carried it."""

    no: int
    what: str
    about: str
    to: str
    on: date
    due_at: datetime
    state: str
    state_label: str
    why: str
    ended_at: datetime | None
    mail: str


@router.get("/cases/{number}/promises")
def show(visit: Visiting, number: str) -> Response:
    """Show promises and mails. Raises: NotFound."""
    view, lines, mails, held = visit.house.store.read(lambda tx: _read(tx, visit, number))
    said = [_said(view, line, held) for line in lines]
    if form := asked(visit):
        return answer(visit, form, _table(view, said))
    return case_page(
        view,
        "promises.html",
        tab="promises",
        coming=[p for p in said if p.state in PENDING_PROMISE],
        past=[p for p in said if p.state not in PENDING_PROMISE][::-1],
        mails=mails,
        states=STATES,
        may_suppress=view.may("promise"),
        faulty=visit.request.query_params.get("why", ""),
        exports=links(visit),
    )


def _table(view: CaseView, said: Sequence[PromiseSaid]) -> Table:
    t = view.labels
    return table_of(
        view.visit,
        name=f"promises-{view.case.number}",
        title=t("Promises of {case}", case=view.case.number),
        zone=view.zone,
        about=[(t("Company"), view.case.title)],
        columns=[
            Column(key="promise", title=t("No."), kind="number"),
            Column(key="what", title=t("What")),
            Column(key="about", title=t("For")),
            Column(key="to", title=t("To")),
            Column(key="due_at", title=t("Leaves"), kind="instant"),
            Column(key="state", title=t("Became")),
            Column(key="why", title=t("Why")),
            Column(key="ended_at", title=t("Ended"), kind="instant"),
        ],
        rows=((p.no, p.what, p.about, p.to, p.due_at, p.state_label, p.why, p.ended_at) for p in said),
    )


def _read(tx: Tx, visit: Visit, number: str) -> tuple[CaseView, Sequence[PromiseLine], Sequence[MessageLine], int]:
    view = view_of(visit, tx, number, whole=True)
    held = held_entry(tx, visit.house.tools, view.case, visit.now)
    return view, promises(tx, number), messages(tx, case=number, alone=not visit.sees(view.programme)), held[0] if held else 0


@router.post("/cases/{number}/promises/{no}/suppress")
def suppress(visit: Visiting, number: str, no: int, form: Form) -> Response:
    """Take a promise back with a reason. Raises: NotFound, NotPermitted."""
    try:
        outcome = do(visit, number, Suppress(promise=no, reason=form.text("reason")))
    except BadInput:
        return see_other(f"/cases/{number}/promises?why={no}#promise-{no}")
    return see_other(f"/cases/{number}/promises?done={outcome.decisions[-1].entry.no}")


def _said(view: CaseView, line: PromiseLine, held: int) -> PromiseSaid:
    """Return a promise in words. held: entry of the move that can still be undone."""
    undoable = view.labels("unless undone") if line.state == "queued" and line.entry == held else ""
    about = view.case.deadlines.get(line.about)
    return PromiseSaid(
        no=line.no,
        what=promise_said(view, line.kind, line.code, line.task),
        about=view.owed(about) if about else "",
        to=view.seat(line.seat),
        on=line.on,
        due_at=line.due_at,
        state=line.state,
        state_label=view.labels(STATES.get(line.state, line.state)),
        why=view.why(line.why) if line.why and line.why not in (line.state, "done") else undoable,
        ended_at=line.ended_at,
        mail=line.message,
    )
