"""Programmes in rows: the declaration, calendar days, people with their roles, absences.

Every change of any of these counts the programme's `stamp` on, which is what makes the store's cache safe.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select, text, update

from engine.calendar import Calendar
from engine.errors import NotFound, Refused
from engine.programme import Absence, Person, Programme, ProgrammeFile, Target
from storage.case_rows import PROGRAMMES, programme_id
from storage.columns import table_of
from storage.mapping import at, at_keys
from storage.programme_tables import AbsenceRow, CalendarDayRow, PersonRow, RoleRow
from storage.statements import Line, Prepared

DAYS = table_of(CalendarDayRow)
PEOPLE = table_of(PersonRow)
ROLES = table_of(RoleRow)
ABSENCES = table_of(AbsenceRow)
KINDS = ("free", "quiet")
_ACCOUNT = ("name", "email", "language")
_PART = ("roles", "function", "department", "deputy", "active")
_STAMP = Prepared(
    select(PROGRAMMES.c["id"], PROGRAMMES.c["stamp"]).where(at("key", PROGRAMMES.c["key"])),
    returns=[PROGRAMMES.c["id"], PROGRAMMES.c["stamp"]],
)


def stamp(line: Line, key: str) -> tuple[int, int]:
    """Return id and stamp of a programme. Raises: NotFound."""
    found = _STAMP.first(line, at_keys(key=key))
    if found is None:
        raise NotFound(f"there is no programme {key}", programme=key)
    return found[0], found[1]


def load(line: Line, programme: int) -> Programme:
    """Return a programme with its calendar, people and absences."""
    row = line.core.execute(select(PROGRAMMES).where(PROGRAMMES.c["id"] == programme)).mappings().one()
    plain = {name: row[name] for name in ("key", "code", "name", "names", "languages", "sender", "sender_name", "id")}
    return Programme(
        **plain,
        reply_to=row["reply_to"],
        calendar=_calendar(line, row),
        people={person.key: person for person in _people(line, programme)},
        absences=_absences(line, programme),
        events={name: tuple(map(date.fromisoformat, days)) for name, days in row["events"].items()},
        targets=tuple(_target(kept) for kept in row["targets"]),
    )


def add(line: Line, file: ProgrammeFile) -> int:
    """Write a programme with its calendar days and people; return its id. Raises: Refused where key or code exist."""
    for column, said in (("key", file.key), ("code", file.code)):
        if line.core.execute(select(PROGRAMMES.c["id"]).where(PROGRAMMES.c[column] == said)).first():
            raise Refused(f"a programme with {column} {said!r} exists already", programme=file.key, **{column: said})
    made = line.core.execute(insert(PROGRAMMES).values(_declared(file)).returning(PROGRAMMES.c["id"])).scalar_one()
    days = [{"programme_id": made, "day": day, "kind": kind, "name": name} for day, kind, name in file.calendar_days]
    if days:
        line.core.execute(insert(DAYS), days)
    for person in file.people:
        save_person(line, file.key, person)
    return int(made)


def save_person(line: Line, programme: str, person: Person) -> None:
    """Write or change an account and its part in the programme."""
    part = programme_id(line, programme)
    account = {name: getattr(person, name) for name in _ACCOUNT}
    found = line.core.execute(select(PEOPLE.c["id"]).where(PEOPLE.c["key"] == person.key)).scalar()
    if found is None:
        new = insert(PEOPLE).values(key=person.key, **account).returning(PEOPLE.c["id"])
        found = line.core.execute(new).scalar_one()
    else:
        line.core.execute(update(PEOPLE).where(PEOPLE.c["id"] == found).values(account))
    values = {name: getattr(person, name) for name in _PART}
    mine = (ROLES.c["programme_id"] == part) & (ROLES.c["person_id"] == found)
    if line.core.execute(update(ROLES).where(mine).values(values)).rowcount == 0:
        line.core.execute(insert(ROLES).values(programme_id=part, person_id=found, **values))
    # An account is shared: its name and address stand in every programme in which the person has a part.
    shared = select(ROLES.c["programme_id"]).where(ROLES.c["person_id"] == found)
    line.core.execute(update(PROGRAMMES).where(PROGRAMMES.c["id"].in_(shared)).values(stamp=PROGRAMMES.c["stamp"] + 1))


def save_absence(line: Line, programme: str, absence: Absence) -> None:
    """Write an absence; writing the same span again changes its deputy."""
    part = programme_id(line, programme)
    same = (ABSENCES.c["programme_id"] == part) & (ABSENCES.c["person"] == absence.person)
    same &= (ABSENCES.c["first"] == absence.first) & (ABSENCES.c["last"] == absence.last)
    if line.core.execute(update(ABSENCES).where(same).values(deputy=absence.deputy)).rowcount == 0:
        row = {"person": absence.person, "first": absence.first, "last": absence.last, "deputy": absence.deputy}
        line.core.execute(insert(ABSENCES).values(programme_id=part, **row))
    _count_on(line, part)


def end_absence(line: Line, programme: str, absence: Absence, last: date) -> None:
    """Let an absence end earlier; one whose last day would come before its first goes away."""
    part = programme_id(line, programme)
    same = (ABSENCES.c["programme_id"] == part) & (ABSENCES.c["person"] == absence.person)
    same &= (ABSENCES.c["first"] == absence.first) & (ABSENCES.c["last"] == absence.last)
    line.core.execute(update(ABSENCES).where(same).values(last=last) if last >= absence.first else delete(ABSENCES).where(same))
    _count_on(line, part)


def save_settings(line: Line, programme: str, values: Mapping[str, Any]) -> None:
    """Write columns of a programme's own row: names, sender, languages, hours, targets (as `Target`)."""
    part = programme_id(line, programme)
    kept = {**values, "targets": _kept(values["targets"])} if "targets" in values else dict(values)
    line.core.execute(update(PROGRAMMES).where(PROGRAMMES.c["id"] == part).values(kept))
    _count_on(line, part)


