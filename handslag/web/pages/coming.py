"""What leaves in the next days: every promise of a programme that is still to come, by day, with the case it belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from fastapi import APIRouter
from fastapi.responses import Response

from engine.ports import Tx
from engine.programme import Programme
from handslag.tables.table import Column, Table
from handslag.web.case_view import CaseView, view_of
from handslag.web.exporting import answer, asked, links, table_of
from handslag.web.plan import promise_said
from handslag.web.visit import Visit, Visiting
from storage.columns import from_micros, to_micros
from storage.due_reads import PromiseLine, planned

AHEAD = timedelta(days=14)
ON_PAGE = 60
MOST_TAKEN = 2_000
router = APIRouter()


class Coming(NamedTuple):
    """A promise to come. on: the local day on which it falls due; held: whether a person holds it until then."""

    case: str
    title: str
    no: int
    on: date
    leaves_at: datetime
    kind: str
    what: str
    about: str
    to: str
    held: bool


@router.get("/mail/coming")
def show(visit: Visiting) -> Response:
    """Show what is promised for the next two weeks, earliest first."""
    programme = visit.programme
    if form := asked(visit):
        return answer(visit, form, _table(visit, programme))
    after = _after(visit.request.query_params.get("after", ""))
    lines = visit.house.store.read(lambda tx: list(_read(tx, visit, programme, after, ON_PAGE + 1)))
    shown, rest = lines[:ON_PAGE], lines[ON_PAGE:]
    last = shown[-1] if rest else None
    return visit.page(
        "coming.html",
        zone=programme.calendar.zone,
        programme=programme,
        days=[(on, list(of_day)) for on, of_day in groupby(shown, key=lambda line: line[1].on)],
        until=programme.calendar.local_day(visit.now + AHEAD),
        later=f"{to_micros(last[0].wake_at)}.{last[0].case_id}.{last[0].no}" if last else "",
        exports=links(visit),
    )


def _after(text: str) -> tuple[datetime, int, int] | None:
    parts = text.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 18 for part in parts):
        return None
    return from_micros(int(parts[0])), int(parts[1]), int(parts[2])


def _read(
    tx: Tx, visit: Visit, programme: Programme, after: tuple[datetime, int, int] | None, limit: int
) -> Iterator[tuple[PromiseLine, Coming]]:
    views: dict[str, CaseView] = {}
    for line in planned(tx, programme=programme.key, until=visit.now + AHEAD, after=after, limit=limit):
        if line.case not in views:
            views[line.case] = view_of(visit, tx, line.case)
        yield line, _coming(views[line.case], line)


def _coming(view: CaseView, line: PromiseLine) -> Coming:
    about = view.case.deadlines.get(line.about)
    return Coming(
        case=line.case,
        title=line.title,
        no=line.no,
        on=view.programme.calendar.local_day(line.wake_at),
        leaves_at=line.wake_at,
        kind=line.kind,
        what=promise_said(view, line.kind, line.code, line.task),
        about=view.owed(about) if about else "",
        to=view.seat(line.seat),
        held=line.held_until is not None,
    )


def _table(visit: Visit, programme: Programme) -> Table:
    t = visit.labels
    found: Sequence[tuple[PromiseLine, Coming]] = visit.house.store.read(
        lambda tx: list(_read(tx, visit, programme, None, MOST_TAKEN))
    )
    return table_of(
        visit,
        name=f"coming-{programme.key}",
        title=t("What leaves in the next days"),
        zone=programme.calendar.zone,
        about=[(t("Programme"), programme.name)],
        columns=[
            Column(key="leaves_at", title=t("Leaves"), kind="instant"),
            Column(key="case", title=t("Case")),
            Column(key="company", title=t("Company")),
            Column(key="what", title=t("What")),
            Column(key="about", title=t("For")),
            Column(key="to", title=t("To")),
        ],
        rows=((c.leaves_at, c.case, c.title, c.what, c.about, c.to) for _, c in found),
    )
