"""Saved views in rows. Who may see and change which is asked before, in `engine.policy`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, func, insert, or_, select, update

from engine.errors import NotFound, Refused
from engine.ports import Tx
from storage.case_rows import PROGRAMMES, programme_id
from storage.columns import table_of
from storage.reads import line_of
from storage.view_tables import SavedViewRow

VIEWS = table_of(SavedViewRow)
MOST_VIEWS = 50
_FIELDS = ("id", "person", "name", "query", "shared")


class SavedView(NamedTuple):
    """A saved view. person: whose it is; query: the filters, as in the address of the board."""

    id: int
    person: str
    name: str
    query: str
    shared: bool
    programme: str


def views(tx: Tx, programme: str, person: str) -> Sequence[SavedView]:
    """Return a person's views of a programme and those that others share, by name."""
    mine = (PROGRAMMES.c["key"] == programme) & or_(VIEWS.c["person"] == person, VIEWS.c["shared"])
    statement = _views().where(mine).order_by(func.lower(VIEWS.c["name"]), VIEWS.c["id"])
    return [SavedView._make(row) for row in line_of(tx).core.execute(statement)]


def view(tx: Tx, number: int) -> SavedView:
    """Return a view. Raises: NotFound."""
    found = line_of(tx).core.execute(_views().where(VIEWS.c["id"] == number)).first()
    if found is None:
        raise NotFound(f"there is no view {number}", view=number)
    return SavedView._make(found)


def save(tx: Tx, programme: str, person: str, name: str, query: str, at: datetime, *, shared: bool) -> int:
    """Write a new view and return its id. Raises: Refused where the person has one of that name, or has too many."""
    line = line_of(tx)
    mine = (VIEWS.c["programme_id"] == programme_id(line, programme)) & (VIEWS.c["person"] == person)
    if line.core.execute(select(func.count()).where(mine)).scalar_one() >= MOST_VIEWS:
        raise Refused(f"you have {MOST_VIEWS} saved views already; delete one first", most=MOST_VIEWS)
    _refuse_name(tx, programme, person, name)
    row = {"programme_id": programme_id(line, programme), "person": person, "name": name, "query": query, "shared": shared}
    made = line.core.execute(insert(VIEWS).values(**row, created_at=at).returning(VIEWS.c["id"]))
    return int(made.scalar_one())


def rename(tx: Tx, known: SavedView, name: str) -> None:
    """Give a view another name. Raises: Refused where its owner has one of that name."""
    if name != known.name:
        _refuse_name(tx, known.programme, known.person, name)
        line_of(tx).core.execute(update(VIEWS).where(VIEWS.c["id"] == known.id).values(name=name))


def remove(tx: Tx, number: int) -> None:
    """Forget a view."""
    line_of(tx).core.execute(delete(VIEWS).where(VIEWS.c["id"] == number))


def _refuse_name(tx: Tx, programme: str, person: str, name: str) -> None:
    taken = _views().where(PROGRAMMES.c["key"] == programme, VIEWS.c["person"] == person, VIEWS.c["name"] == name)
    if line_of(tx).core.execute(taken).first() is not None:
        raise Refused(f"there is a view called {name!r} already", name=name)


def _views() -> Any:
    columns = [VIEWS.c[name] for name in _FIELDS]
    return select(*columns, PROGRAMMES.c["key"]).join_from(VIEWS, PROGRAMMES, PROGRAMMES.c["id"] == VIEWS.c["programme_id"])
