"""History of a case as a timeline, with what each guard answered."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from engine.ports import Tx
from handslag.tables.table import Row, Table
from handslag.web.case_view import CaseView, view_of
from handslag.web.exporting import AT_A_TIME, answer, asked, links, read_on, table_of
from handslag.web.history_table import entry_columns, entry_row
from handslag.web.history_view import entry_said
from handslag.web.pages.case_frame import case_page
from handslag.web.visit import Visiting
from storage import reads
from storage.reads import EntryLine

PEOPLE = "people"
router = APIRouter()


@router.get("/cases/{number}/history")
def show(visit: Visiting, number: str) -> Response:
    """Show the history, the latest first; `?only=people` leaves out what the system noted. Raises: NotFound."""
    view, lines = visit.house.store.read(lambda tx: (view_of(visit, tx, number, whole=True), reads.history(tx, number)))
    only = visit.request.query_params.get("only", "")
    if form := asked(visit):
        return answer(visit, form, _table(view, only))
    entries = [entry_said(view, line) for line in reversed(lines)]
    shown = [entry for entry in entries if only != PEOPLE or not entry.by_system]
    return case_page(view, "history.html", tab="history", entries=shown, only=only, count=len(entries), exports=links(visit))


def _table(view: CaseView, only: str) -> Table:
    """Return the history from its beginning."""
    visit, number, t = view.visit, view.case.number, view.labels

    def read(tx: Tx, last: EntryLine | None) -> list[tuple[EntryLine, Row | None]]:
        lines = reads.history(tx, number, after=last.no if last else 0, limit=AT_A_TIME)
        said = [(line, entry_said(view, line)) for line in lines]
        return [(line, None if only == PEOPLE and s.by_system else entry_row(view, line, s)) for line, s in said]

    return table_of(
        visit,
        name=f"history-{number}",
        title=t("History of {case}", case=number),
        zone=view.zone,
        about=[(t("Company"), view.case.title), (t("Which entries"), t("What people did") if only == PEOPLE else "")],
        columns=entry_columns(t, one_case=True),
        rows=read_on(visit, read),
    )
