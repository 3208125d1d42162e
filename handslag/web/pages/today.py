"""Today: what needs me. Every number on it is the number of lines it stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from engine.declared import Version, VersionRef
from engine.ports import Tx
from engine.programme import Programme
from handslag.tables.table import Column, Row, Table
from handslag.web.case_view import Naming
from handslag.web.exporting import AT_A_TIME, answer, asked, links, read_on, table_of
from handslag.web.history_view import STATES
from handslag.web.labels import Labels
from handslag.web.visit import Visit, Visiting
from storage import account_today, outbox_reads
from storage.account_today import GapLine, OwedLine
from storage.outbox_reads import MessageLine
from storage.reads import cases

LISTED = 25
CASE_OWNERS = ("coordinator", "deputy", "municipal_owner", "head_of_department", "signatory_public", "intermediary")
router = APIRouter()


class OwedItem(NamedTuple):
    """A line of the page. days: late where above 0, else until due."""

    case: str
    title: str
    no: int
    what: str
    by: str
    due_on: date
    days: int
    state: str


class WaitingItem(NamedTuple):
    """A case that waits for somebody."""

    number: str
    title: str
    phase: str
    since: date | None


class Today(NamedTuple):
    """All of the page."""

    overdue: Sequence[OwedItem]
    this_week: Sequence[OwedItem]
    counts: account_today.OwedCounts
    company: Sequence[WaitingItem]
    municipality: Sequence[WaitingItem]
    company_count: int
    municipality_count: int
    failed: Sequence[MessageLine]
    no_deputy: Sequence[GapLine]
    no_address: Sequence[GapLine]

    @property
    def gaps(self) -> int:
        """How many cases lack somebody, counted once each."""
        return len({line.number for line in (*self.no_deputy, *self.no_address)})

    @property
    def open_cases(self) -> int:
        """Every open case waits for one side."""
        return self.company_count + self.municipality_count


@router.get("/")
def first() -> RedirectResponse:
    """Lead to the first page."""
    return RedirectResponse("/today", status_code=303)


@router.get("/today")
def show(visit: Visiting) -> Response:
    """Show what needs the person, or with `?whose=all` everybody in the programme."""
    programme = visit.own_programme
    roles = visit.roles(programme)
    whose = visit.request.query_params.get("whose", "")
    mine = whose != "all" if whose else bool(set(roles) & set(CASE_OWNERS))
    mine = mine or bool(visit.only(programme))
    now = programme.calendar.local_day(visit.now)
    if form := asked(visit):
        return answer(visit, form, _table(visit, programme, now, mine=mine))
    today = visit.house.store.read(lambda tx: _read(tx, visit, programme, now, mine=mine))
    return visit.page(
        "today.html", zone=programme.calendar.zone, programme=programme, today=today, now=now, mine=mine, listed=LISTED,
        exports=links(visit), whole=visit.sees(programme),
    )  # fmt: skip


def _table(visit: Visit, programme: Programme, now: date, *, mine: bool) -> Table:
    """Return everything open that is due by the end of this week, overdue or not."""
    t, zone = Labels(visit.language, programme.calendar.zone), programme.calendar.zone
    whose, roles = _asked_of(visit, programme, mine=mine)
    until = now + timedelta(days=6 - now.weekday())

    def read(tx: Tx, last: OwedLine | None) -> list[tuple[OwedLine, Row]]:
        past = (last.due_on, last.case_id, last.no) if last else None
        lines = account_today.owed(
            tx, programme.key, whose=whose, roles=roles, until=until, past=past, limit=AT_A_TIME
        )  # fmt: skip
        names = Names(tx, t)
        return [(line, _row(names, line, now)) for line in lines]

    return table_of(
        visit,
        name=f"owed-{programme.key}",
        title=t("Overdue and due this week"),
        zone=zone,
        about=[(t("Programme"), programme.name), (t("Whose work"), t("Mine") if mine else t("Everybody's"))],
        columns=[
            Column(key="due_on", title=t("Due"), kind="date"),
            Column(key="days_late", title=t("Days late"), kind="number"),
            Column(key="what", title=t("What")),
            Column(key="by", title=t("By")),
            Column(key="state", title=t("State")),
            Column(key="case", title=t("Case")),
            Column(key="title", title=t("Company")),
            Column(key="phase", title=t("Phase")),
        ],
        rows=read_on(visit, read),
    )


def _asked_of(visit: Visit, programme: Programme, *, mine: bool) -> tuple[str, tuple[str, ...]]:
    """Return whose work is meant, and as what. A seat that nobody fills is the programme's, so not an intermediary's."""
    if not mine:
        return "", ()
    return visit.person, () if visit.only(programme) else visit.roles(programme)


def _row(names: Names, line: OwedLine, now: date) -> Row:
    item, naming = names.owed(line, now), names.of(line.version, line.version_number)
    state = names.labels(STATES.get(line.state, line.state))
    return item.due_on, max(item.days, 0), item.what, item.by, state, item.case, item.title, naming.phase(line.phase)


def _read(tx: Tx, visit: Visit, programme: Programme, now: date, *, mine: bool) -> Today:
    whose, roles = _asked_of(visit, programme, mine=mine)
    week_end = now + timedelta(days=6 - now.weekday())
    names = Names(tx, Labels(visit.language, programme.calendar.zone))
    yesterday = now - timedelta(days=1)
    late = account_today.owed(tx, programme.key, whose=whose, roles=roles, until=yesterday, limit=LISTED)
    week = account_today.owed(tx, programme.key, whose=whose, roles=roles, until=week_end, after=yesterday, limit=LISTED)
    phases = account_today.phases(tx, programme.key, whose=whose)
    sides = {(p.version, p.version_number, p.phase): names.waits_for(p.version, p.version_number, p.phase) for p in phases}
    waiting = _waiting(tx, programme.key, whose, names)
    failed = [] if visit.only(programme) else _failed(tx, programme.key)
    return Today(
        overdue=[names.owed(line, now) for line in late],
        this_week=[names.owed(line, now) for line in week],
        counts=account_today.owed_counts(tx, programme.key, today=now, week_end=week_end, whose=whose, roles=roles),
        company=waiting["company"],
        municipality=waiting["municipality"],
        company_count=sum(p.cases for p in phases if sides[p[:3]] == "company"),
        municipality_count=sum(p.cases for p in phases if sides[p[:3]] != "company"),
        failed=failed,
        no_deputy=account_today.without_deputy(tx, programme.key, whose=whose),
        no_address=account_today.without_address(tx, programme.key, whose=whose),
    )


def _failed(tx: Tx, programme: str) -> Sequence[MessageLine]:
    """Return mails that were given up and that nobody has sent again."""
    return outbox_reads.messages(tx, programme=programme, state="failed", unanswered=True, limit=LISTED)


def _waiting(tx: Tx, programme: str, whose: str, names: Names) -> Mapping[str, list[WaitingItem]]:
    found: dict[str, list[WaitingItem]] = {"company": [], "municipality": []}
    for line in cases(tx, programme=programme, person=whose, is_open=True, limit=4 * LISTED):
        side = names.waits_for(line.version, line.version_number, line.phase)
        item = WaitingItem(
            line.number, line.title, names.of(line.version, line.version_number).phase(line.phase), line.phase_since
        )
        found["company" if side == "company" else "municipality"].append(item)
    return {side: items[:LISTED] for side, items in found.items()}


class Names:
    """The names of things of several versions, each version read once."""

    def __init__(self, tx: Tx, labels: Labels) -> None:
        self._tx, self.labels = tx, labels
        self._known: dict[tuple[str, int], Naming] = {}

    def of(self, version: str, number: int) -> Naming:
        """Return the names of a version."""
        if (version, number) not in self._known:
            found: Version = self._tx.version(VersionRef(key=version, number=number))
            self._known[version, number] = Naming(version=found, labels=self.labels)
        return self._known[version, number]

    def waits_for(self, version: str, number: int, phase: str) -> str:
        """Return the side that a phase waits for."""
        return self.of(version, number).version.phases[phase].waits_for

    def owed(self, line: OwedLine, now: date) -> OwedItem:
        """Return a thing owed in words. now: the local day."""
        naming = self.of(line.version, line.version_number)
        record: Any = line.record or {}
        what = naming.rule(line.kind, line.rule, str(record.get("title") or ""), line.occurrence)
        days = (now - line.due_on).days
        return OwedItem(line.case, line.title, line.no, what, naming.seat_role(line.seat), line.due_on, days, line.state)
