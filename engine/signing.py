"""Signatures: each refers to one seat and to the frozen document, and is a record like any other."""

from __future__ import annotations

from engine.acts import AddRecord, Sign
from engine.case import Seat
from engine.casework import put_record
from engine.deadlines import close
from engine.draft import Decision, Draft
from engine.errors import NotFound, Refused
from engine.moves import check_order
from engine.policy import require
from engine.seats import active_seats
from engine.settle import settle


def sign(draft: Draft, act: Sign) -> Decision:
    """Note a signature on the frozen document and end the seat's open signing task.

    Raises: Refused where nothing is frozen, another document was signed, or the seat has signed or ended.
    """
    require(draft.call.actor, "sign")
    check_order(draft)
    seat = _signing_seat(draft, act)
    values = {
        "seat": seat.key,
        "document_hash": act.document_hash or str(draft.case.facts["frozen_hash"]),
        "method": act.method,
        "signed_on": draft.day.isoformat(),
    }
    put_record(draft, AddRecord(list="signatures", values=values))
    for deadline in draft.case.open_deadlines():
        signing = deadline.kind == "task" and draft.version.tasks[deadline.rule].closes_by == "sign"
        if signing and deadline.seat == seat.key:
            close(draft, deadline, "met", "fulfilled")
    settle(draft)
    return draft.finish("signed", cause=seat.key)


def _signing_seat(draft: Draft, act: Sign) -> Seat:
    frozen = draft.case.facts.get("frozen_hash")
    seat = draft.case.seats.get(act.seat)
    if seat is None or seat.ended_on is not None or seat.role not in draft.version.signing_roles():
        known = ", ".join(
            f"{s.no} ({s.role})" for role in draft.version.signing_roles() for s in active_seats(draft.case, role, draft.today)
        )
        raise NotFound(
            f"case {draft.case.number}: seat {act.seat} does not sign; seats that do: {known or 'none'}", no=act.seat
        )
    if not frozen:
        raise Refused(f"case {draft.case.number}: no document is frozen for signing yet", code="nothing_frozen")
    if act.document_hash and act.document_hash != frozen:
        signed = f"the document signed ({act.document_hash[:12]}…) is not the frozen one ({str(frozen)[:12]}…)"
        raise Refused(signed, code="other_document")
    if any(
        r.values.get("seat") == seat.key and r.values.get("document_hash") == frozen
        for r in draft.case.records_of("signatures")
    ):
        raise Refused(f"seat {seat.no} ({seat.role}) has signed already", code="signed_already")
    return seat
