"""Who is away and who stands in: noted and ended; what it means for seats in open cases is said beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from engine.errors import BadInput, Fault
from engine.ports import Tx
from engine.programme import Absence, Programme
from handslag.administration import absences
from handslag.administration.absences import NOTE_ABSENCE
from handslag.web.administered import administered, framed, office, tried
from handslag.web.fields import WANTED, Field, fault_said
from handslag.web.labels import Labels
from handslag.web.visit import Form, Posted, Visit, Visiting, see_other
from storage.programme_reads import seats_held

PLACE = "/administration/absences"
SAID = {"unknown": "Name somebody else who works here and stands in.", "order": "The last day comes before the first."}
router = APIRouter()


class AbsenceLine(NamedTuple):
    """An absence on the page. now: whether it is under way; seats: in open cases."""

    person: str
    name: str
    deputy: str
    first: date
    last: date
    now: bool
    seats: int


@router.get(PLACE)
def show(visit: Visiting) -> HTMLResponse:
    """Show who is away now and later. Raises: NotFound."""
    return _page(visit, administered(visit, NOTE_ABSENCE))


@router.post(PLACE)
def add(visit: Visiting, form: Form) -> Response:
    """Note an absence. Raises: NotFound."""
    programme = administered(visit, NOTE_ABSENCE)

    def write() -> Absence:
        days, person = _days(form), form.text("person")
        if person not in programme.people:
            raise BadInput([Fault(place="person", code="missing", sentence="say who is away")])
        return visit.house.store.run(
            lambda tx: absences.save_absence(tx, office(visit, tx, programme, NOTE_ABSENCE), person, days, form.text("deputy"))
        )  # fmt: skip

    made, faults = tried(write)
    return _page(visit, programme, form, faults) if made is None else _done(programme)


@router.post(f"{PLACE}/end")
def end(visit: Visiting, form: Form) -> Response:
    """End an absence. Raises: NotFound."""
    programme = administered(visit, NOTE_ABSENCE)

    def write(tx: Tx) -> None:
        absences.end_absence(tx, office(visit, tx, programme, NOTE_ABSENCE), form.text("person"), *_days(form))

    visit.house.store.run(write)
    return _done(programme)


def _done(programme: Programme) -> Response:
    return see_other(f"{PLACE}?programme={programme.key}&done=1")


def _days(form: Posted) -> tuple[date, date]:
    """Read both days. Raises: BadInput with every fault."""
    faults, days = [], []
    for name in ("first", "last"):
        try:
            days.append(date.fromisoformat(form.text(name)))
        except ValueError:
            faults.append(Fault(place=name, code="date", sentence="write a day such as 2026-03-31"))
    if faults:
        raise BadInput(faults, what="the absence")
    return days[0], days[1]


def _page(visit: Visit, programme: Programme, form: Posted | None = None, faults: Sequence[Fault] = ()) -> HTMLResponse:
    t = Labels(visit.language, programme.calendar.zone)
    fields = _fields(t, visit, programme, form, faults)
    errors = [(f.place, f"{next((x.label for x in fields if x.name == f.place), '')}: {_said(t, f)}") for f in faults]
    lines = visit.house.store.read(lambda tx: _lines(tx, programme, programme.calendar.local_day(visit.now)))
    return framed(
        visit, "absences.html", "absences", programme, 422 if faults else 200, lines=lines, fields=fields, errors=errors
    )  # fmt: skip


def _lines(tx: Tx, programme: Programme, today: date) -> list[AbsenceLine]:
    found = [a for a in programme.absences if a.last >= today]
    held: dict[str, int] = {}
    for line in seats_held(tx, programme.key) if found else ():
        held[line.person] = held.get(line.person, 0) + line.cases
    names = {key: p.name for key, p in programme.people.items()}
    return [
        AbsenceLine(a.person, names.get(a.person, a.person), names.get(a.deputy, a.deputy), a.first, a.last,
                    a.first <= today, held.get(a.person, 0))
        for a in sorted(found, key=lambda a: (a.first, a.person))
    ]  # fmt: skip


def _fields(
    t: Labels, visit: Visit, programme: Programme, form: Posted | None, faults: Sequence[Fault]
) -> list[Field]:  # fmt: skip
    everybody = [(p.key, p.name) for p in programme.people.values() if p.active]
    asked = [
        ("person", t("Who is away"), "select", [("", "–"), *everybody], ""),
        ("deputy", t("Who stands in"), "select", [("", t("the person's own deputy")), *everybody], ""),
        ("first", t("First day"), "date", (), ""),
        ("last", t("Last day"), "date", (), ""),
    ]
    made = []
    for name, label, kind, options, hint in asked:
        wrong = next((f for f in faults if f.place == name), None)
        value = form.text(name) if form else visit.person if name == "person" else ""
        made.append(
            Field(name=name, label=label, kind=kind, value=value, options=options, hint=hint,
                  error=_said(t, wrong) if wrong else "", required=name != "deputy")
        )  # fmt: skip
    return made


def _said(t: Labels, fault: Fault) -> str:
    if fault.code == "date":
        return t(WANTED["date"])
    return t(SAID[fault.code]) if fault.code in SAID else fault_said(t, fault)
