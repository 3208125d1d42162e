"""Moves: every one out of the phase with what stands in its way; making one, correcting, pausing."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import Field

from engine.acts import Advance, Correct, Undo
from engine.moves import Offer
from engine.ports import Tx
from engine.use_cases import moves_of
from handslag.lookup import pausing
from handslag.web.api.caller import Caller
from handslag.web.api.changing import Making
from handslag.web.api.outcomes import Done
from handslag.web.api.problems import Unmet, unmet
from handslag.web.api.shapes import CaseNumber, Changing, Facts, Key, Page, Sending, Shown, Text
from handslag.web.case_view import CaseView, view_of
from handslag.web.moves_view import condition

router = APIRouter(tags=["moves"])


class MoveShown(Shown):
    """A move out of the phase. A blocked one says what is missing and who can change it."""

    key: str = Field(examples=["screen"])
    code: str
    title: str
    target: str
    target_title: str
    by: list[str] = Field(description="Roles that may make it.")
    permitted: bool = Field(description="Whether the person holds one of them.")
    possible: bool = Field(description="Whether it can be made now.")
    requires: list[str] = Field(description="Facts it needs.")
    asks: list[str] = Field(description="Facts that may be given with it.")
    reason_required: bool
    unmet: list[Unmet]


class Moving(Sending):
    """What is given with a move."""

    facts: Facts = Field({})
    reason: Text = Field("", description="Why, for history.")


class Correcting(Sending):
    """The phase in which a case should stand."""

    phase: Key = Field(examples=["screening"])
    reason: Text
    mails: bool = Field(False, description="Send the mails of the move into that phase.")


class Undoing(Changing):
    """Which move to take back."""

    entry: int = Field(ge=1, description="Number of the move's entry, as the answer to the move gives it.")
    reason: Text = Field("", description="Why, for history.")


class Pausing(Moving):
    """What is given with a pause or its end."""

    move: Key = Field("", description="Which move, where the phase has several of the kind.")


@router.get("/cases/{number}/moves")
def list_moves(visit: Caller, number: CaseNumber) -> Page[MoveShown]:
    """List every move out of the phase, blocked ones too."""

    def read(tx: Tx) -> tuple[CaseView, tuple[Offer, ...]]:
        view = view_of(visit, tx, number)
        return view, moves_of(tx, number, view.call())

    view, offers = visit.house.store.read(read)
    return Page(items=[_move(view, offer) for offer in offers], next=None)


def _move(view: CaseView, offer: Offer) -> MoveShown:
    move = offer.transition
    pairs = zip(move.guards, offer.answers, strict=True)
    blocks = [unmet(a.name, a.code, a.values or {}, condition(view, g, a)) for g, a in pairs if not a.yes]
    return MoveShown(
        key=move.key,
        code=move.code,
        title=view.text(move.title),
        target=move.target,
        target_title=view.phase(move.target),
        by=list(move.by),
        permitted=offer.permitted,
        possible=offer.is_open,
        requires=list(move.requires),
        asks=list(move.asks),
        reason_required=move.reason_required,
        unmet=blocks,
    )


@router.post("/cases/{number}/moves/{key}", response_model=Done)
def make_move(change: Making, number: CaseNumber, key: Key, given: Moving) -> Response:
    """Make a move. Look first with `?dry_run=true`, then hand its digest back as `?confirm=`."""
    act = Advance(transition=key, reason=given.reason, facts=dict(given.facts))
    return change.to_case(number, act, given)


@router.post("/cases/{number}/correct", response_model=Done)
def correct(change: Making, number: CaseNumber, given: Correcting) -> Response:
    """Put a case into another phase because it stands in a wrong one: for a manager, without guards."""
    act = Correct(phase=given.phase, reason=given.reason, mails=given.mails)
    return change.to_case(number, act, given)


@router.post("/cases/{number}/undo", response_model=Done)
def undo(change: Making, number: CaseNumber, given: Undoing) -> Response:
    """Take a move back within its hold time: no mail of it leaves, and every date is what it was."""
    return change.to_case(number, Undo(entry=given.entry, reason=given.reason), given)


@router.post("/cases/{number}/waits/{what}", response_model=Done)
def wait(change: Making, number: CaseNumber, what: Literal["pause", "resume"], given: Pausing) -> Response:
    """Pause a case or take it up again, with the move that its workflow declares for it."""

    def act(view: CaseView, _tx: Tx) -> Advance:
        move = pausing(view.version, view.case, what, given.move)
        return Advance(transition=move.key, reason=given.reason, facts=dict(given.facts))

    return change.to_case(number, act, given)
