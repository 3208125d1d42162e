"""What one owner owes too late: exactly the lines that a number of the overview stands for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from fastapi import APIRouter
from fastapi.responses import Response

from engine.ports import Tx
from engine.programme import Programme
from handslag.tables.table import Column, Row, Table
from handslag.web.exporting import AT_A_TIME, answer, asked, links, read_on, table_of
from handslag.web.labels import Labels
from handslag.web.pages.overview import allowed
from handslag.web.pages.today import Names, OwedItem
from handslag.web.visit import Visit, Visiting
from storage.account_today import OwedLine
from storage.overdue_reads import Owner, overdue_lines

ON_PAGE = 50
router = APIRouter()


@router.get("/programmes/{programme}/overdue")
def show(visit: Visiting, programme: str) -> Response:
    """Show what the owner named by `method`, `role` and `person` owes too late, the oldest first. Raises: NotFound."""
    found, query = allowed(visit, programme), visit.request.query_params
    owner = Owner(version=query.get("method", ""), role=query.get("role", ""), person=query.get("person", ""))
    if form := asked(visit):
        return answer(visit, form, _table(visit, found, owner))
    past = _past(query.get("after", ""))
    today = found.calendar.local_day(visit.now)

    def read(tx: Tx) -> list[tuple[OwedLine, OwedItem]]:
        return _read(tx, visit, found, owner, past, ON_PAGE + 1)

    lines = visit.house.store.read(read)
    shown = lines[:ON_PAGE]
    last = shown[-1][0] if len(lines) > ON_PAGE else None
    return visit.page(
        "overdue.html",
        zone=found.calendar.zone,
        programme=found,
        today=today,
        items=[item for _, item in shown],
        owner=_named(found, owner, [item for _, item in shown]),
        more=links(visit)[0].url.partition("?")[2].partition("as=")[0] + f"after={_place(last)}" if last else "",
        exports=links(visit),
    )


def _named(programme: Programme, owner: Owner, items: Sequence[OwedItem]) -> str:
    person = programme.people.get(owner.person)
    return person.name if person else (items[0].by if items else "")


def _place(line: OwedLine) -> str:
    return f"{line.due_on.isoformat()}.{line.case_id}.{line.no}"


def _past(text: str) -> tuple[date, int, int] | None:
    day, *numbers = text.split(".")
    if len(numbers) != 2 or not all(n.isascii() and n.isdigit() and len(n) < 18 for n in numbers):
        return None
    try:
        return date.fromisoformat(day), int(numbers[0]), int(numbers[1])
    except ValueError:
        return None


def _read(
    tx: Tx, visit: Visit, programme: Programme, owner: Owner, past: tuple[date, int, int] | None, limit: int
) -> list[tuple[OwedLine, OwedItem]]:
    today = programme.calendar.local_day(visit.now)
    names = Names(tx, Labels(visit.language, programme.calendar.zone))
    lines = overdue_lines(tx, programme.key, today, owner, past=past, limit=limit)
    return [(line, names.owed(line, today)) for line in lines]


def _table(visit: Visit, programme: Programme, owner: Owner) -> Table:
    t = visit.labels

    def read(tx: Tx, last: OwedLine | None) -> list[tuple[OwedLine, Row]]:
        past = (last.due_on, last.case_id, last.no) if last else None
        found = _read(tx, visit, programme, owner, past, AT_A_TIME)
        return [(line, (i.due_on, i.days, i.what, i.by, i.case, i.title)) for line, i in found]

    return table_of(
        visit,
        name=f"overdue-{programme.key}",
        title=t("Overdue"),
        zone=programme.calendar.zone,
        about=[(t("Programme"), programme.name), (t("Owner"), _named(programme, owner, ()))],
        columns=[
            Column(key="due_on", title=t("Due"), kind="date"),
            Column(key="days_late", title=t("Days late"), kind="number"),
            Column(key="what", title=t("What")),
            Column(key="by", title=t("By")),
            Column(key="case", title=t("Case")),
            Column(key="title", title=t("Company")),
        ],
        rows=read_on(visit, read),
    )
