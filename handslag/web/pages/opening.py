"""Opening a case: the method, who takes part, what is known already; what it would do is shown before it is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from engine import use_cases
from engine.acts import OpenCase, PartyGiven
from engine.case import Case
from engine.declared import FactType, Version, VersionRef
from engine.errors import BadInput, Fault, HandslagError, NotFound, NotPermitted, PlanChanged
from engine.ports import Tx
from engine.programme import Organisation
from engine.use_cases import Outcome
from handslag.acting import actor_on
from handslag.methods import published
from handslag.opening import contact_by_default, facts_by_default, person_by_default
from handslag.web.case_view import CaseView
from handslag.web.companies import place_of
from handslag.web.fields import Field, fact_fields, fault_said
from handslag.web.labels import Labels
from handslag.web.plan import plan_of
from handslag.web.visit import Form, Posted, Visit, Visiting, see_other
from storage.programme_reads import versions

# Held by whoever has the role in the programme, so nobody is seated in it when a case begins.
OF_THE_PROGRAMME = ("manager",)
router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a case is opened with. view: of the case that is not there yet; methods: key and title of each newest version."""

    view: CaseView
    organisation: Organisation
    methods: Sequence[tuple[str, str]]

    @property
    def version(self) -> Version:
        """The version the case would be pinned to."""
        return self.view.version

    @property
    def contacts(self) -> Mapping[str, str]:
        """Contacts by role where nobody has said yet, as a form holds them."""
        found = contact_by_default(self.view.companies.contacts.values(), self.version)
        return {role: str(contact) for role, contact in found.items()}

    @property
    def people(self) -> Mapping[str, str]:
        """People by role where nobody has said yet."""
        return person_by_default(self.view.actor, self.version)

    @property
    def facts(self) -> Mapping[str, str]:
        """Facts that are known already."""
        return facts_by_default(self.organisation, self.version)


@router.get("/cases/new")
def show(visit: Visiting) -> Response:
    """Show the form for `?organisation=`, or lead to the list where one is chosen. Raises: NotFound."""
    text = visit.request.query_params.get("organisation", "")
    if not text:
        return see_other(f"/organisations?programme={visit.programme.key}")
    return _show(_desk(visit, _number(text), visit.request.query_params.get("workflow", "")), None)


@router.post("/cases/new")
def open_case(visit: Visiting, form: Form) -> Response:
    """Open the case, or show what that would do. Raises: NotFound."""
    desk = _desk(visit, form.number("organisation"), form.text("workflow"))
    if form.text("step") != "do" or not form.text("digest"):  # nothing unseen is ever done
        return _show(desk, form)
    view, tools, act = desk.view, visit.house.tools, _act(desk, form)

    def write(tx: Tx) -> Outcome:
        outcome = use_cases.open_case(tx, tools, view.programme, desk.version, act, view.call())
        if outcome.digest != form.text("digest"):
            raise PlanChanged("what would happen has changed since it was looked at", digest=outcome.digest)
        return outcome

    try:
        outcome = visit.house.store.run(write)
    except PlanChanged:
        return _show(desk, form, changed=True)
    except BadInput:
        return _show(desk, form)
    return see_other(f"/cases/{outcome.case.number}?done=1")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


def _desk(visit: Visit, no: int, workflow: str) -> Desk:
    """Read all that the form needs, in one transaction. Raises: NotFound, also for whoever may not open cases."""

    def read(tx: Tx) -> Desk:
        programme, organisation = place_of(visit, tx, no)
        if not visit.may("open_case", programme):
            raise NotFound("there is no such page")
        newest = {line.key: line for line in versions(tx)}
        if not newest:
            raise NotFound("no method is published; run: handslag init")
        used = max(newest.values(), key=lambda line: line.cases)
        version = published(tx, workflow if workflow in newest else used.key)
        labels = Labels(visit.language, programme.calendar.zone)
        view = CaseView(
            labels=labels,
            visit=visit,
            case=Case(programme=programme.key, version=VersionRef(key=version.key, number=version.number, hash=version.hash)),
            programme=programme,
            version=version,
            companies=tx.companies_of([organisation.id]),
            actor=actor_on(programme, None, visit.person, visit.now, surface="web"),
        )
        return Desk(view=view, organisation=organisation, methods=[_titled(tx, view, key) for key in newest])

    return visit.house.store.read(read)


