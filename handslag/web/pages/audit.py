"""Audit: what was done in all cases of a programme, by whom, when and on what ground, newest first.

Every reader may read the history of each case it sees. Searching all of them by person tells how a colleague works, so it
is left to those who have to account for the work: auditor, manager, administrator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response

from engine.declared import Version
from engine.errors import NotFound
from engine.ports import Tx
from engine.programme import Programme
from handslag.acting import actor_on
from handslag.tables.table import Row, Table
from handslag.web.case_view import CaseView, Naming
from handslag.web.exporting import AT_A_TIME, answer, asked, links, read_on, table_of
from handslag.web.history_table import entry_columns, entry_row, surface
from handslag.web.history_view import KINDS, EntrySaid, entry_said
from handslag.web.labels import Labels
from handslag.web.visit import Visit, Visiting
from storage.columns import from_micros, to_micros
from storage.entry_search import Found, FoundEntry, Place, Wanted, cases_around, search
from storage.programme_reads import versions_used

ON_PAGE = 30
FILTERS = ("person", "kind", "move", "guard", "case", "since", "until")
PEOPLE = "people"
router = APIRouter()


class Line(NamedTuple):
    """An entry on the page."""

    case: str
    title: str
    said: EntrySaid
    surface: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the form asks. faults: field and what would have been right."""

    chosen: Mapping[str, str]
    wanted: Wanted
    faults: Sequence[tuple[str, str]]


class Choices(NamedTuple):
    """What can be asked for: (value, label) each."""

    people: Sequence[tuple[str, str]]
    kinds: Sequence[tuple[str, str]]
    moves: Sequence[tuple[str, str]]
    guards: Sequence[tuple[str, str]]


def auditable(visit: Visit) -> Programme:
    """Return the programme asked for. Raises: NotFound where the person may not search its histories."""
    mine = [p for p in visit.programmes.values() if visit.may("audit", p)]
    asked_for = visit.request.query_params.get("programme", "")
    found = next((p for p in mine if p.key == asked_for or not asked_for), None)
    if found is None:
        raise NotFound(f"there is no programme {asked_for}", programme=asked_for)
    return found


@router.get("/audit")
def show(visit: Visiting) -> Response:
    """Show what is found. Raises: NotFound."""
    programme = auditable(visit)
    t = Labels(visit.language, programme.calendar.zone)
    methods = visit.house.store.read(lambda tx: methods_of(tx))
    request = _asked(visit, programme, t, methods)
    if (form := asked(visit)) and not request.faults:
        return answer(visit, form, _table(visit, programme, request))
    before = place_of(visit.request.query_params.get("before", ""))

    def read(tx: Tx) -> tuple[Found, list[Line]]:
        found = search(tx, request.wanted, before=before, limit=ON_PAGE)
        return found, [_line(view, entry) for view, entry in _views(tx, visit, programme, found.entries)]

    found, lines = (Found((), None), list[Line]()) if request.faults else visit.house.store.read(read)
    chosen = {"programme": programme.key, **request.chosen}
    return visit.page(
        "audit.html",
        422 if request.faults else 200,
        zone=programme.calendar.zone,
        programme=programme,
        programmes=[p for p in visit.programmes.values() if visit.may("audit", p)],
        lines=lines,
        chosen=request.chosen,
        filtered=any(request.chosen.values()),
        faults=dict(request.faults),
        choices=_choices(programme, t, methods),
        older=urlencode({**chosen, "before": text_of(found.on_from)}) if found.on_from else "",
        came_to=found.on_from[0] if found.on_from and len(lines) < ON_PAGE else None,
        exports=links(visit),
    )


def methods_of(tx: Tx) -> list[Version]:
    """Return the versions in use, the latest first."""
    return [tx.version(ref) for ref in reversed(versions_used(tx))]


