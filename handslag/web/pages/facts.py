"""Facts and records of a case, the facts as one form: what changed is written, what is wrong stands at its field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from engine.acts import SetFacts
from engine.declared import FactType
from engine.errors import BadInput, Fault
from handslag.web.case_view import CaseView, look
from handslag.web.doing import do
from handslag.web.fields import fact_fields, fault_said
from handslag.web.pages.case_frame import case_page
from handslag.web.visit import Form, Posted, Visiting, see_other

FROZEN = "frozen_hash"
router = APIRouter()


@router.get("/cases/{number}/facts")
def show(visit: Visiting, number: str) -> HTMLResponse:
    """Show facts and records. Raises: NotFound."""
    return _page(look(visit, number))


@router.get("/cases/{number}/facts/edit")
def edit(visit: Visiting, number: str) -> HTMLResponse:
    """Show the form of all facts. Raises: NotFound."""
    return _form(look(visit, number))


@router.post("/cases/{number}/facts/edit")
def save(visit: Visiting, number: str, form: Form) -> Response:
    """Write the facts that were changed. Raises: NotFound, CaseConflict."""
    view = look(visit, number)
    changed = _changed(view, form)
    if not changed:
        return see_other(f"/cases/{number}/facts")
    try:
        outcome = do(
            visit, number, SetFacts(facts=changed, reason=form.text("reason")), revision=form.number("revision"),
            for_whom=form.text("for_whom"),
        )  # fmt: skip
    except BadInput as error:
        return _form(view, form, error.faults)
    return see_other(f"/cases/{number}/facts?done={outcome.decisions[-1].entry.no}")


def _typed(view: CaseView) -> list[FactType]:
    """Return the facts that a person types; documents are laid in on a page of their own, and freezing one is an effect."""
    return [fact for fact in view.version.facts.values() if fact.kind != "document" and fact.key != FROZEN]


def _changed(view: CaseView, form: Posted) -> dict[str, Any]:
    """Return the fields that differ from what the form showed, which travels with it: somebody else's change stays."""
    now, shown = form.starting("fact."), form.starting("was.")
    known = {fact.key for fact in _typed(view)}
    return {key: value for key, value in now.items() if key in known and value != shown.get(key, "")}


def _page(view: CaseView) -> HTMLResponse:
    known = [
        (view.text(fact.title), view.fact(fact, view.case.facts[key]))
        for key, fact in view.version.facts.items()
        if view.case.facts.get(key) not in (None, "") and fact.kind != "document"
    ]
    lists = [
        (key, view.text(declared.title), _columns(view, key), _rows(view, key))
        for key, declared in view.version.records.items()
    ]
    return case_page(
        view, "facts.html", tab="facts", known=known, lists=lists, may_set=view.may("set_facts"), may_record=view.may("record")
    )


def _columns(view: CaseView, key: str) -> list[str]:
    fields = view.version.records[key].fields
    used = [k for k in fields if any(r.values.get(k) not in (None, "") for r in view.case.records_of(key))]
    return [view.text(fields[k].title) for k in used]


def _rows(view: CaseView, key: str) -> list[tuple[int, list[str]]]:
    fields, records = view.version.records[key].fields, view.case.records_of(key)
    used = [k for k in fields if any(r.values.get(k) not in (None, "") for r in records)]
    return [(r.no, [_cell(view, key, k, r.values.get(k)) for k in used]) for r in records]


def _cell(view: CaseView, key: str, field: str, value: Any) -> str:
    if key == "signatures" and field == "seat":
        return view.seat(str(value))
    shown = view.fact(view.version.records[key].fields[field], value)
    return f"{shown[:12]}…" if "hash" in field and len(shown) > 12 else shown


def _form(view: CaseView, form: Posted | None = None, faults: Sequence[Fault] = ()) -> HTMLResponse:
    if not view.may("set_facts"):
        return _page(view)
    values = form.starting("fact.") if form else view.case.facts
    fields = fact_fields(view, _typed(view), values, faults)
    shown = form.starting("was.") if form else {f.name.removeprefix("fact."): f.value for f in fields}
    kinds = {fact.key: fact.kind for fact in _typed(view)}
    return case_page(
        view,
        "facts_form.html",
        422 if faults else 200,
        tab="facts",
        fields=fields,
        shown=shown,
        errors=[(f"fact.{f.place}", _titled(view, f, kinds)) for f in faults],
        reason=form.text("reason") if form else "",
        revision=form.number("revision") if form else view.case.revision,
    )


def _titled(view: CaseView, fault: Fault, kinds: dict[str, str]) -> str:
    fact = view.version.facts.get(fault.place)
    said = fault_said(view.labels, fault, kinds.get(fault.place, ""))
    return f"{view.text(fact.title)}: {said}" if fact else said
