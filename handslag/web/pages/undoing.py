"""Undoing a move within its hold time, from the bar on the case."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from fastapi import APIRouter
from fastapi.responses import Response

from engine.acts import Undo
from engine.ports import Tx
from engine.undo_offer import undo_offer
from handslag.web.case_view import CaseView
from handslag.web.doing import do
from handslag.web.visit import Form, Visiting, see_other

router = APIRouter()


class UndoBar(NamedTuple):
    """What the bar says. mails: how many wait; first_at: when the first of them leaves, None for none."""

    entry: int
    phase: str
    until: datetime
    mails: int
    first_at: datetime | None


def undo_bar(tx: Tx, view: CaseView) -> UndoBar | None:
    """Return the bar of a case whose last move the reader may undo now, None for no bar."""
    offer = undo_offer(tx, view.visit.house.tools, view.case, view.call())
    if offer is None:
        return None
    leaving = [message.not_before for message in offer.messages]
    return UndoBar(
        entry=offer.entry,
        phase=view.phase(view.case.phase),
        until=offer.until,
        mails=len(leaving),
        first_at=min(leaving, default=None),
    )


@router.post("/cases/{number}/undo")
def undo(visit: Visiting, number: str, form: Form) -> Response:
    """Undo a move. Raises: NotFound, NotPermitted, and the refusals of an undo."""
    do(visit, number, Undo(entry=form.number("entry"), reason=form.text("reason")))
    return see_other(f"/cases/{number}?undone=1")
