"""Who takes part in a case: seats, parties, signatures."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import Field

from engine.acts import EndSeat, GiveSeat, JoinParty, LeaveParty, PartyGiven, Sign
from engine.ports import Tx
from handslag import lookup
from handslag.web.api.changing import Making
from handslag.web.api.outcomes import Done
from handslag.web.api.shapes import MOST_NO, CaseNumber, Changing, Key, Name, Number, RowNumber, Text
from handslag.web.case_view import CaseView

router = APIRouter(tags=["who takes part"])


class SeatGiven(Changing):
    """Somebody for a role: a person of the municipality, or a contact of a party."""

    role: Key = Field(examples=["coordinator"])
    person: Key = Field("", description="Key of a person.", examples=["anne"])
    contact: int = Field(0, description="Id of a contact.", ge=0, le=MOST_NO)
    replaces: int = Field(0, description="Seat that ends with it, where several hold.", ge=0, le=MOST_NO)
    authority: Name = Field("", description="Document or note that says the holder may sign.")


class Ending(Changing):
    """Why it ends."""

    reason: Text = ""


class PartyJoins(Changing):
    """An organisation that takes part."""

    organisation: Number = Field(description="Id of the organisation.")
    kind: Literal["company", "co_signatory", "support_member", "intermediary", "municipality"] = "company"
    contacts: dict[Key, Number] = Field({}, description="Contact ids by role.")


class Signing(Changing):
    """How somebody signed."""

    method: Literal["paper", "electronic", "meeting"] = "paper"
    document_hash: str = Field("", description="Of the document signed; else the frozen one.", pattern=r"^([0-9a-f]{64})?$")


@router.post("/cases/{number}/seats", response_model=Done)
def give_seat(change: Making, number: CaseNumber, given: SeatGiven) -> Response:
    """Put somebody into a role; what the former holder still owed passes on."""
    act = GiveSeat(
        role=given.role, person=given.person, contact=given.contact, authority=given.authority, replaces=given.replaces
    )  # fmt: skip
    return change.to_case(number, act, given)


@router.post("/cases/{number}/seats/{no}/end", response_model=Done)
def end_seat(change: Making, number: CaseNumber, no: RowNumber, given: Ending) -> Response:
    """Take a seat away; tasks it still had are withdrawn."""
    return change.to_case(number, EndSeat(no=no, reason=given.reason), given)


@router.post("/cases/{number}/seats/{no}/sign", response_model=Done)
def sign(change: Making, number: CaseNumber, no: RowNumber, given: Signing) -> Response:
    """Note the signature of a seat on the frozen document; the last one may put the agreement into force."""
    act = Sign(seat=no, method=given.method, document_hash=given.document_hash)
    return change.to_case(number, act, given)


@router.post("/cases/{number}/parties", response_model=Done)
def join(change: Making, number: CaseNumber, given: PartyJoins) -> Response:
    """Let a further organisation take part, with its contacts in their roles."""

    def act(view: CaseView, tx: Tx) -> JoinParty:
        found = lookup.organisation(tx, view.programme.key, str(given.organisation))
        return JoinParty(party=PartyGiven(organisation=found.id, kind=given.kind, contacts=given.contacts))

    return change.to_case(number, act, given)


@router.post("/cases/{number}/parties/{no}/leave", response_model=Done)
def leave(change: Making, number: CaseNumber, no: RowNumber, given: Ending) -> Response:
    """End an organisation's part; its seats end with it."""
    return change.to_case(number, LeaveParty(no=no, reason=given.reason), given)
