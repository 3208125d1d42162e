"""An entry of a declared list: adding one, changing one, voiding one with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from engine.acts import Act, AddRecord, ChangeRecord
from engine.case import Record
from engine.declared import RecordList
from engine.errors import BadInput, Fault, NotFound
from handslag.web.case_view import CaseView, look
from handslag.web.doing import do
from handslag.web.fields import fact_fields, fault_said
from handslag.web.pages.case_frame import case_page
from handslag.web.visit import Form, Posted, Visit, Visiting, see_other

BY_THE_SYSTEM = ("signatures",)
router = APIRouter()


@router.get("/cases/{number}/lists/{key}/new")
def show_new(visit: Visiting, number: str, key: str) -> HTMLResponse:
    """Show an empty form of a list. Raises: NotFound."""
    view = look(visit, number)
    return _form(view, _declared(view, key))


@router.post("/cases/{number}/lists/{key}/new")
def add(visit: Visiting, number: str, key: str, form: Form) -> Response:
    """Add an entry. Raises: NotFound."""
    view = look(visit, number)
    declared = _declared(view, key)
    return _done(visit, view, declared, form, AddRecord(list=key, values=form.starting("field.")))


@router.get("/cases/{number}/records/{no}")
def show(visit: Visiting, number: str, no: int) -> HTMLResponse:
    """Show the form of an entry. Raises: NotFound."""
    view = look(visit, number)
    record = _record(view, no)
    return _form(view, _declared(view, record.list), record)


@router.post("/cases/{number}/records/{no}")
def change(visit: Visiting, number: str, no: int, form: Form) -> Response:
    """Change or void an entry. Raises: NotFound, CaseConflict."""
    view = look(visit, number)
    record = _record(view, no)
    void, reason = form.has("void"), form.text("reason")
    if void and not reason:
        faults = [Fault(place="reason", code="missing", sentence="voiding needs a reason")]
        return _form(view, _declared(view, record.list), record, form, faults)
    act = ChangeRecord(no=no, values={} if void else form.starting("field."), void=void, reason=reason)
    return _done(visit, view, _declared(view, record.list), form, act, record)


def _declared(view: CaseView, key: str) -> RecordList:
    declared = view.version.records.get(key)
    if declared is None or key in BY_THE_SYSTEM or not view.may("record"):
        raise NotFound(f"there is no list {key}", list=key)
    return declared


def _record(view: CaseView, no: int) -> Record:
    record = view.case.records.get(no)
    if record is None or record.void_on is not None:
        raise NotFound(f"there is no record {no}", no=no)
    return record


def _done(visit: Visit, view: CaseView, declared: RecordList, form: Posted, act: Act, record: Record | None = None) -> Response:
    number = view.case.number
    try:
        outcome = do(visit, number, act, revision=form.number("revision"), for_whom=form.text("for_whom"))
    except BadInput as error:
        return _form(view, declared, record, form, error.faults)
    return see_other(f"/cases/{number}/facts?done={outcome.decisions[-1].entry.no}#list-{declared.key}")


def _form(
    view: CaseView, declared: RecordList, record: Record | None = None, form: Posted | None = None, faults: Sequence[Fault] = ()
) -> HTMLResponse:
    values: Mapping[str, Any] = form.starting("field.") if form else record.values if record else {}
    kinds = {fact.key: fact.kind for fact in declared.fields.values()}
    titles = {fact.key: view.text(fact.title) for fact in declared.fields.values()}
    said = [(f.place, fault_said(view.labels, f, kinds.get(f.place, ""))) for f in faults]
    return case_page(
        view,
        "record_form.html",
        422 if faults else 200,
        tab="facts",
        title=view.text(declared.title),
        fields=fact_fields(view, declared.fields.values(), values, faults, prefix="field."),
        errors=[(f"field.{p}" if p in titles else p, f"{titles[p]}: {s}" if p in titles else s) for p, s in said],
        reason_error=next((s for p, s in said if p == "reason"), ""),
        reason=form.text("reason") if form else "",
        record=record,
        company=declared.side == "company",
        revision=form.number("revision") if form else view.case.revision,
    )
