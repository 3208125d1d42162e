"""People of a programme behind the commands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.ports import Tx
from engine.programme import Absence, Person
from handslag.administration import absences, people
from handslag.administration.office import ADMINISTER
from handslag.cli.desk import Desk
from handslag.cli.people import office_in


def save_person(desk: Desk, programme: str, key: str, given: Mapping[str, Any], *, dry_run: bool) -> Person:
    """Add or change a person. Raises: NotFound, NotPermitted, BadInput with every fault."""

    def save(tx: Tx) -> Person:
        office = office_in(desk, tx, programme, ADMINISTER)
        return (people.checked if dry_run else people.save_person)(tx, office, key, given)

    return desk.read(save) if dry_run else desk.run(save)


def save_absence(
    desk: Desk, programme: str, key: str, days: tuple[date, date], deputy: str, *, dry_run: bool
) -> Absence:  # fmt: skip
    """Note an absence. Raises: NotFound, NotPermitted, BadInput with every fault."""

    def save(tx: Tx) -> Absence:
        office = office_in(desk, tx, programme, absences.NOTE_ABSENCE)
        if dry_run:
            return absences.checked(office, key, days, deputy)
        return absences.save_absence(tx, office, key, days, deputy)

    return desk.read(save) if dry_run else desk.run(save)


def end_absence(desk: Desk, programme: str, key: str, days: tuple[date, date]) -> Absence | None:
    """End an absence; returns what is left of it. Raises: NotFound, NotPermitted."""

    def end(tx: Tx) -> Absence | None:
        return absences.end_absence(tx, office_in(desk, tx, programme, absences.NOTE_ABSENCE), key, *days)

    return desk.run(end)
