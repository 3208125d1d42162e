"""Which organisations take part in a case: one leaving it, with all its seats."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import Response

from engine.acts import LeaveParty
from engine.errors import Fault, NotFound
from handslag.web.case_view import CaseView
from handslag.web.fields import Field
from handslag.web.panel import Asking, panel, text_field
from handslag.web.visit import Form, Posted, Visiting

router = APIRouter()


@router.get("/cases/{number}/parties/{no}/leave")
def look_at_leaving(visit: Visiting, number: str, no: int) -> Response:
    """Show what it would do if an organisation left. Raises: NotFound."""
    return panel(visit, number, lambda view: _leaving(view, no))


@router.post("/cases/{number}/parties/{no}/leave")
def leave(visit: Visiting, number: str, no: int, form: Form) -> Response:
    """Let an organisation leave, or show what that would do."""
    return panel(visit, number, lambda view: _leaving(view, no), form)


def _leaving(view: CaseView, no: int) -> Asking:
    party = view.case.parties.get(no)
    if party is None or party.left_on is not None or not view.may("party"):
        raise NotFound(f"there is no party {no}", no=no)

    def fields(form: Posted | None, faults: Sequence[Fault]) -> tuple[Field, ...]:
        return (text_field(view, "reason", view.labels("Reason, for history"), form, faults),)

    return Asking(
        title=view.labels("{name} leaves the case", name=view.organisation(party.organisation)),
        lead=view.labels("Its seats end with it. What it has promised and signed so far stays in history."),
        submit=view.labels("Note that it left"),
        fields=fields,
        make=lambda form: LeaveParty(no=no, reason=form.text("reason") if form else ""),
    )
