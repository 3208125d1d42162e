"""Doing something to what is owed: submit, return with questions, accept, confirm, extend, cancel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from fastapi import APIRouter
from fastapi.responses import Response

from engine.acts import Fulfil
from engine.errors import Fault, NotFound
from handslag.web.case_view import CaseView
from handslag.web.fields import Field
from handslag.web.panel import Asking, panel, text_field
from handslag.web.visit import Form, Posted, Visiting

router = APIRouter()


class Kind(NamedTuple):
    """One thing to do. title, text: labels; place: of the text's fault; needed: whether the text is."""

    title: str
    text: str
    place: str = "reason"
    needed: bool = False


KINDS: Mapping[str, Kind] = {
    "submit": Kind("Note as submitted", "Note"),
    "return": Kind("Return with questions", "What has to be answered", "questions", True),
    "accept": Kind("Accept", "Note"),
    "confirm": Kind("Confirm as done", "Note"),
    "extend": Kind("Extend", "Reason, for history", "reason", True),
    "cancel": Kind("Cancel", "Reason, for history", "reason", True),
}


@router.get("/cases/{number}/deadlines/{no}/{what}")
def look_at(visit: Visiting, number: str, no: int, what: str) -> Response:
    """Show what the act would do. Raises: NotFound."""
    return panel(visit, number, lambda view: _asking(view, no, what))


@router.post("/cases/{number}/deadlines/{no}/{what}")
def act(visit: Visiting, number: str, no: int, what: str, form: Form) -> Response:
    """Do it, or show again what it would do."""
    return panel(visit, number, lambda view: _asking(view, no, what), form)


def _asking(view: CaseView, no: int, what: str) -> Asking:
    kind, deadline = KINDS.get(what), view.case.deadlines.get(no)
    if kind is None or deadline is None:
        raise NotFound(f"nothing is open under {no}", no=no)

    def fields(form: Posted | None, faults: Sequence[Fault]) -> tuple[Field, ...]:
        moved = [Fault(place="text", code=f.code, sentence=f.sentence) if f.place == kind.place else f for f in faults]
        return (text_field(view, "text", view.labels(kind.text), form, moved, required=kind.needed),)

    return Asking(
        title=f"{view.labels(kind.title)}: {view.owed(deadline)}",
        submit=view.labels(kind.title),
        fields=fields,
        make=lambda form: Fulfil(what=what, deadline=no, text=form.text("text") if form else ""),
        on_behalf=view.side(deadline.seat) == "company",
    )
