"""Saved views of the board: a name for what is chosen there, one's own or for everybody in the programme."""

from __future__ import annotations

from urllib.parse import parse_qsl

from fastapi import APIRouter
from fastapi.responses import Response

from engine.errors import NotFound, NotPermitted, Refused
from engine.policy import may_change_view
from engine.ports import Tx
from handslag.web.board_view import FILTERS, Chosen
from handslag.web.visit import Form, Visit, Visiting, see_other
from storage import view_rows
from storage.view_rows import SavedView

LONGEST_NAME = 60
LONGEST_QUERY = 1000
router = APIRouter()


@router.post("/board/views")
def save(visit: Visiting, form: Form) -> Response:
    """Save what the board shows now under a name. Raises: NotFound for a programme that is not the person's."""
    programme = visit.programme
    given = dict(parse_qsl(form.text("query")[:LONGEST_QUERY]))
    query = Chosen(programme=programme.key, filters={key: value for key, value in given.items() if key in FILTERS}).base
    name = " ".join(form.text("name").split())[:LONGEST_NAME]
    if not name:
        return see_other(f"/board?{query}&fault=name#views")
    shared = form.has("shared")
    try:
        visit.house.store.run(lambda tx: view_rows.save(tx, programme.key, visit.person, name, query, visit.now, shared=shared))
    except Refused as error:
        return see_other(f"/board?{query}&fault={'many' if 'most' in error.values else 'taken'}#views")
    return see_other(f"/board?{query}")


@router.post("/board/views/{no}")
def rename(visit: Visiting, no: int, form: Form) -> Response:
    """Give a view another name. Raises: NotFound, NotPermitted where it is somebody else's."""
    name = " ".join(form.text("name").split())[:LONGEST_NAME]

    def write(tx: Tx) -> SavedView:
        known = _to_change(visit, tx, no)
        if name:
            view_rows.rename(tx, known, name)
        return known

    try:
        known = visit.house.store.run(write)
    except NotPermitted:
        raise
    except Refused:  # the name is taken
        query = visit.house.store.read(lambda tx: view_rows.view(tx, no)).query
        return see_other(f"/board?{query}&fault=taken#views")
    return see_other(f"/board?{known.query}{'' if name else '&fault=name'}#views")


@router.post("/board/views/{no}/delete")
def remove(visit: Visiting, no: int) -> Response:
    """Forget a view; the cases stay. Raises: NotFound, NotPermitted where it is somebody else's."""

    def write(tx: Tx) -> SavedView:
        known = _to_change(visit, tx, no)
        view_rows.remove(tx, no)
        return known

    known = visit.house.store.run(write)
    return see_other(f"/board?{known.query}#views")


def _to_change(visit: Visit, tx: Tx, no: int) -> SavedView:
    """Return a view that the visitor may change. Raises: NotFound where it does not see it, NotPermitted."""
    known = view_rows.view(tx, no)
    programme = visit.programmes.get(known.programme)
    seen = programme is not None and visit.sees(programme) and (known.shared or known.person == visit.person)
    if programme is None or not seen:
        raise NotFound(f"there is no view {no}", view=no)
    if not may_change_view(programme.people[visit.person], known.person):
        raise NotPermitted(f"the view {known.name!r} is {known.person}'s; who may: its owner, or a manager", roles=["manager"])
    return known
