"""Who holds which seat of a case: putting somebody into a role, and taking a seat away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fastapi import APIRouter
from fastapi.responses import Response

from engine.acts import EndSeat, GiveSeat
from engine.case import Seat
from engine.errors import Fault, NotFound
from handslag.web.case_view import CaseView
from handslag.web.fields import Field, fault_said
from handslag.web.panel import Asking, panel, text_field
from handslag.web.visit import Form, Posted, Visiting

router = APIRouter()


@router.get("/cases/{number}/seats/new")
def look_at_giving(visit: Visiting, number: str) -> Response:
    """Show the form of a new seat; `?role=` and `?replaces=` fill it. Raises: NotFound."""
    return panel(visit, number, _giving)


@router.post("/cases/{number}/seats/new")
def give(visit: Visiting, number: str, form: Form) -> Response:
    """Put somebody into a role, or show what that would do."""
    return panel(visit, number, _giving, form)


@router.get("/cases/{number}/seats/{no}/end")
def look_at_ending(visit: Visiting, number: str, no: int) -> Response:
    """Show what taking a seat away would do. Raises: NotFound."""
    return panel(visit, number, lambda view: _ending(view, no))


@router.post("/cases/{number}/seats/{no}/end")
def end(visit: Visiting, number: str, no: int, form: Form) -> Response:
    """Take a seat away, or show what that would do."""
    return panel(visit, number, lambda view: _ending(view, no), form)


def _giving(view: CaseView) -> Asking:
    if not view.may("assign"):
        raise NotFound("there is no such page")

    def fields(form: Posted | None, faults: Sequence[Fault]) -> tuple[Field, ...]:
        return (
            _select(view, "role", view.labels("Role"), [(k, view.role(k)) for k in view.version.roles], form, faults),
            _select(view, "holder", view.labels("Who"), list(_holders(view)), form, faults),
            _select(view, "replaces", view.labels("Instead of"), list(_seated(view)), form, faults, needed=False),
            text_field(view, "authority", view.labels("What says that the person may sign"), form, faults),
        )

    return Asking(
        title=view.labels("Put somebody into a role"),
        lead=view.labels("What the former holder still owes passes on; nothing more is mailed to the former holder."),
        submit=view.labels("Put into this role"),
        fields=fields,
        make=lambda form: _seat(view, form),
    )


def _seat(view: CaseView, form: Posted | None) -> GiveSeat:
    kind, _, ref = _chosen(view, "holder", form).partition(":")
    replaces = _chosen(view, "replaces", form)
    return GiveSeat(
        role=_chosen(view, "role", form),
        person=ref if kind == "person" else "",
        contact=int(ref) if kind == "contact" and ref.isdigit() else 0,
        authority=form.text("authority") if form else "",
        replaces=int(replaces) if replaces.isascii() and replaces.isdigit() and len(replaces) < 12 else 0,
    )


def _chosen(view: CaseView, name: str, form: Posted | None) -> str:
    return form.text(name) if form else view.visit.request.query_params.get(name, "")


def _select(
    view: CaseView, name: str, label: str, options: Sequence[tuple[str, str]], form: Posted | None,
    faults: Sequence[Fault], *, needed: bool = True,
) -> Field:  # fmt: skip
    places = {"holder": ("holder", "person", "contact")}.get(name, (name,))
    wrong = next((f for f in faults if f.place in places), None)
    return Field(
        name=name,
        label=label,
        kind="select",
        value=_chosen(view, name, form),
        options=(("", "–"), *options),
        error=fault_said(view.labels, wrong, "choice") if wrong else "",
        required=needed,
    )


def _holders(view: CaseView) -> Iterator[tuple[str, str]]:
    """Yield who may be seated: the contacts of the parties that mail reaches, then the municipality's people."""
    there = {p.organisation for p in view.case.parties.values() if p.left_on is None}
    for contact in view.companies.contacts.values():
        if contact.organisation in there and contact.state == "active":
            yield f"contact:{contact.id}", view.contact(contact.id)
    for person in sorted(view.programme.people.values(), key=lambda p: p.name):
        if person.active:
            yield f"person:{person.key}", person.name


def _seated(view: CaseView) -> Iterator[tuple[str, str]]:
    for seat in view.case.seats.values():
        if seat.holds_on(view.today):
            yield str(seat.no), f"{view.role(seat.role)}: {held_by(view, seat)}"


def held_by(view: CaseView, seat: Seat) -> str:
    """Return who holds a seat, with the organisation of a contact."""
    return view.contact(seat.contact) if seat.contact else view.person(seat.person)


def _ending(view: CaseView, no: int) -> Asking:
    seat = view.case.seats.get(no)
    if seat is None or not seat.holds_on(view.today) or not view.may("assign"):
        raise NotFound(f"there is no seat {no}", no=no)

    def fields(form: Posted | None, faults: Sequence[Fault]) -> tuple[Field, ...]:
        return (text_field(view, "reason", view.labels("Reason, for history"), form, faults),)

    return Asking(
        title=view.labels("Take away the seat of {name} ({role})", name=held_by(view, seat), role=view.role(seat.role)),
        lead=view.labels("Tasks that it still has are withdrawn. To pass them on, put somebody else into the role instead."),
        submit=view.labels("Take the seat away"),
        fields=fields,
        make=lambda form: EndSeat(no=no, reason=form.text("reason") if form else ""),
    )
