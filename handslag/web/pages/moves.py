"""Moves: everything that leads out of the phase, blocked ones too, and the panel before each."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from engine.acts import Advance, Correct
from engine.declared import Transition
from engine.errors import Fault, NotFound
from engine.moves import Offer
from engine.ports import Tx
from engine.use_cases import moves_of
from handslag.web.case_view import CaseView, view_of
from handslag.web.fields import Field, fact_fields
from handslag.web.moves_view import move_lines
from handslag.web.pages.case_frame import case_page
from handslag.web.panel import Asking, panel, text_field
from handslag.web.visit import Form, Posted, Visiting

router = APIRouter()


@router.get("/cases/{number}/moves")
def show(visit: Visiting, number: str) -> HTMLResponse:
    """Show every move. Raises: NotFound."""

    def read(tx: Tx) -> tuple[CaseView, tuple[Offer, ...]]:
        view = view_of(visit, tx, number)
        return view, moves_of(tx, number, view.call())

    view, offers = visit.house.store.read(read)
    return case_page(view, "moves.html", tab="moves", moves=move_lines(view, offers))


@router.get("/cases/{number}/moves/{key}")
def look_at(visit: Visiting, number: str, key: str) -> Response:
    """Show what a move would do. Raises: NotFound."""
    return panel(visit, number, lambda view: _asking(view, key))


@router.post("/cases/{number}/moves/{key}")
def make(visit: Visiting, number: str, key: str, form: Form) -> Response:
    """Make a move, or show again what it would do with the values typed."""
    return panel(visit, number, lambda view: _asking(view, key), form)


def _asking(view: CaseView, key: str) -> Asking:
    move = view.version.transitions.get(key)
    if move is None:
        raise NotFound(f"there is no move {key}", move=key)
    asked = list(dict.fromkeys((*move.requires, *move.asks)))

    def fields(form: Posted | None, faults: Sequence[Fault]) -> tuple[Field, ...]:
        values = form.starting("fact.") if form else view.case.facts
        facts = fact_fields(view, [view.version.facts[k] for k in asked], values, faults, required=move.requires)
        reason = text_field(view, "reason", view.labels("Reason, for history"), form, faults, required=move.reason_required)
        return (*facts, reason) if move.reason_required else facts

    return Asking(
        title=view.text(move.title),
        submit=view.labels("Make this move"),
        fields=fields,
        make=lambda form: _advance(move, form),
        transition=move,
    )


def _advance(move: Transition, form: Posted | None) -> Advance:
    facts = form.starting("fact.") if form else {}
    return Advance(transition=move.key, reason=form.text("reason") if form else "", facts=facts)


@router.get("/cases/{number}/correct")
def look_at_correction(visit: Visiting, number: str) -> Response:
    """Show the form of a correction."""
    return panel(visit, number, _correction)


@router.post("/cases/{number}/correct")
def correct(visit: Visiting, number: str, form: Form) -> Response:
    """Correct the phase, or show what that would do."""
    return panel(visit, number, _correction, form)


def _correction(view: CaseView) -> Asking:
    if not view.may("correct"):
        raise NotFound("there is no such page")
    options = [(key, view.phase(key)) for key in view.version.phases if key != view.case.phase]

    def fields(form: Posted | None, faults: Sequence[Fault]) -> tuple[Field, ...]:
        to = Field(name="to", label=view.labels("Phase it should stand in"), kind="select", required=True,
                   value=form.text("to") if form else "", options=(("", "–"), *options))  # fmt: skip
        reason = text_field(view, "reason", view.labels("Reason, for history"), form, faults, required=True)
        return to, reason

    return Asking(
        title=view.labels("Correct the phase"),
        lead=view.labels(
            "For a case that stands in a wrong phase. No condition is asked and no mail leaves; history keeps both."
        ),
        submit=view.labels("Correct the phase"),
        fields=fields,
        make=lambda form: Correct(phase=form.text("to") if form else "", reason=form.text("reason") if form else ""),
    )
