"""What a programme says of itself: names, sender, languages, sending hours, targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from engine.errors import BadInput, Fault
from engine.programme import Programme, Target
from handslag.administration import programme_settings
from handslag.web.administered import administered, framed, office, tried
from handslag.web.fields import Field, fault_said
from handslag.web.labels import Labels
from handslag.web.said import SPOKEN
from handslag.web.visit import Form, Posted, Visit, Visiting, see_other

PLACE = "/administration/programme"
LABELS = {
    "name": "Name",
    "sender_name": "Sender's name",
    "sender": "Sender's address",
    "reply_to": "Replies go to",
    "opens": "Mails leave from",
    "closes": "Mails leave until",
}
TARGET = ("title", "count", "first", "last")
SAID = {
    "time": "Write a time such as 08:00.",
    "order": "Sending hours close after they open.",
    "address": "Write a mail address such as climate@city.example.org.",
    "target": "A target needs a title, a number above 0, and a last day not before its first.",
    "languages": "Choose at least one language.",
}
router = APIRouter()


@router.get(PLACE)
def show(visit: Visiting) -> HTMLResponse:
    """Show the settings. Raises: NotFound."""
    return _page(visit, administered(visit))


@router.post(PLACE)
def change(visit: Visiting, form: Form) -> Response:
    """Change them. Raises: NotFound."""
    programme = administered(visit)

    def write() -> Mapping[str, Any]:
        given = _given(form, programme)
        return visit.house.store.run(lambda tx: programme_settings.change(tx, office(visit, tx, programme), given))

    made, faults = tried(write)
    return _page(visit, programme, form, faults) if made is None else see_other(f"{PLACE}?programme={programme.key}&done=1")


def _given(form: Posted, programme: Programme) -> dict[str, Any]:
    """Read the form. Raises: BadInput with every fault, those of the whole too."""
    faults: list[Fault] = []
    given: dict[str, Any] = {name: form.text(name) for name in programme_settings.PLAIN}
    given["languages"] = _in_order(programme, form.all("languages"))
    for name in ("opens", "closes"):
        try:
            given[name] = time.fromisoformat(form.text(name))
        except ValueError:
            faults.append(Fault(place=name, code="time", sentence="write a time such as 08:00"))
    given["targets"] = tuple(_targets(form, programme, faults))
    if faults:
        standing = {**programme_settings.now_set(programme), **given}
        known = {fault.place for fault in faults}
        raise BadInput([*faults, *(f for f in programme_settings.faults_of(standing) if f.place not in known)])
    return given


def _in_order(programme: Programme, chosen: Sequence[str]) -> tuple[str, ...]:
    """Return the chosen languages, the first one of the programme still first."""
    kept = [language for language in programme.languages if language in chosen]
    return tuple(dict.fromkeys((*kept, *(language for language in SPOKEN if language in chosen))))


def _targets(form: Posted, programme: Programme, faults: list[Fault]) -> list[Target]:
    rows = list(zip(*(form.all(f"target.{name}") for name in TARGET), strict=False))
    rolls = {target.title: target.roll for target in programme.targets}
    found = []
    for no, row in enumerate(rows):
        title, count, first, last = (value.strip() for value in row)
        if not title:
            continue
        try:
            days = date.fromisoformat(first), date.fromisoformat(last)
            found.append(Target(title=title, count=int(count), first=days[0], last=days[1], roll=rolls.get(title, "")))
        except ValueError:
            faults.append(Fault(place=f"targets.{no}", code="target", sentence=f"target {title!r} is not complete"))
    return found


def _page(visit: Visit, programme: Programme, form: Posted | None = None, faults: Sequence[Fault] = ()) -> HTMLResponse:
    t = Labels(visit.language, programme.calendar.zone)
    languages = [(key, t(name)) for key, name in SPOKEN.items()]
    return framed(
        visit,
        "programme_settings.html",
        "programme",
        programme,
        422 if faults else 200,
        fields=_fields(t, programme, form, faults),
        languages=languages,
        spoken=form.all("languages") if form else programme.languages,
        language_error=next((_said(t, f) for f in faults if f.place == "languages"), ""),
        targets=_rows(programme, form),
        errors=[(f.place, f"{t(LABELS[f.place])}: {_said(t, f)}" if f.place in LABELS else _said(t, f)) for f in faults],
    )


def _fields(t: Labels, programme: Programme, form: Posted | None, faults: Sequence[Fault]) -> list[Field]:
    now = programme_settings.now_set(programme)
    made = []
    for name, label in LABELS.items():
        wrong = next((f for f in faults if f.place == name), None)
        stored = f"{now[name]:%H:%M}" if isinstance(now[name], time) else now[name]
        value = form.text(name) if form else stored
        made.append(Field(name=name, label=t(label), value=value, required=True, error=_said(t, wrong) if wrong else ""))
    return made


def _rows(programme: Programme, form: Posted | None) -> list[dict[str, str]]:
    empty = dict.fromkeys(TARGET, "")
    if form:
        typed = zip(*(form.all(f"target.{name}") for name in TARGET), strict=False)
        return [dict(zip(TARGET, row, strict=True)) for row in typed] or [empty]
    kept = [{name: str(getattr(target, name)) for name in TARGET} for target in programme.targets]
    return [*kept, empty]


def _said(t: Labels, fault: Fault) -> str:
    if fault.place.startswith("targets"):
        return t(SAID["target"])
    if fault.place in ("sender", "reply_to") and fault.code == "value":
        return t(SAID["address"])
    code = "languages" if fault.place == "languages" else fault.code
    return t(SAID[code]) if code in SAID else fault_said(t, fault)
