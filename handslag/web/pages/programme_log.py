"""Who changed what in a programme: people, absences, calendar, settings, sending."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from handslag.web.administered import administered, entry_said, framed
from handslag.web.labels import Labels
from handslag.web.visit import Visiting
from storage.programme_log import entries

ON_PAGE = 30
router = APIRouter()


@router.get("/administration/log")
def show(visit: Visiting) -> HTMLResponse:
    """Show the entries, newest first. Raises: NotFound."""
    programme = administered(visit)
    asked = visit.request.query_params.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else 0
    lines = visit.house.store.read(lambda tx: entries(tx, programme.key, before=before, limit=ON_PAGE + 1))
    t = Labels(visit.language, programme.calendar.zone)
    shown = [entry_said(line, t) for line in lines[:ON_PAGE]]
    more = shown[-1].id if len(lines) > ON_PAGE else 0
    return framed(visit, "programme_log.html", "log", programme, entries=shown, more=more)