def _titled(tx: Tx, view: CaseView, key: str) -> tuple[str, str]:
    version = view.version if key == view.version.key else published(tx, key)
    return key, view.text(version.title)


def _act(desk: Desk, form: Posted | None) -> OpenCase:
    seated = {role: _number(value) for role, value in _typed(form, "contact.", desk.contacts).items() if value}
    return OpenCase(
        title=(form.text("title") if form else "") or desk.organisation.name,
        parties=(PartyGiven(organisation=desk.organisation.id, contacts=seated),),
        people={role: key for role, key in _typed(form, "person.", desk.people).items() if key},
        facts={key: value for key, value in _typed(form, "fact.", desk.facts).items() if value},
    )


def _typed(form: Posted | None, prefix: str, defaults: Mapping[str, str]) -> Mapping[str, str]:
    return form.starting(prefix) if form else defaults


def _asked(version: Version) -> list[FactType]:
    """Return the facts that every case has to have, and its registration number."""
    return [fact for fact in version.facts.values() if fact.required or fact.kind == "registration"]


def _fields(desk: Desk, form: Posted | None, faults: Sequence[Fault]) -> Iterator[Field]:
    view, version, labels = desk.view, desk.version, desk.view.labels
    title = form.text("title") if form else desk.organisation.name
    yield Field(name="title", label=labels("Title of the case"), value=title)
    if len(desk.methods) > 1:
        yield Field(name="workflow", label=labels("Method"), kind="select", value=version.key, options=desk.methods)
    contacts = [(str(c.id), c.name) for c in view.companies.contacts.values() if c.state == "active"]
    people = [(p.key, p.name) for p in sorted(view.programme.people.values(), key=lambda p: p.name) if p.active]
    named = _typed(form, "contact.", desk.contacts)
    seated = _typed(form, "person.", desk.people)
    for role in version.roles.values():
        if not role.required or role.key in OF_THE_PROGRAMME:
            continue
        ours = role.side != "company"
        yield Field(
            name=f"{'person' if ours else 'contact'}.{role.key}",
            label=view.role(role.key),
            kind="select",
            value=(seated if ours else named).get(role.key, ""),
            options=(("", "–"), *(people if ours else contacts)),
        )
    yield from fact_fields(view, _asked(version), _typed(form, "fact.", desk.facts), faults)


def _show(desk: Desk, form: Posted | None, *, changed: bool = False) -> HTMLResponse:
    view = desk.view
    outcome, refusal, faults = _preview(desk, form)
    typed = form is not None
    wrong = faults if typed else ()
    status = 409 if changed else 422 if wrong or (typed and refusal) else 200
    return view.visit.page(
        "opening.html",
        status,
        zone=view.zone,
        organisation=desk.organisation,
        programme=view.programme,
        version=view.version,
        fields=list(_fields(desk, form, wrong)),
        errors=list(dict.fromkeys((_anchor(f), fault_said(view.labels, f)) for f in wrong)),
        refusal=refusal,
        plan=plan_of(view, outcome) if outcome else None,
        changed=changed,
        has_contacts=bool(view.companies.contacts),
    )


def _anchor(fault: Fault) -> str:
    return f"fact.{fault.place}" if "." not in fault.place else fault.place


def _preview(desk: Desk, form: Posted | None) -> tuple[Outcome | None, str, Sequence[Fault]]:
    """Return what would happen, or the refusal in words, or the faults of what was typed."""
    view, tools = desk.view, desk.view.visit.house.tools
    act = _act(desk, form)
    try:
        outcome = view.visit.house.store.read(
            lambda tx: use_cases.preview_open(tx, tools, view.programme, desk.version, act, view.call())
        )
    except BadInput as error:
        return None, "", error.faults
    except (NotFound, NotPermitted):
        raise
    except HandslagError as error:
        return None, view.labels.words.sentence(error.reason, view.labels.language), ()
    return outcome, "", ()
