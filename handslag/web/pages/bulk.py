"""One move for many cases: choosing them, seeing who can and who cannot and which mails leave, doing it, a result for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from engine.bulk import Answered, CallOf, Together
from engine.declared import Transition
from engine.draft import Call
from engine.errors import BadInput, Fault, GuardsUnmet, HandslagError, NotFound, NotPermitted, PlanChanged
from engine.letters import Message
from engine.ports import Tx
from engine.programme import Programme
from handslag.bulk import MOST, PART, Wanted, begin, go_on, plan
from handslag.web.board_view import Chosen, choices, chosen, in_order, methods_named, phase_title, wanted
from handslag.web.case_view import CaseView, Naming, view_of
from handslag.web.fields import Field, fact_fields, fault_said
from handslag.web.moves_view import conditions_of
from handslag.web.visit import Form, Posted, Visit, Visiting, see_other
from storage import board_reads, bulk_rows
from storage.board_reads import BoardLine
from storage.bulk_rows import Bulk, BulkCase

TICKED_AT_ONCE = 200
ACT = "bulk"
STATES = {"waiting": "waits", "moved": "moved", "refused": "not moved", "changed": "changed meanwhile"}
router = APIRouter()


class Refusal(NamedTuple):
    """A case that cannot, and what is in the way."""

    number: str
    title: str
    why: str


class MailOut(NamedTuple):
    """A mail of the plan. cases: the numbers of those it speaks of."""

    name: str
    address: str
    language: str
    subject: str
    text: str
    cases: Sequence[str]


@router.get("/bulk")
def choose(visit: Visiting) -> HTMLResponse:
    """Show the phases, or the cases of `?phase=` to choose from, filtered as on the board, with the moves out of it."""
    return _choosing(visit, _working(visit))


@router.post("/bulk")
def look_or_do(visit: Visiting, form: Form) -> Response:
    """Show what the move would do to the chosen cases, or do it where the form says `step=do` with the plan's digest."""
    programme = _working(visit)
    numbers = visit.house.store.read(lambda tx: _numbers(tx, visit, programme, form))
    if not numbers or not form.text("move"):
        return _choosing(visit, programme, missing=True)
    asked = Wanted(
        programme=programme.key,
        person=visit.person,
        numbers=numbers,
        transition=form.text("move"),
        reason=form.text("reason"),
        facts={key: value for key, value in form.starting("fact.").items() if value},
    )
    if form.text("step") != "do" or not form.text("digest"):  # nothing unseen is ever done
        return _planned(visit, programme, asked, form)
    try:
        bulk_id = begin(visit.house, asked, _calls(visit), form.text("digest"))
    except PlanChanged:
        return _planned(visit, programme, asked, form, changed=True)
    _go_on(visit, bulk_id)
    return see_other(f"/bulk/{bulk_id}")


@router.get("/bulk/{bulk_id}")
def show(visit: Visiting, bulk_id: int) -> HTMLResponse:
    """Show how far a bulk move is, with a result for each case. Raises: NotFound."""

    def read(tx: Tx) -> tuple[Bulk, Sequence[BulkCase], str]:
        bulk = _mine(visit, tx, bulk_id)
        return bulk, bulk_rows.cases(tx, bulk_id), _move_title(visit, tx, visit.programmes[bulk.programme], bulk.transition)

    bulk, lines, title = visit.house.store.read(read)
    programme = visit.programmes[bulk.programme]
    return visit.page(
        "bulk_done.html",
        zone=programme.calendar.zone,
        programme=programme,
        bulk=bulk,
        title=title,
        lines=lines,
        labels_of=STATES,
        counts={state: sum(line.state == state for line in lines) for state in STATES},
        part=PART,
    )


@router.post("/bulk/{bulk_id}/go-on")
def continue_(visit: Visiting, bulk_id: int) -> Response:
    """Do the next part of a bulk move. Raises: NotFound."""
    visit.house.store.read(lambda tx: _mine(visit, tx, bulk_id))
    _go_on(visit, bulk_id)
    return see_other(f"/bulk/{bulk_id}")