def _asked(visit: Visit, programme: Programme, t: Labels, methods: Sequence[Version]) -> Asked:
    query = visit.request.query_params
    chosen = {name: query.get(name, "").strip()[:80] for name in FILTERS}
    faults, days = list[tuple[str, str]](), dict[str, date]()
    for name in ("since", "until"):
        try:
            if chosen[name]:
                days[name] = date.fromisoformat(chosen[name])
        except ValueError:
            faults.append((name, t("Write a date such as 2026-03-31.")))
    if len(days) == 2 and days["since"] > days["until"]:
        faults.append(("until", t("This day lies before the first one.")))
    moves = [chosen["move"]] if chosen["move"] else []
    if chosen["guard"]:
        asks = {m.key for v in methods for m in v.transitions.values() if chosen["guard"] in {g.name for g in m.guards}}
        moves = [key for key in moves or sorted(asks) if key in asks] or ["-"]
    wanted = Wanted(
        programme=programme.key,
        actors=sorted(programme.people) if chosen["person"] == PEOPLE else [chosen["person"]] if chosen["person"] else [],
        kind=chosen["kind"],
        transitions=moves,
        guard=chosen["guard"],
        case=chosen["case"].upper(),
        since=_begins(programme, days["since"]) if "since" in days else None,
        until=_begins(programme, days["until"] + timedelta(days=1)) if "until" in days else None,
    )
    return Asked(chosen=chosen, wanted=wanted, faults=faults)


def _begins(programme: Programme, day: date) -> datetime:
    return programme.calendar.instant(day, time())


def _choices(programme: Programme, t: Labels, methods: Sequence[Version]) -> Choices:
    naming = [Naming(version=version, labels=t) for version in methods]
    moves = {key: n.move(key) for n in reversed(naming) for key in n.version.transitions}
    guards = {g.name: g.name.replace("_", " ") for v in methods for m in v.transitions.values() for g in m.guards}
    people = sorted(((p.key, p.name) for p in programme.people.values()), key=_label)
    return Choices(
        people=[(PEOPLE, t("People, not the system")), *people],
        kinds=sorted(((key, t(label)) for key, label in KINDS.items()), key=_label),
        moves=sorted(moves.items(), key=_label),
        guards=sorted(guards.items(), key=_label),
    )


def _label(pair: tuple[str, str]) -> str:
    return pair[1].casefold()


def _views(tx: Tx, visit: Visit, programme: Programme, entries: Sequence[FoundEntry]) -> list[tuple[CaseView, FoundEntry]]:
    """Return each entry with a view of its case that knows what naming it takes."""
    if not entries:
        return []
    cases, companies = cases_around(tx, entries)
    common: dict[str, Any] = {
        "labels": Labels(visit.language, programme.calendar.zone),
        "visit": visit,
        "programme": programme,
        "companies": companies,
        "actor": actor_on(programme, None, visit.person, visit.now, surface="web"),
    }
    views = {number: CaseView(case=case, version=tx.version(case.version), **common) for number, case in cases.items()}
    return [(views[entry.case], entry) for entry in entries]


def _line(view: CaseView, entry: FoundEntry) -> Line:
    where = surface(view.labels, entry.line.entry["actor"]["surface"])
    return Line(entry.case, view.case.title, entry_said(view, entry.line), where)


def _table(visit: Visit, programme: Programme, request: Asked) -> Table:
    t, chosen = Labels(visit.language, programme.calendar.zone), request.chosen

    def read(tx: Tx, last: FoundEntry | None) -> list[tuple[FoundEntry, Row]]:
        found, before = list[FoundEntry](), last.place if last else None
        while len(found) < AT_A_TIME:
            step = search(tx, request.wanted, before=before, limit=AT_A_TIME - len(found))
            found += step.entries
            before = step.on_from
            if before is None:
                break
        said = [(v, e, entry_said(v, e.line)) for v, e in _views(tx, visit, programme, found)]
        return [(entry, entry_row(view, entry.line, words)) for view, entry, words in said]

    names = {"person": t("Who"), "kind": t("Kind"), "move": t("Move"), "guard": t("Condition"), "case": t("Case"),
             "since": t("From day"), "until": t("To day")}  # fmt: skip
    return table_of(
        visit,
        name=f"audit-{programme.key}",
        title=t("Audit"),
        zone=programme.calendar.zone,
        about=[(t("Programme"), programme.name), *((names[name], chosen[name]) for name in FILTERS)],
        columns=entry_columns(t),
        rows=read_on(visit, read),
    )


def text_of(place: Place) -> str:
    """Return a place for an address."""
    return f"{to_micros(place[0])}.{place[1]}.{place[2]}"


def place_of(text: str) -> Place | None:
    """Read a place from an address, None where it is none."""
    parts = text.split(".")
    if len(parts) != 3 or not all(p.isascii() and p.isdigit() and len(p) < 18 for p in parts):
        return None
    at, case, no = map(int, parts)
    return from_micros(at), case, no
