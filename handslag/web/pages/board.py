"""The board: cases by phase, as columns or stacked; a column's later cases stand on a page of the phase."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from fastapi import APIRouter
from fastapi.responses import Response

from engine.policy import may_change_view
from engine.ports import Tx
from engine.programme import Programme
from handslag.tables.table import Column as TableColumn
from handslag.tables.table import Row, Table
from handslag.web.board_view import Choice, Chosen, Column, choices, chosen, columns, methods_named, phase_title, wanted
from handslag.web.case_view import Naming
from handslag.web.exporting import AT_A_TIME, answer, asked, links, read_on, table_of
from handslag.web.labels import Labels
from handslag.web.visit import Visit, Visiting
from storage import board_reads
from storage.board_reads import BoardLine
from storage.view_rows import SavedView, views

router = APIRouter()


class View(NamedTuple):
    """A saved view. mine: whether the reader may rename and delete it; here: whether it is what is shown."""

    view: SavedView
    owner: str
    mine: bool
    here: bool


class Board(NamedTuple):
    """All of the page. whole: whether the reader sees the whole programme, not only cases in which it sits."""

    offered: Sequence[Choice]
    this: Chosen
    columns: Sequence[Column]
    views: Sequence[View]
    total: int
    over: bool
    whole: bool


@router.get("/board")
def show(visit: Visiting) -> Response:
    """Show the board of a programme through its filters, or one phase of it with `?phase=`."""
    programme = visit.own_programme
    only = visit.only(programme)
    naming, held = visit.house.store.read(
        lambda tx: (methods_named(tx, visit, programme), board_reads.held(tx, programme.key, only=only))
    )
    offered = choices(visit, programme, naming, held)
    this = chosen(visit, programme, offered)
    if form := asked(visit):
        return answer(visit, form, _table(visit, programme, naming, offered, this))
    found = visit.house.store.read(lambda tx: columns(tx, visit, programme, naming, held, this))
    saved = () if only else visit.house.store.read(lambda tx: views(tx, programme.key, visit.person))
    person = programme.people[visit.person]
    board = Board(
        offered=offered,
        this=this,
        columns=found,
        views=[_view(programme, v, may_change_view(person, v.person), this) for v in saved],
        total=sum(column.held for column in found),
        over=any(column.over for column in found),
        whole=visit.sees(programme),
    )
    fault = visit.request.query_params.get("fault", "")
    return visit.page(
        "board.html", zone=programme.calendar.zone, programme=programme, board=board, exports=links(visit), fault=fault
    )


def _view(programme: Programme, view: SavedView, mine: bool, this: Chosen) -> View:
    owner = programme.people.get(view.person)
    return View(view, owner.name if owner else view.person, mine, not this.phase and view.query == this.base)


def _table(visit: Visit, programme: Programme, naming: Sequence[Naming], offered: Sequence[Choice], this: Chosen) -> Table:
    """Return every case that the board stands for, with its phase in a column."""
    t, zone = Labels(visit.language, programme.calendar.zone), programme.calendar.zone
    asked_for = wanted(visit, programme, this)

    def read(tx: Tx, last: BoardLine | None) -> list[tuple[BoardLine, Row]]:
        fitting = board_reads.conditions(tx, asked_for)
        lines = board_reads.cases(tx, fitting, phase=this.phase, before=last.id if last else 0, limit=AT_A_TIME)
        return [(line, _row(programme, naming, line)) for line in lines]

    return table_of(
        visit,
        name=f"board-{programme.key}",
        title=t("Board"),
        zone=zone,
        about=[
            (t("Programme"), programme.name),
            (t("Phase"), phase_title(naming, this.phase) if this.phase else ""),
            *((c.title, dict(c.options)[this.filters[c.name]]) for c in offered if c.name in this.filters),
            (t("Words"), this.filters.get("words", "")),
        ],
        columns=[
            TableColumn(key="case", title=t("Case")),
            TableColumn(key="title", title=t("Company")),
            TableColumn(key="phase", title=t("Phase")),
            TableColumn(key="since", title=t("Since"), kind="date"),
            TableColumn(key="coordinator", title=t("Coordinator")),
            TableColumn(key="next_due", title=t("Next due"), kind="date"),
            TableColumn(key="opened", title=t("Opened"), kind="date"),
            TableColumn(key="closed", title=t("Closed"), kind="date"),
            TableColumn(key="outcome", title=t("Outcome")),
        ],
        rows=read_on(visit, read),
    )


def _row(programme: Programme, naming: Sequence[Naming], line: BoardLine) -> Row:
    owner = programme.people.get(line.coordinator or "")
    its = next((n for n in naming if (n.version.key, n.version.number) == (line.version, line.version_number)), None)
    outcome = its.text(its.version.outcomes[line.outcome]) if its and line.outcome in its.version.outcomes else line.outcome
    return (
        line.number, line.title, phase_title([its] if its else naming, line.phase), line.phase_since,
        owner.name if owner else "", line.next_on, line.opened_on, line.closed_on, outcome,
    )  # fmt: skip