def save_calendar_day(line: Line, programme: str, day: date, kind: str, name: str) -> None:
    """Write a free or quiet day; an empty kind makes the day an ordinary one. Raises: Refused for another kind."""
    if kind and kind not in KINDS:
        raise Refused(f"a calendar day is {' or '.join(KINDS)}, not {kind!r}", kind=kind)
    part = programme_id(line, programme)
    there = (DAYS.c["programme_id"] == part) & (DAYS.c["day"] == day)
    line.core.execute(delete(DAYS).where(there & (DAYS.c["kind"] == kind) if kind else there))
    if kind:
        line.core.execute(insert(DAYS).values(programme_id=part, day=day, kind=kind, name=name))
    _count_on(line, part)


def _count_on(line: Line, programme: int) -> None:
    on = update(PROGRAMMES).where(PROGRAMMES.c["id"] == programme).values(stamp=PROGRAMMES.c["stamp"] + 1)
    line.core.execute(on)


def _declared(file: ProgrammeFile) -> dict[str, Any]:
    plain = ("key", "code", "name", "zone", "languages", "sender", "sender_name", "reply_to", "opens", "closes")
    return {
        **{name: getattr(file, name) for name in plain},
        "names": dict(file.names),
        "country": file.country,
        "extra": dict(file.extra),
        "events": {name: [day.isoformat() for day in days] for name, days in file.events.items()},
        "targets": _kept(file.targets),
        "stamp": 1,
    }


def _calendar(line: Line, row: Mapping[Any, Any]) -> Calendar:
    kinds: dict[str, dict[date, str]] = {kind: {} for kind in KINDS}
    found = select(DAYS.c["kind"], DAYS.c["day"], DAYS.c["name"]).where(DAYS.c["programme_id"] == row["id"])
    for kind, day, name in line.core.execute(found.order_by(DAYS.c["day"])):
        kinds[kind][day] = name
    return Calendar(zone=row["zone"], free=kinds["free"], quiet=kinds["quiet"], opens=row["opens"], closes=row["closes"])


def _people(line: Line, programme: int) -> Sequence[Person]:
    names = ("key", *_ACCOUNT)
    columns = [*(PEOPLE.c[name] for name in names), *(ROLES.c[name] for name in _PART)]
    statement = (
        select(*columns)
        .join_from(ROLES, PEOPLE, PEOPLE.c["id"] == ROLES.c["person_id"])
        .where(ROLES.c["programme_id"] == programme)
        .order_by(ROLES.c["id"])
    )
    return [Person(**dict(zip((*names, *_PART), row, strict=True))) for row in line.core.execute(statement)]


def _absences(line: Line, programme: int) -> tuple[Absence, ...]:
    columns = [ABSENCES.c[name] for name in ("person", "first", "last", "deputy")]
    statement = select(*columns).where(ABSENCES.c["programme_id"] == programme).order_by(text("first, id"))
    return tuple(Absence(**row._mapping) for row in line.core.execute(statement))


def _kept(targets: Sequence[Target]) -> list[dict[str, Any]]:
    return [
        {"title": t.title, "count": t.count, "first": t.first.isoformat(), "last": t.last.isoformat(), "roll": t.roll}
        for t in targets
    ]


def _target(kept: Mapping[str, Any]) -> Target:
    days = {name: date.fromisoformat(kept[name]) for name in ("first", "last")}
    return Target(title=kept["title"], count=kept["count"], roll=kept["roll"], **days)