def _working(visit: Visit) -> Programme:
    """Return the programme asked for, for people who work on its cases. Raises: NotFound for others."""
    programme = visit.programme
    if not visit.may(ACT, programme):
        raise NotFound("there is no such page")
    return programme


def _mine(visit: Visit, tx: Tx, bulk_id: int) -> Bulk:
    bulk = bulk_rows.bulk(tx, bulk_id)
    programme = visit.programmes.get(bulk.programme)
    if programme is None or not visit.sees(programme) or not visit.may(ACT, programme):
        raise NotFound(f"there is no bulk move {bulk_id}")
    return bulk


def _go_on(visit: Visit, bulk_id: int) -> None:
    go_on(visit.house, bulk_id, _calls(visit), lambda tx, answer: _why(visit, tx, answer))


def _calls(visit: Visit) -> CallOf:
    def call_of(tx: Tx, number: str) -> Call:
        return view_of(visit, tx, number).call()

    return call_of


# choosing


class Offered(NamedTuple):
    """What there is to choose from. phases: key, title and how many cases each holds; moves: key and title."""

    this: Chosen
    title: str
    phases: Sequence[tuple[str, str, int]]
    moves: Sequence[tuple[str, str]]
    lines: Sequence[BoardLine]


def _choosing(visit: Visit, programme: Programme, *, missing: bool = False) -> HTMLResponse:
    offered = visit.house.store.read(lambda tx: _offered(tx, visit, programme))
    return visit.page(
        "bulk.html",
        422 if missing else 200,
        zone=programme.calendar.zone,
        programme=programme,
        this=offered.this,
        title=offered.title,
        phases=offered.phases,
        moves=offered.moves,
        lines=offered.lines[:TICKED_AT_ONCE],
        held=min(len(offered.lines), MOST),
        more=len(offered.lines) > MOST,
        missing=missing,
        most=MOST,
    )


def _chosen(tx: Tx, visit: Visit, programme: Programme) -> tuple[Sequence[Naming], Mapping[str, int], Chosen]:
    """Return the methods in use, how many cases each phase holds, and what the address chooses of the board."""
    naming, held = methods_named(tx, visit, programme), board_reads.held(tx, programme.key)
    return naming, held, chosen(visit, programme, choices(visit, programme, naming, held))


def _offered(tx: Tx, visit: Visit, programme: Programme) -> Offered:
    naming, held, this = _chosen(tx, visit, programme)
    open_phases = [key for key in in_order(naming, held) if held.get(key) and not _ends(naming, key)]
    return Offered(
        this=this,
        title=phase_title(naming, this.phase),
        phases=[(key, phase_title(naming, key), held[key]) for key in open_phases],
        moves=list(_moves(naming, this.phase)),
        lines=_lines(tx, visit, programme, this, MOST + 1) if this.phase in open_phases else (),
    )


def _lines(tx: Tx, visit: Visit, programme: Programme, this: Chosen, limit: int) -> Sequence[BoardLine]:
    fitting = board_reads.conditions(tx, wanted(visit, programme, this))
    return board_reads.cases(tx, fitting, phase=this.phase, limit=limit)


def _numbers(tx: Tx, visit: Visit, programme: Programme, form: Posted) -> tuple[str, ...]:
    """Return the cases meant: those that are ticked, or all of the list; on the plan's page the ones it shows."""
    if form.text("numbers"):
        return tuple(dict.fromkeys(form.text("numbers").split()))[:MOST]
    if form.text("which") == "all":
        return tuple(line.number for line in _offered(tx, visit, programme).lines[:MOST])
    return tuple(dict.fromkeys(form.all("case")))[:MOST]


def _ends(naming: Sequence[Naming], key: str) -> bool:
    return any(bool(n.version.phases[key].ending) for n in naming if key in n.version.phases)


