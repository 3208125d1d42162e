"""The log of a programme: who changed people, calendar, settings or sending, and when. Only ever added to.

Called within `store.run` or `store.read`. Names of actors are looked up when it is read, so that only keys are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, insert, select

from engine.actor import Actor
from engine.ports import Tx
from storage.case_rows import PROGRAMMES, programme_id
from storage.columns import table_of
from storage.programme_rows import PEOPLE
from storage.programme_tables import ProgrammeEntryRow
from storage.reads import PAGE, line_of

ENTRIES = table_of(ProgrammeEntryRow)


class LogLine(NamedTuple):
    """An entry. actor_name: the key where nobody has it any more; subject_name: empty where the subject is no person."""

    id: int
    programme: str | None
    recorded_at: datetime
    actor: str
    actor_name: str
    surface: str
    account: str
    kind: str
    subject: str
    subject_name: str
    changes: Mapping[str, Any]


def note(
    tx: Tx, actor: Actor, at: datetime, kind: str, subject: str, changes: Mapping[str, Any], *, programme: str = ""
) -> None:
    """Add an entry. programme: key, empty for the whole installation; changes: field -> (old, new)."""
    line = line_of(tx)
    row = {"recorded_at": at, "actor": actor.key, "surface": actor.surface, "account": actor.account, "kind": kind}
    place = programme_id(line, programme) if programme else None
    line.core.execute(insert(ENTRIES).values(**row, programme_id=place, subject=subject, changes=dict(changes)))


def entries(tx: Tx, programme: str, *, subject: str = "", before: int = 0, limit: int = PAGE) -> Sequence[LogLine]:
    """Return the entries of a programme and of the installation, newest first. before: id of the last one seen."""
    actor, about = PEOPLE.alias("actor"), PEOPLE.alias("about")
    named = {"actor_name": func.coalesce(actor.c["name"], ENTRIES.c["actor"]), "programme": PROGRAMMES.c["key"],
             "subject_name": func.coalesce(about.c["name"], "")}  # fmt: skip
    columns = [named[name] if name in named else ENTRIES.c[name] for name in LogLine._fields]
    statement = (
        select(*columns)
        .join_from(ENTRIES, PROGRAMMES, PROGRAMMES.c["id"] == ENTRIES.c["programme_id"], isouter=True)
        .join(actor, actor.c["key"] == ENTRIES.c["actor"], isouter=True)
        .join(about, about.c["key"] == ENTRIES.c["subject"], isouter=True)
        .where((PROGRAMMES.c["key"] == programme) | ENTRIES.c["programme_id"].is_(None))
        .order_by(ENTRIES.c["id"].desc())
        .limit(limit)
    )
    if subject:
        statement = statement.where(ENTRIES.c["subject"] == subject)
    if before:
        statement = statement.where(ENTRIES.c["id"] < before)
    return [LogLine._make(row) for row in line_of(tx).core.execute(statement)]
