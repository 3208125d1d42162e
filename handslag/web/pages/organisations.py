"""Companies and other organisations: finding one, what hangs on it, adding and changing it."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from engine.declared import VersionRef
from engine.errors import Fault
from engine.ports import Tx
from engine.programme import Contact, Organisation, Programme
from handslag.companies import Changed, add_organisation, change_organisation
from handslag.tables.table import Column, Row, Table
from handslag.web.case_view import Naming
from handslag.web.companies import CHANGE, KINDS, REGISTERS, given_of, keeper_of, place_of, tried
from handslag.web.exporting import AT_A_TIME, answer, asked, links, read_on, table_of
from handslag.web.fields import Field, fault_said
from handslag.web.visit import Form, Posted, Visit, Visiting, see_other
from storage.programme_reads import contacts, organisations
from storage.reads import CaseLine, cases

ON_PAGE = 50
router = APIRouter()


@router.get("/organisations")
def show(visit: Visiting) -> Response:
    """Show the organisations of a programme, found by part of name or number with `?words=`."""
    programme, query = visit.programme, visit.request.query_params
    words, after = query.get("words", "").strip(), query.get("after", "")
    if form := asked(visit):
        return answer(visit, form, _table(visit, programme, words))
    start = int(after) if after.isascii() and after.isdigit() and len(after) < 12 else 0
    found = visit.house.store.read(
        lambda tx: organisations(tx, programme.key, words=words, after=start, limit=ON_PAGE + 1)
    )  # fmt: skip
    return visit.page(
        "organisations.html",
        programme=programme,
        words=words,
        lines=found[:ON_PAGE],
        more=found[ON_PAGE - 1].id if len(found) > ON_PAGE else 0,
        kinds=KINDS,
        may_change=visit.may(CHANGE, programme),
        exports=links(visit),
    )


def _table(visit: Visit, programme: Programme, words: str) -> Table:
    t = visit.labels

    def read(tx: Tx, last: Organisation | None) -> list[tuple[Organisation, Row]]:
        found = organisations(tx, programme.key, words=words, after=last.id if last else 0, limit=AT_A_TIME)
        return [(o, (o.name, o.register, o.number, t(KINDS[o.kind]) if o.kind in KINDS else o.kind, o.note)) for o in found]

    return table_of(
        visit,
        name=f"companies-{programme.key}",
        title=t("Companies"),
        zone=programme.calendar.zone,
        about=[(t("Programme"), programme.name), (t("Words"), words)],
        columns=[
            Column(key="name", title=t("Name")),
            Column(key="register", title=t("Register")),
            Column(key="number", title=t("Number in the register")),
            Column(key="kind", title=t("Kind")),
            Column(key="note", title=t("Note")),
        ],
        rows=read_on(visit, read),
    )


@router.get("/organisations/new")
def show_new(visit: Visiting) -> HTMLResponse:
    """Show an empty form. Raises: NotFound for whoever may not add."""
    keeper_of(visit, visit.programme)
    return _form(visit, visit.programme)


@router.post("/organisations/new")
def add(visit: Visiting, form: Form) -> Response:
    """Add an organisation. Raises: NotFound."""
    programme = visit.programme
    keeper = keeper_of(visit, programme)

    def write() -> tuple[Organisation, str]:
        given = given_of(form)
        return visit.house.store.run(lambda tx: add_organisation(tx, keeper, given, dry_run=False))

    made, faults = tried(write)
    if made is None:
        return _form(visit, programme, form=form, faults=faults)
    organisation, warning = made
    return see_other(f"/organisations/{organisation.id}?done={'checked' if not warning else 'unlikely'}")


@router.get("/organisations/{no}")
def show_one(visit: Visiting, no: int) -> HTMLResponse:
    """Show an organisation with its contacts and cases. Raises: NotFound."""

    def read(tx: Tx) -> tuple[Programme, Organisation, Sequence[Contact], list[tuple[CaseLine, str]]]:
        programme, found = place_of(visit, tx, no)
        lines = cases(tx, programme=programme.key, organisation=no)
        return programme, found, contacts(tx, no), [(line, _phase(visit, tx, line)) for line in lines]

    programme, found, people, taking_part = visit.house.store.read(read)
    return visit.page(
        "organisation.html",
        zone=programme.calendar.zone,
        programme=programme,
        organisation=found,
        contacts=people,
        cases=taking_part,
        kinds=KINDS,
        may_change=visit.may(CHANGE, programme),
        may_open=visit.may("open_case", programme),
        done=visit.request.query_params.get("done", ""),
    )


def _phase(visit: Visit, tx: Tx, line: CaseLine) -> str:
    version = tx.version(VersionRef(key=line.version, number=line.version_number))
    return Naming(version=version, labels=visit.labels).phase(line.phase)


@router.get("/organisations/{no}/change")
def show_change(visit: Visiting, no: int) -> HTMLResponse:
    """Show the form of an organisation. Raises: NotFound."""
    programme, found = visit.house.store.read(lambda tx: place_of(visit, tx, no))
    keeper_of(visit, programme)
    return _form(visit, programme, found)


@router.post("/organisations/{no}/change")
def change(visit: Visiting, no: int, form: Form) -> Response:
    """Change an organisation; each open case it takes part in gets an entry. Raises: NotFound."""
    programme, found = visit.house.store.read(lambda tx: place_of(visit, tx, no))
    keeper = keeper_of(visit, programme)

    def write() -> Changed:
        given = given_of(form)
        return visit.house.store.run(lambda tx: change_organisation(tx, keeper, str(no), given, dry_run=False))

    made, faults = tried(write)
    if made is None:
        return _form(visit, programme, found, form, faults)
    return see_other(f"/organisations/{no}?done=changed")


def _form(
    visit: Visit, programme: Programme, organisation: Organisation | None = None, form: Posted | None = None,
    faults: Sequence[Fault] = (),
) -> HTMLResponse:  # fmt: skip
    labels = visit.labels

    def field(name: str, label: str, **more: object) -> Field:
        wrong = next((f for f in faults if f.place == name), None)
        value = form.text(name) if form else str(getattr(organisation, name, "") or "")
        error = _said(visit, wrong) if wrong else ""
        return Field(name=name, label=label, value=value, error=error, **more)  # type: ignore[arg-type]

    fields = (
        field("name", labels("Name"), required=True),
        field("register", labels("Register"), kind="select", options=(("", "–"), *((r, r) for r in REGISTERS))),
        field(
            "number", labels("Number in the register"), hint=labels("Eight digits; it is how the same company is found again.")
        ),
        field("kind", labels("Kind"), kind="select", options=tuple((key, labels(label)) for key, label in KINDS.items())),
        field("note", labels("Note"), kind="area"),
    )
    back = f"/organisations/{organisation.id}" if organisation else f"/organisations?programme={programme.key}"
    return visit.page(
        "form.html",
        422 if faults else 200,
        title=labels("Change {name}", name=organisation.name) if organisation else labels("Add an organisation"),
        above=programme.name,
        lead=labels("Each open case it takes part in gets an entry in its history.") if organisation else "",
        action=f"/organisations/{organisation.id}/change" if organisation else f"/organisations/new?programme={programme.key}",
        submit=labels("Save") if organisation else labels("Add"),
        fields=fields,
        errors=[(f.place, _said(visit, f)) for f in faults],
        back=back,
    )


def _said(visit: Visit, fault: Fault) -> str:
    if fault.code == "taken":
        return visit.labels("Another organisation has this number already.")
    return fault_said(visit.labels, fault, "registration" if fault.place == "number" else "")
