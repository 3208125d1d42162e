"""Which organisations take part in a case: a further one joining it, one leaving it with all its seats."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import Response

from engine.acts import JoinParty, LeaveParty, PartyGiven
from engine.errors import BadInput, Fault, NotFound
from engine.programme import Contact, Organisation
from handslag import lookup
from handslag.web.case_view import CaseView
from handslag.web.fields import Field, fault_said
from handslag.web.panel import Asking, panel, text_field
from handslag.web.said import PARTS
from handslag.web.visit import Form, Posted, Visiting
from storage.programme_reads import contacts

CONTACT = "company_contact"
router = APIRouter()


@router.get("/cases/{number}/parties/new")
def look_at_joining(visit: Visiting, number: str) -> Response:
    """Show the form of a further organisation; `?organisation=` fills it. Raises: NotFound."""
    return panel(visit, number, _joining)


@router.post("/cases/{number}/parties/new")
def join(visit: Visiting, number: str, form: Form) -> Response:
    """Let an organisation take part, or show what that would do."""
    return panel(visit, number, _joining, form)


@router.get("/cases/{number}/parties/{no}/leave")
def look_at_leaving(visit: Visiting, number: str, no: int) -> Response:
    """Show what it would do if an organisation left. Raises: NotFound."""
    return panel(visit, number, lambda view: _leaving(view, no))


@router.post("/cases/{number}/parties/{no}/leave")
def leave(visit: Visiting, number: str, no: int, form: Form) -> Response:
    """Let an organisation leave, or show what that would do."""
    return panel(visit, number, lambda view: _leaving(view, no), form)


def _joining(view: CaseView) -> Asking:
    if not view.may("party"):
        raise NotFound("there is no such page")

    def fields(form: Posted | None, faults: Sequence[Fault]) -> tuple[Field, ...]:
        known = {f.place: fault_said(view.labels, f) for f in faults}
        people = [(str(c.id), c.name) for c in _contacts(view, form)]
        kinds = tuple((key, view.labels(label)) for key, label in PARTS.items())
        return (
            Field(
                name="organisation", label=view.labels("Organisation"), value=_named(view, form), required=True,
                hint=view.labels("Name, or registration number such as CVR:13585628."),
                error=view.labels("Exactly one organisation of the programme has to have this name or number.")
                if "organisation" in known else "",
            ),
            Field(name="kind", label=view.labels("Takes part as"), kind="select", value=_kind(form), options=kinds),
            Field(
                name="contact", label=view.labels("Contact"), kind="select", value=form.text("contact") if form else "",
                options=(("", "–"), *people),
            ),
        )  # fmt: skip

    return Asking(
        title=view.labels("Let a further organisation take part"),
        submit=view.labels("Let it take part"),
        fields=fields,
        make=lambda form: _join(view, form),
    )


def _join(view: CaseView, form: Posted | None) -> JoinParty:
    """Return the act. Raises: BadInput where the name is nobody's, or several organisations'."""
    found = _organisation(view, form)
    chosen = form.text("contact") if form else ""
    seated = {CONTACT: int(chosen)} if chosen in {str(c.id) for c in _contacts(view, form)} else {}
    return JoinParty(party=PartyGiven(organisation=found.id, kind=_kind(form), contacts=seated))


def _organisation(view: CaseView, form: Posted | None) -> Organisation:
    name, key = _named(view, form), view.programme.key
    fault = Fault(
        place="organisation", code="missing" if not name else "unknown", sentence=f"there is no organisation {name!r}"
    )
    if not name:
        raise BadInput([fault], what="the party")
    try:
        return view.visit.house.store.read(lambda tx: lookup.organisation(tx, key, name))
    except NotFound as error:
        raise BadInput([fault], what="the party") from error


def _contacts(view: CaseView, form: Posted | None) -> Sequence[Contact]:
    try:
        found = _organisation(view, form)
    except BadInput:
        return ()
    return [c for c in view.visit.house.store.read(lambda tx: contacts(tx, found.id)) if c.state == "active"]


def _named(view: CaseView, form: Posted | None) -> str:
    return form.text("organisation") if form else view.visit.request.query_params.get("organisation", "")


def _kind(form: Posted | None) -> str:
    chosen = form.text("kind") if form else ""
    return chosen if chosen in PARTS else "company"


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
