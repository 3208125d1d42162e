"""Reads a programme file into the engine's `ProgrammeFile`, or says everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, time

from engine.errors import BadInput, Fault
from engine.programme import Person, ProgrammeFile, Target
from workflows.calendars import QuietWindow, calendar_days
from workflows.model_programme import PersonShape, ProgrammeShape, TargetShape
from workflows.programme_checks import programme_findings
from workflows.shape_faults import shaped
from workflows.yaml_text import parse


def read_programme(text: str, place: str, first_year: int, roles: Collection[str] = ()) -> ProgrammeFile:
    """Return what a programme file declares, its calendar worked out from `first_year` on.

    roles: those that people may hold, empty to let any name pass. Raises: BadInput with every fault.
    """
    parsed = parse(text, place)
    faults = list(parsed.faults)
    file: ProgrammeShape | None = None
    if not parsed.broken:
        file, shape_faults = shaped(parsed, ProgrammeShape)
        faults += shape_faults
    if file is not None:
        faults += [
            Fault(place=parsed.place(f.path, at_key=f.at_key), code=f.code, sentence=f.sentence)
            for f in programme_findings(file, roles)
        ]
    if file is None or faults:
        raise BadInput(faults, what=f"programme {place}")
    return _programme(file, first_year)


def _programme(file: ProgrammeShape, first_year: int) -> ProgrammeFile:
    years = range(first_year, first_year + file.calendar.years)
    return ProgrammeFile(
        key=file.programme,
        code=file.code,
        name=_one(file.name, file.languages[0]),
        names=_all(file.name, file.languages),
        zone=file.zone,
        languages=tuple(file.languages),
        sender=file.sender,
        sender_name=_one(file.sender_name, file.languages[0]),
        reply_to=file.reply_to,
        opens=time.fromisoformat(file.sending_hours.opens),
        closes=time.fromisoformat(file.sending_hours.closes),
        calendar_days=calendar_days(file.country, years, file.calendar.include, file.calendar.exclude, _windows(file)),
        people=tuple(_person(key, shape) for key, shape in file.people.items()),
        events={name: tuple(sorted(map(date.fromisoformat, days))) for name, days in file.events.items()},
        targets=tuple(_target(shape) for shape in file.targets),
        country=file.country,
    )


def _one(texts: Mapping[str, str] | str, language: str) -> str:
    return texts if isinstance(texts, str) else texts[language]


def _all(texts: Mapping[str, str] | str, languages: Collection[str]) -> dict[str, str]:
    return dict.fromkeys(languages, texts) if isinstance(texts, str) else dict(texts)


def _windows(file: ProgrammeShape) -> list[QuietWindow]:
    return [
        QuietWindow(name=w.name, weeks=(w.weeks[0], w.weeks[1]) if w.weeks else None, first=w.from_, last=w.to)
        for w in file.quiet_windows
    ]


def _target(shape: TargetShape) -> Target:
    return Target(
        title=shape.title,
        count=shape.count,
        first=date.fromisoformat(shape.first),
        last=date.fromisoformat(shape.last),
        roll="" if shape.roll == "none" else shape.roll,
    )


def _person(key: str, shape: PersonShape) -> Person:
    return Person(
        key=key,
        name=shape.name,
        email=shape.email,
        language=shape.language,
        roles=tuple(shape.roles),
        function=shape.function,
        department=shape.department,
        deputy=shape.deputy,
    )
