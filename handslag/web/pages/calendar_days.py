"""Free and quiet days: what a changed one would move is shown first; moving open dates is a manager's decision of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any, NamedTuple

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from engine.errors import BadInput, Fault
from engine.ports import Tx
from engine.programme import Programme
from handslag.administration import calendar
from handslag.administration.calendar import REPLAN, Moved
from handslag.web.administered import administered, framed, office, tried
from handslag.web.case_view import Naming
from handslag.web.fields import WANTED, Field, fault_said
from handslag.web.labels import Labels
from handslag.web.visit import Form, Posted, Visit, Visiting, see_other

PLACE = "/administration/calendar"
SHOWN = 50
KINDS = {"free": "free: no working day", "quiet": "quiet: no mail to companies", "": "an ordinary day"}
router = APIRouter()


class DayLine(NamedTuple):
    """A day, or several of the same name in a row."""

    first: date
    last: date
    kind: str
    name: str


class MovedLine(NamedTuple):
    """An open date that comes out differently."""

    case: str
    title: str
    what: str
    due_on: date
    new_due_on: date
    new_last_on: date
    late_from: date


@router.get(PLACE)
def show(visit: Visiting) -> HTMLResponse:
    """Show the days of a year. Raises: NotFound."""
    return _page(visit, administered(visit))


@router.post(PLACE)
def change(visit: Visiting, form: Form) -> Response:
    """Show what a changed day would move, or change it once that was seen. Raises: NotFound."""
    programme = administered(visit)
    read, faults = tried(lambda: _given(form))
    if read is None:
        return _page(visit, programme, form, faults)
    day, kind, name = read
    if form.text("step") != "do":
        plan = calendar.edited(programme.calendar, day, kind, name)
        lines, more = visit.house.store.read(lambda tx: _told(visit, tx, programme, calendar.would_move(tx, programme, plan)))
        return _page(visit, programme, step="look", chosen=day, kind=kind, name=name, lines=lines, more=more)
    visit.house.store.run(lambda tx: calendar.set_day(tx, office(visit, tx, programme), day, kind, name))
    return see_other(f"{PLACE}?programme={programme.key}&year={day.year}&done=1")


@router.get(f"{PLACE}/replan")
def show_replan(visit: Visiting) -> HTMLResponse:
    """Show which open dates differ from the calendar. Raises: NotFound."""
    return _replan_page(visit, administered(visit))


@router.post(f"{PLACE}/replan")
def replan(visit: Visiting, form: Form) -> Response:
    """Move them. Raises: NotFound, NotPermitted."""
    programme, reason = administered(visit), form.text("reason")

    def write(tx: Tx) -> list[Moved]:
        return calendar.replan(tx, office(visit, tx, programme, REPLAN), visit.house.tools, reason)

    made, faults = tried(lambda: visit.house.store.run(write))
    return _replan_page(visit, programme, faults) if made is None else see_other(f"{PLACE}?programme={programme.key}&done=1")


def _given(form: Posted) -> tuple[date, str, str]:
    """Read a day, what it shall be, and its name. Raises: BadInput with every fault."""
    faults, day = [], date.min
    try:
        day = date.fromisoformat(form.text("day"))
    except ValueError:
        faults.append(Fault(place="day", code="date", sentence="write a day such as 2026-03-31"))
    kind, name = form.text("kind"), form.text("name")
    if kind not in KINDS:
        faults.append(Fault(place="kind", code="value", sentence="free, quiet or neither"))
    if kind and not name:
        faults.append(Fault(place="name", code="missing", sentence="say what the day is called"))
    if faults:
        raise BadInput(faults, what="the day")
    return day, kind, name


def _told(visit: Visit, tx: Tx, programme: Programme, moved: Iterable[Moved]) -> tuple[list[MovedLine], bool]:
    """Return the first of what would move, and whether there is more; what comes after is not even reckoned."""
    labels = Labels(visit.language, programme.calendar.zone)
    found = list(islice(moved, SHOWN + 1))
    return [_line(tx, labels, m) for m in found[:SHOWN]], len(found) > SHOWN


def _line(tx: Tx, labels: Labels, m: Moved) -> MovedLine:
    row = m.case.records.get(m.deadline.record)
    title = str(row.values.get("title") or "") if row else ""
    naming = Naming(version=tx.version(m.case.version), labels=labels)
    what = naming.rule(m.deadline.kind, m.deadline.rule, title, m.deadline.occurrence)
    late = m.last_on + timedelta(days=1)
    return MovedLine(m.case.number, m.case.title, what, m.deadline.due_on, m.due_on, m.last_on, late)


def _replan_page(visit: Visit, programme: Programme, faults: Sequence[Fault] = ()) -> HTMLResponse:
    t = Labels(visit.language, programme.calendar.zone)
    lines, more = visit.house.store.read(
        lambda tx: _told(visit, tx, programme, calendar.would_move(tx, programme, programme.calendar))
    )  # fmt: skip
    error = fault_said(t, faults[0]) if faults else ""
    reason = Field(name="reason", label=t("Why they are moved"), kind="area", required=True, error=error)
    return _page(
        visit, programme, None, faults, step="replan", lines=lines, more=more, reason=reason,
        may_replan=visit.may(REPLAN, programme),
    )  # fmt: skip


def _page(
    visit: Visit, programme: Programme, form: Posted | None = None, faults: Sequence[Fault] = (), **context: Any
) -> HTMLResponse:  # fmt: skip
    t = Labels(visit.language, programme.calendar.zone)
    asked = visit.request.query_params.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and 1900 < int(asked) < 2200 else 0
    year = year or programme.calendar.local_day(visit.now).year
    here: dict[str, Any] = {
        "step": "",
        "year": year,
        "days": days_of(programme, year),
        "opens": f"{programme.calendar.opens:%H:%M}",
        "closes": f"{programme.calendar.closes:%H:%M}",
        "fields": _fields(t, form, faults),
        "errors": [(f.place, fault_said(t, f, "date" if f.code == "date" else "")) for f in faults],
    }
    return framed(visit, "calendar.html", "calendar", programme, 422 if faults else 200, **{**here, **context})


def days_of(programme: Programme, year: int) -> list[DayLine]:
    """Return the days of a year, those of the same kind and name in a row as one line."""
    kinds = (("free", programme.calendar.free), ("quiet", programme.calendar.quiet))
    every = sorted((kind, name, day) for kind, days in kinds for day, name in days.items() if day.year == year)
    lines: list[DayLine] = []
    for kind, name, day in every:
        last = lines[-1] if lines else None
        if last and (last.kind, last.name) == (kind, name) and day - last.last == timedelta(days=1):
            lines[-1] = last._replace(last=day)
        else:
            lines.append(DayLine(day, day, kind, name))
    return sorted(lines)


def _fields(t: Labels, form: Posted | None, faults: Sequence[Fault]) -> list[Field]:
    asked = [
        ("day", t("Day"), "date", ()),
        ("kind", t("What it is"), "select", [(key, t(label)) for key, label in KINDS.items()]),
        ("name", t("Called"), "text", ()),
    ]
    made = []
    for name, label, kind, options in asked:
        wrong = next((f for f in faults if f.place == name), None)
        error = (t(WANTED["date"]) if wrong.code == "date" else fault_said(t, wrong)) if wrong else ""
        made.append(
            Field(name=name, label=label, kind=kind, options=options, value=form.text(name) if form else "", error=error)
        )
    return made
