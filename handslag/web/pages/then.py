"""As it stood at the end of a day: one case, or the whole board."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from engine.case import Case, Deadline
from engine.ports import Tx
from engine.programme import Programme
from handslag.standing import HAPPENED, RECORDED, companies_then, stood
from handslag.tables.table import MOST_ROWS, Column, Row, Table
from handslag.web.board_view import in_order, methods_named, phase_title
from handslag.web.case_view import CaseView, Naming, view_of
from handslag.web.exporting import AT_A_TIME, answer, asked, links, table_of
from handslag.web.pages.case_frame import case_page
from handslag.web.plan import promise_said
from handslag.web.visit import Visit, Visiting
from notifications.dates import long_date
from storage import reads
from storage.board_then import StoodLine, board_then
from storage.reads import EntryLine

IN_COLUMN = 8
ON_PAGE = 24
COORDINATOR = "coordinator"
router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The end of a day. until: the first instant of the next one; by: `recorded` or `happened`; fault: what is wrong."""

    day: date
    until: datetime
    by: str
    fault: str


class CardThen(NamedTuple):
    """A case on the board then."""

    number: str
    title: str
    owner: str
    due_on: date | None
    late: bool


class ColumnThen(NamedTuple):
    """A phase then. more: query of the page with the rest."""

    key: str
    title: str
    held: int
    cards: Sequence[CardThen]
    more: str


class OwedThen(NamedTuple):
    """What was owed then. days: late where above 0."""

    what: str
    by: str
    due_on: date
    days: int


def moment_of(visit: Visit, programme: Programme) -> Moment:
    """Read `on` and `by`; yesterday where no day is named, for the day that is still running stands on the page itself."""
    query, calendar = visit.request.query_params, programme.calendar
    today = calendar.local_day(visit.now)
    text, fault = query.get("on", ""), ""
    try:
        day = date.fromisoformat(text) if text else today - timedelta(days=1)
    except ValueError:
        day, fault = today - timedelta(days=1), "date"
    if day > today:
        day, fault = today, "future"
    day = max(day, date(1970, 1, 2))
    by = HAPPENED if query.get("by") == HAPPENED else RECORDED
    return Moment(day=day, until=calendar.instant(day + timedelta(days=1)), by=by, fault=fault)


@router.get("/cases/{number}/then")
def case_then(visit: Visiting, number: str) -> HTMLResponse:
    """Show a case as it stood. Raises: NotFound."""
    now, lines = visit.house.store.read(lambda tx: (view_of(visit, tx, number, whole=True), reads.history(tx, number)))
    moment = moment_of(visit, now.programme)
    view = _view_then(now, lines, moment)
    if view is None:
        return case_page(now, "case_then.html", _status(moment), tab="then", moment=moment, then=None)
    last = max(line.no for line in lines if (line.happened_at if moment.by == HAPPENED else line.recorded_at) < moment.until)
    case, declared = view.case, view.version.facts
    return case_page(
        view,
        "case_then.html",
        _status(moment),
        tab="then",
        moment=moment,
        then=case,
        last=last,
        later=len(lines) - last,
        facts=[(view.text(declared[k].title), view.fact(declared[k], v)) for k, v in case.facts.items() if k in declared],
        records=[(view.text(view.version.records[r.list].title), _record(view, r.values, r.list)) for r in case.records.values()
                 if r.void_on is None],
        owed=[_owed(view, d, moment) for d in sorted(case.open_deadlines(), key=lambda d: (d.due_on, d.no))],
        pending=[(promise_said(view, p.kind, p.code, p.task), view.seat(p.seat), p.due_at) for p in
                 sorted(case.pending(), key=lambda p: (p.due_at, p.no))],
        seats=[(view.role(s.role), view.person(s.person) if s.person else view.contact(s.contact)) for s in case.seats.values()
               if s.ended_on is None or s.ended_on > moment.day],
    )  # fmt: skip


def _status(moment: Moment) -> int:
    return 422 if moment.fault else 200


def _view_then(now: CaseView, lines: Sequence[EntryLine], moment: Moment) -> CaseView | None:
    case = stood(lines, moment.until, moment.by, now.case)
    if case is None:
        return None
    version = now.visit.house.store.read(lambda tx: tx.version(case.version))
    companies = companies_then(now.companies, lines, moment.until, moment.by)
    visit = replace(now.visit, now=min(now.visit.now, moment.until - timedelta(microseconds=1)))
    return replace(now, case=case, version=version, companies=companies, visit=visit)


def _record(view: CaseView, values: Mapping[str, object], key: str) -> str:
    fields = view.version.records[key].fields
    return "; ".join(f"{view.text(fields[k].title)}: {view.fact(fields[k], v)}" for k, v in values.items() if k in fields)


def _owed(view: CaseView, deadline: Deadline, moment: Moment) -> OwedThen:
    return OwedThen(view.owed(deadline), view.seat(deadline.seat), deadline.due_on, (moment.day - deadline.due_on).days)


