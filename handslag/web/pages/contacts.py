"""People at organisations who get mail: adding one, changing one, noting that somebody left."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from engine.errors import BadInput, Fault, NotFound
from engine.ports import Tx
from engine.programme import Contact
from handslag.companies import Changed, Keeper, add_contact, change_contact
from handslag.web.companies import Place, keeper_of, place_of, tried
from handslag.web.fields import Field, fault_said
from handslag.web.said import SPOKEN
from handslag.web.visit import Form, Posted, Visit, Visiting, see_other
from storage import programme_reads

STATES = {"active": "gets mail", "left": "has left", "undeliverable": "mail does not reach"}
router = APIRouter()


@router.get("/organisations/{no}/contacts/new")
def show_new(visit: Visiting, no: int) -> HTMLResponse:
    """Show an empty form. Raises: NotFound."""
    place = visit.house.store.read(lambda tx: place_of(visit, tx, no))
    keeper_of(visit, place.programme)
    return _form(visit, place)


@router.post("/organisations/{no}/contacts/new")
def add(visit: Visiting, no: int, form: Form) -> Response:
    """Add a contact; each open case of its organisation gets an entry. Raises: NotFound."""
    place = visit.house.store.read(lambda tx: place_of(visit, tx, no))
    keeper = keeper_of(visit, place.programme)

    def write() -> Changed:
        name, email = _named(form)
        language, function = form.text("language"), form.text("function")
        return visit.house.store.run(
            lambda tx: add_contact(tx, keeper, str(no), name, email, language, function, dry_run=False)
        )  # fmt: skip

    made, faults = tried(write)
    return _form(visit, place, form=form, faults=faults) if made is None else see_other(f"/organisations/{no}?done=contact")


@router.get("/contacts/{no}/change")
def show_change(visit: Visiting, no: int) -> HTMLResponse:
    """Show the form of a contact. Raises: NotFound."""
    place, contact, _ = _found(visit, no)
    return _form(visit, place, contact)


@router.post("/contacts/{no}/change")
def change(visit: Visiting, no: int, form: Form) -> Response:
    """Change a contact; what is promised and not yet sent uses the new address. Raises: NotFound."""
    place, contact, keeper = _found(visit, no)

    def write() -> Changed:
        name, email = _named(form)
        state = form.text("state") if form.text("state") in STATES else ""
        given = {"name": name, "email": email, "language": form.text("language"), "state": state}
        given["function"] = form.text("function")
        return visit.house.store.run(lambda tx: change_contact(tx, keeper, str(no), given, dry_run=False))

    made, faults = tried(write)
    if made is None:
        return _form(visit, place, contact, form, faults)
    return see_other(f"/organisations/{place.organisation.id}?done=contact")


def _found(visit: Visit, no: int) -> tuple[Place, Contact, Keeper]:
    """Return a contact with its organisation, for whoever may change it. Raises: NotFound."""

    def read(tx: Tx) -> tuple[Place, Contact]:
        for programme in visit.programmes.values():
            if visit.sees(programme) and (found := programme_reads.contact(tx, programme.key, no)) is not None:
                return place_of(visit, tx, found.organisation), found
        raise NotFound(f"there is no contact {no}", contact=no)

    place, contact = visit.house.store.read(read)
    return place, contact, keeper_of(visit, place.programme)


def _named(form: Posted) -> tuple[str, str]:
    """Return name and address. Raises: BadInput naming both where both are missing."""
    missing = [place for place in ("name", "email") if not form.text(place)]
    if missing:
        raise BadInput([Fault(place=p, code="missing", sentence=f"a contact needs a {p}") for p in missing], what="the contact")
    return form.text("name"), form.text("email")


def _form(
    visit: Visit, place: Place, contact: Contact | None = None, form: Posted | None = None, faults: Sequence[Fault] = ()
) -> HTMLResponse:
    labels, programme, organisation = visit.labels, place.programme, place.organisation
    said = {_place(f): _said(visit, f) for f in faults}

    def field(name: str, label: str, **more: object) -> Field:
        value = form.text(name) if form else str(getattr(contact, name, "") or "")
        return Field(name=name, label=label, value=value, error=said.get(name, ""), **more)  # type: ignore[arg-type]

    spoken = tuple((key, labels(SPOKEN[key])) for key in dict.fromkeys((*programme.languages, *SPOKEN)) if key in SPOKEN)
    states = tuple((key, labels(label)) for key, label in STATES.items())
    fields = (
        field("name", labels("Name"), required=True),
        field("email", labels("Mail address"), required=True),
        field("language", labels("Language of mails"), kind="select", options=spoken),
        field("function", labels("What the person does there")),
        *((field("state", labels("State"), kind="select", options=states),) if contact else ()),
    )
    return visit.page(
        "form.html",
        422 if faults else 200,
        title=labels("Change {name}", name=contact.name) if contact else labels("Add a contact"),
        above=organisation.name,
        lead=labels("Each open case gets an entry in its history. What is promised and not yet sent uses the new address."),
        action=f"/contacts/{contact.id}/change" if contact else f"/organisations/{organisation.id}/contacts/new",
        submit=labels("Save") if contact else labels("Add"),
        fields=fields,
        errors=list(said.items()),
        back=f"/organisations/{organisation.id}",
    )


def _place(fault: Fault) -> str:
    return "email" if fault.place == "mail" else fault.place


def _said(visit: Visit, fault: Fault) -> str:
    if fault.place == "mail":
        return visit.labels("Write a mail address such as karen@example.org.")
    return fault_said(visit.labels, fault)
