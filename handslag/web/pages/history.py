"""History of a case as a timeline, with what each guard answered."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from handslag.web.case_view import view_of
from handslag.web.history_view import entry_said
from handslag.web.pages.case_frame import case_page
from handslag.web.visit import Visiting
from storage import reads

router = APIRouter()


@router.get("/cases/{number}/history")
def show(visit: Visiting, number: str) -> HTMLResponse:
    """Show the history, the latest first; `?only=people` leaves out what the system noted. Raises: NotFound."""
    view, lines = visit.house.store.read(lambda tx: (view_of(visit, tx, number, whole=True), reads.history(tx, number)))
    only = visit.request.query_params.get("only", "")
    entries = [entry_said(view, line) for line in reversed(lines)]
    shown = [entry for entry in entries if only != "people" or not entry.by_system]
    return case_page(view, "history.html", tab="history", entries=shown, only=only, count=len(entries))