def _moves(naming: Sequence[Naming], phase: str) -> Iterator[tuple[str, str]]:
    """Yield the moves that people make out of a phase, each once, whatever the version."""
    known: dict[str, str] = {}
    for names in naming:
        for move in names.version.transitions.values():
            if phase in move.sources and move.by != ("system",):
                known.setdefault(move.key, f"{names.text(move.title)} → {names.phase(move.target)}")
    yield from known.items()


def _move_title(visit: Visit, tx: Tx, programme: Programme, key: str) -> str:
    naming = methods_named(tx, visit, programme)
    return next((n.move(key) for n in naming if key in n.version.transitions), key)


# the plan


def _planned(visit: Visit, programme: Programme, asked: Wanted, form: Posted, *, changed: bool = False) -> HTMLResponse:
    def read(tx: Tx) -> tuple[Together, list[Refusal], CaseView, Transition | None, Chosen]:
        found = plan(tx, visit.house, asked, _calls(visit))
        view = view_of(visit, tx, asked.numbers[0])
        refusals = [_refusal(visit, tx, answer) for answer in found.answers if answer.outcome is None]
        return found, refusals, view, view.version.transitions.get(asked.transition), _chosen(tx, visit, programme)[2]

    found, refusals, view, move, this = visit.house.store.read(read)
    mails = [_mail(programme, message) for message in found.messages]
    return visit.page(
        "bulk_plan.html",
        409 if changed else 200,
        zone=programme.calendar.zone,
        programme=programme,
        this=this,
        title=view.text(move.title) if move else asked.transition,
        target=view.phase(move.target) if move else "",
        asked=asked,
        able=[(a.number, a.outcome.case.title) for a in found.able if a.outcome],
        refusals=refusals,
        mails=mails,
        people=len({mail.address for mail in mails}),
        fields=_fields(view, move, form) if move else (),
        digest=found.digest,
        changed=changed,
    )


def _fields(view: CaseView, move: Transition, form: Posted) -> list[Field]:
    asked = [view.version.facts[key] for key in dict.fromkeys((*move.requires, *move.asks))]
    fields = list(fact_fields(view, asked, form.starting("fact."), required=move.requires))
    if move.reason_required:
        label = view.labels("Reason, for history")
        fields.append(Field(name="reason", label=label, kind="area", value=form.text("reason"), required=True))
    return fields


def _mail(programme: Programme, message: Message) -> MailOut:
    numbers = tuple(dict.fromkeys(case for case, _ in message.promises))
    person = programme.people.get(message.recipient.removeprefix("person:"))
    name = person.name if person else message.address
    return MailOut(name, message.address, message.language, message.subject, message.text, numbers)


def _refusal(visit: Visit, tx: Tx, answer: Answered) -> Refusal:
    try:
        title = view_of(visit, tx, answer.number).case.title
    except NotFound:
        title = ""
    return Refusal(answer.number, title, _why(visit, tx, answer))


def _why(visit: Visit, tx: Tx, answer: Answered) -> str:
    """Return what keeps a case from the move, in the reader's language."""
    error = answer.error
    if not isinstance(error, HandslagError):
        return ""
    if isinstance(error, GuardsUnmet):
        view = view_of(visit, tx, answer.number)
        move = view.version.transitions[str(error.values.get("transition", ""))]
        return "; ".join(condition.says for condition in conditions_of(view, move, error.blocks) if not condition.met)
    if isinstance(error, NotPermitted):
        view = view_of(visit, tx, answer.number)
        return visit.labels("Only these roles may do it: {roles}", roles=", ".join(map(view.role, error.values["roles"])))
    if isinstance(error, BadInput):
        view = view_of(visit, tx, answer.number)
        return "; ".join(_fault(view, fault) for fault in error.faults)
    return visit.labels.words.sentence(error.reason, visit.language)


def _fault(view: CaseView, fault: Fault) -> str:
    fact = view.version.facts.get(fault.place)
    said = fault_said(view.labels, fault, fact.kind if fact else "")
    return f"{view.text(fact.title)}: {said}" if fact else said
