"""The board: cases by phase, as columns or stacked; a column's later cases stand on a page of the phase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response

from engine.declared import Version, VersionRef
from engine.ports import Tx
from engine.programme import Programme
from engine.way import main_line
from handslag.tables.table import Column as TableColumn
from handslag.tables.table import Row, Table
from handslag.web.case_view import Naming
from handslag.web.exporting import AT_A_TIME, answer, asked, links, read_on, table_of
from handslag.web.labels import Labels
from handslag.web.visit import Visit, Visiting
from storage.programme_reads import versions
from storage.reads import CaseLine, cases, counts

IN_COLUMN = 12
ON_PAGE = 50
SOON = 7
FILTERS = ("programme", "person", "words")
router = APIRouter()


class Card(NamedTuple):
    """A case on the board. state: late, soon, or empty."""

    number: str
    title: str
    owner: str
    due_on: date | None
    days: int
    state: str
    since: date | None


class Column(NamedTuple):
    """A phase. held: how many, of all its cases where nothing is filtered, else -1; more: query of the page with the rest."""

    key: str
    title: str
    held: int
    cards: Sequence[Card]
    more: str


@router.get("/board")
def show(visit: Visiting) -> Response:
    """Show the board of a programme, or one phase of it with `?phase=`."""
    programme, query = visit.own_programme, visit.request.query_params
    chosen = {name: query.get(name, "").strip() for name in FILTERS}
    chosen["person"] = visit.only(programme) or chosen["person"]
    before = query.get("before", "")
    start = int(before) if before.isascii() and before.isdigit() else 0
    if form := asked(visit):
        return answer(visit, form, _table(visit, programme, chosen, query.get("phase", "")))
    columns = visit.house.store.read(lambda tx: _columns(tx, visit, programme, chosen, query.get("phase", ""), start))
    return visit.page(
        "board.html",
        zone=programme.calendar.zone,
        programme=programme,
        columns=columns,
        chosen=chosen,
        phase=query.get("phase", ""),
        owners=[p for p in programme.people.values() if p.active and "coordinator" in p.roles],
        total=sum(max(column.held, 0) for column in columns),
        filtered=bool((chosen["person"] and not visit.only(programme)) or chosen["words"]),
        whole=visit.sees(programme),
        base=urlencode({name: value for name, value in chosen.items() if value}),
        exports=links(visit),
    )


def _table(visit: Visit, programme: Programme, chosen: Mapping[str, str], phase: str) -> Table:
    """Return every case that the board stands for, with its phase in a column."""
    t, zone = Labels(visit.language, programme.calendar.zone), programme.calendar.zone
    naming = visit.house.store.read(lambda tx: methods_named(tx, visit, programme))

    def read(tx: Tx, last: CaseLine | None) -> list[tuple[CaseLine, Row]]:
        lines = cases(
            tx, programme=programme.key, phase=phase, person=chosen["person"], words=chosen["words"],
            before=last.id if last else 0, limit=AT_A_TIME,
        )  # fmt: skip
        return [(line, _row(programme, naming, line)) for line in lines]

    owner = programme.people.get(chosen["person"])
    return table_of(
        visit,
        name=f"board-{programme.key}",
        title=t("Board"),
        zone=zone,
        about=[
            (t("Programme"), programme.name),
            (t("Phase"), phase_title(naming, phase) if phase else ""),
            (t("Coordinator"), owner.name if owner else ""),
            (t("Company or number"), chosen["words"]),
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


def _row(programme: Programme, naming: Sequence[Naming], line: CaseLine) -> Row:
    owner = programme.people.get(line.coordinator or "")
    its = next((n for n in naming if (n.version.key, n.version.number) == (line.version, line.version_number)), None)
    outcome = its.text(its.version.outcomes[line.outcome]) if its and line.outcome in its.version.outcomes else line.outcome
    return (
        line.number, line.title, phase_title([its] if its else naming, line.phase), line.phase_since,
        owner.name if owner else "", line.next_on, line.opened_on, line.closed_on, outcome,
    )  # fmt: skip


def _columns(tx: Tx, visit: Visit, programme: Programme, chosen: Mapping[str, str], phase: str, before: int) -> list[Column]:
    naming = methods_named(tx, visit, programme)
    held: dict[str, int] = {}
    for line in counts(tx, programme.key, person=visit.only(programme)):
        held[line.phase] = held.get(line.phase, 0) + line.cases
    wanted = [phase] if phase else in_order(naming, held)
    filtered = bool((chosen["person"] and not visit.only(programme)) or chosen["words"])
    limit = ON_PAGE if phase else IN_COLUMN
    found = []
    for key in wanted:
        lines = cases(
            tx,
            programme=programme.key,
            phase=key,
            person=chosen["person"],
            words=chosen["words"],
            before=before,
            limit=limit + 1,
        )
        more = {**chosen, "phase": key, **({"before": lines[limit - 1].id} if phase else {})} if len(lines) > limit else {}
        cards = [_card(programme, line, visit) for line in lines[:limit]]
        found.append(Column(key, phase_title(naming, key), -1 if filtered else held.get(key, 0), cards, urlencode(more)))
    return found


def methods_named(tx: Tx, visit: Visit, programme: Programme) -> list[Naming]:
    """Return the names of things in each version in use, the latest first."""
    labels = Labels(visit.language, programme.calendar.zone)
    refs = [VersionRef(key=v.key, number=v.number) for v in reversed(versions(tx)) if v.cases]
    return [Naming(version=tx.version(ref), labels=labels) for ref in refs]


def in_order(naming: Sequence[Naming], held: Mapping[str, int]) -> list[str]:
    """Return the phases of the methods in use here: their line first, then what lies beside it, endings only if held."""
    mine: list[Version] = [n.version for n in naming if set(n.version.phases) & set(held)]
    line = dict.fromkeys(key for version in mine[:1] for key in main_line(version))
    beside = dict.fromkeys(key for key in held if key not in line)
    ended = {key for version in mine for key, phase in version.phases.items() if phase.ending}
    return [*line, *(k for k in beside if k not in ended), *(k for k in beside if k in ended)]


def phase_title(naming: Sequence[Naming], key: str) -> str:
    """Return what the first version that has a phase calls it."""
    return next((n.phase(key) for n in naming if key in n.version.phases), key)


def _card(programme: Programme, line: CaseLine, visit: Visit) -> Card:
    today = programme.calendar.local_day(visit.now)
    owner = programme.people.get(line.coordinator or "")
    days = (line.next_on - today).days if line.next_on else 0
    state = "" if line.next_on is None else "late" if days < 0 else "soon" if days <= SOON else ""
    return Card(line.number, line.title, owner.name if owner else "", line.next_on, days, state, line.phase_since)