@router.get("/board/then")
def whole_board(visit: Visiting) -> Response:
    """Show the board of a programme as it stood. Raises: NotFound."""
    programme, query = visit.programme, visit.request.query_params
    moment, phase = moment_of(visit, programme), query.get("phase", "")
    if form := asked(visit):
        return answer(visit, form, _table(visit, programme, moment, phase))
    text = query.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
    columns = visit.house.store.read(lambda tx: _columns(tx, visit, programme, moment, phase, before))
    base = {"programme": programme.key, "on": moment.day.isoformat()}
    return visit.page(
        "board_then.html",
        _status(moment),
        zone=programme.calendar.zone,
        programme=programme,
        columns=columns,
        moment=moment,
        phase=phase,
        total=sum(column.held for column in columns),
        base=urlencode({**base, "by": moment.by}),
        other=urlencode({**base, "by": RECORDED if moment.by == HAPPENED else HAPPENED}),
        exports=links(visit),
    )


def _table(visit: Visit, programme: Programme, moment: Moment, phase: str) -> Table:
    """Return every case that stood on the board, with its phase in a column."""
    t = visit.labels
    by = t("what had happened by then") if moment.by == HAPPENED else t("what was recorded by then")
    return table_of(
        visit,
        name=f"board-{programme.key}-{moment.day.isoformat()}",
        title=t("Board on {day}", day=long_date(moment.day, visit.language)),
        zone=programme.calendar.zone,
        about=[(t("Programme"), programme.name), (t("What counts"), by)],
        columns=[
            Column(key="case", title=t("Case")),
            Column(key="title", title=t("Company")),
            Column(key="phase", title=t("Phase")),
            Column(key="coordinator", title=t("Coordinator")),
            Column(key="next_due", title=t("Next due"), kind="date"),
        ],
        rows=_rows(visit, programme, moment, phase),
    )


def _rows(visit: Visit, programme: Programme, moment: Moment, phase: str) -> Iterator[Row]:
    """Yield the cases of the board phase by phase; each is replayed as its turn comes, so what is cut off costs nothing."""

    def stood_where(tx: Tx) -> tuple[list[Naming], Sequence[StoodLine]]:
        found = board_then(
            tx, programme.key, moment.until, happened=moment.by == HAPPENED, phase=phase, limit=MOST_ROWS + 1
        )  # fmt: skip
        return methods_named(tx, visit, programme), found

    naming, lines = visit.house.store.read(stood_where)
    place = {key: n for n, key in enumerate(in_order(naming, {line.phase: line.held for line in lines}))}
    lines = sorted(lines, key=lambda line: (place[line.phase], -line.id))
    for start in range(0, len(lines), AT_A_TIME):
        some = lines[start : start + AT_A_TIME]
        cards = visit.house.store.read(lambda tx, some=some: [_card(tx, programme, s.number, moment) for s in some])  # type: ignore[misc]
        for line, card in zip(some, cards, strict=True):
            yield card.number, card.title, phase_title(naming, line.phase), card.owner, card.due_on


def _columns(tx: Tx, visit: Visit, programme: Programme, moment: Moment, phase: str, before: int) -> list[ColumnThen]:
    limit = ON_PAGE if phase else IN_COLUMN
    lines = board_then(
        tx, programme.key, moment.until, happened=moment.by == HAPPENED, phase=phase, before=before, limit=limit + 1
    )
    by_phase: dict[str, list[StoodLine]] = {}
    for line in lines:
        by_phase.setdefault(line.phase, []).append(line)
    held = {key: found[0].held for key, found in by_phase.items()}
    naming = methods_named(tx, visit, programme)
    made = []
    for key in [phase] if phase else in_order(naming, held):
        found = by_phase.get(key, [])
        more = {"programme": programme.key, "on": moment.day.isoformat(), "by": moment.by, "phase": key}
        more |= {"before": str(found[limit - 1].id)} if phase and len(found) > limit else {}
        cards = [_card(tx, programme, line.number, moment) for line in found[:limit]]
        query = urlencode(more) if len(found) > limit else ""
        made.append(ColumnThen(key, phase_title(naming, key), held.get(key, 0), cards, query))
    return made


def _card(tx: Tx, programme: Programme, number: str, moment: Moment) -> CardThen:
    """Replay one case that is shown; the others are only counted."""
    found: Case | None = stood(reads.history(tx, number), moment.until, moment.by, tx.case(number))
    assert found is not None, "a case that stood in a phase was opened"
    owner = next((s.person for s in found.seats.values() if s.role == COORDINATOR and s.ended_on is None), "")
    due_on = min((d.due_on for d in found.open_deadlines()), default=None)
    name = programme.people[owner].name if owner in programme.people else ""
    return CardThen(number, found.title, name, due_on, due_on is not None and due_on < moment.day)
