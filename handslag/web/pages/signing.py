"""Noting a signature on the frozen document."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import Response

from engine.acts import Sign
from engine.errors import Fault, NotFound
from handslag.web.case_view import CaseView
from handslag.web.fields import Field
from handslag.web.panel import Asking, panel
from handslag.web.visit import Form, Posted, Visiting

METHODS = {"paper": "On paper", "electronic": "Electronically", "meeting": "At a meeting, in the minutes"}
router = APIRouter()


@router.get("/cases/{number}/sign/{seat}")
def look_at(visit: Visiting, number: str, seat: int) -> Response:
    """Show what noting the signature would do. Raises: NotFound."""
    return panel(visit, number, lambda view: _asking(view, seat))


@router.post("/cases/{number}/sign/{seat}")
def sign(visit: Visiting, number: str, seat: int, form: Form) -> Response:
    """Note the signature, or show what that would do."""
    return panel(visit, number, lambda view: _asking(view, seat), form)


def _asking(view: CaseView, no: int) -> Asking:
    seat = view.case.seats.get(no)
    if seat is None or seat.role not in view.version.signing_roles():
        raise NotFound(f"seat {no} does not sign", no=no)
    who = view.person(seat.person) if seat.person else view.contact(seat.contact)

    def fields(form: Posted | None, _faults: Sequence[Fault]) -> tuple[Field, ...]:
        options = tuple((key, view.labels(label)) for key, label in METHODS.items())
        value = form.text("method") if form else "paper"
        return (Field(name="method", label=view.labels("How it was signed"), kind="select", value=value, options=options),)

    return Asking(
        title=view.labels("Note the signature of {name}", name=who),
        submit=view.labels("Note the signature"),
        fields=fields,
        make=lambda form: Sign(seat=no, method=_method(form)),
        on_behalf=bool(seat.contact),
    )


def _method(form: Posted | None) -> str:
    chosen = form.text("method") if form else ""
    return chosen if chosen in METHODS else "paper"
