"""Cases: list, open, show."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from engine import use_cases
from engine.case import Case
from engine.draft import Call
from engine.ports import Tx
from handslag.opening import Wanted, prepare
from handslag.web.api.caller import Caller, programme_of, standing_in
from handslag.web.api.changing import Making
from handslag.web.api.cursors import cursor, page_of, read_cursor
from handslag.web.api.outcomes import Done
from handslag.web.api.shapes import (
    PAGE,
    CaseNumber,
    Facts,
    Given,
    InProgramme,
    Instant,
    Key,
    Limit,
    Name,
    Next,
    Number,
    Page,
    Shown,
)
from handslag.web.case_view import CaseView, look
from storage.reads import cases

router = APIRouter(tags=["cases"])


class CaseListed(Shown):
    """A case in a list."""

    number: str = Field(examples=["AAL-2026-0017"])
    programme: str
    title: str
    phase: str
    phase_since: date | None
    revision: int
    opened_on: date | None
    closed_on: date | None
    outcome: str
    version: str = Field(description="Key of its workflow.")
    version_number: int
    coordinator: str | None = Field(description="Key of a person.")
    next_on: date | None = Field(description="Earliest day on which something is due.")


class RecordShown(Shown):
    """An entry in a declared list."""

    no: int
    list: str
    values: dict[str, Any]
    void_on: date | None


class PartyShown(Shown):
    """An organisation's part."""

    no: int
    organisation: int
    name: str
    kind: str
    joined_on: date | None
    left_on: date | None


class SeatShown(Shown):
    """Somebody in a role: a person of the municipality or a contact."""

    no: int
    role: str
    role_title: str
    person: str
    contact: int
    name: str
    party: int
    authority: str
    since: date | None
    ended_on: date | None


class WaitShown(Shown):
    """A pause: the days from `first` to before `until` do not count."""

    no: int
    reason: str
    first: date
    until: date


class CaseShown(Shown):
    """A case with its facts and rows; what is owed and promised has lists of its own."""

    number: str = Field(examples=["AAL-2026-0017"])
    programme: str
    title: str
    version: str = Field(description="Workflow and number it is pinned to.", examples=["aalborg v1"])
    phase: str
    phase_title: str = Field(description="In the person's language.")
    phase_since: date | None
    revision: int = Field(description="Number of the last entry; also the ETag.")
    opened_on: date | None
    closed_on: date | None
    outcome: str
    facts: dict[str, Any]
    records: list[RecordShown]
    parties: list[PartyShown]
    seats: list[SeatShown]
    waits: list[WaitShown]


class Opening(Given):
    """A new case. What is left out is filled in where there is only one choice."""

    programme: Key = Field("", description="Else the person's only one.")
    workflow: Key = Field("", description="Key of a published workflow; else the only one.")
    number: Annotated[int, Field(ge=0, le=10_000)] = Field(0, description="Version of the workflow; 0 for the newest.")
    organisation: Number = Field(description="Id of the organisation.")
    title: Name = Field("", description="Else the organisation's name.")
    contacts: dict[Key, Number] = Field({}, description="Contact ids by role.", examples=[{"company_contact": 12}])
    people: dict[Key, Key] = Field({}, description="Keys of people by role.", examples=[{"coordinator": "anne"}])
    facts: Facts = Field({})
    for_whom: Name = Field("", description="Acting for whom.")
    happened_at: Instant | None = Field(None, description="When it happened, if it is noted later.")


@router.get("/cases")
def list_cases(
    visit: Caller,
    programme: InProgramme = "",
    phase: Annotated[Key, Query(description="Only cases in this phase.")] = "",
    person: Annotated[Key, Query(description="Only cases in which this person has a seat.")] = "",
    words: Annotated[Name, Query(description="Part of title or number.")] = "",
    is_open: Annotated[bool | None, Query(alias="open", description="Only open ones, or only closed ones.")] = None,
    limit: Limit = PAGE,
    after: Next = "",
) -> Page[CaseListed]:
    """List cases, newest first. Somebody who sees only some of a programme's cases gets those."""
    start = read_cursor(after, int)
    chosen = programme_of(visit, programme)
    whose = person if visit.sees(chosen) else visit.person

    def read(tx: Tx) -> Any:
        before = start[0] if start else 0
        return cases(
            tx, programme=chosen.key, phase=phase, person=whose, words=words, is_open=is_open, before=before, limit=limit + 1
        )  # fmt: skip

    lines, following = page_of(visit.house.store.read(read), limit, lambda line: cursor(line.id))
    return Page(items=[CaseListed.model_validate(line) for line in lines], next=following)


@router.post("/cases", response_model=Done)
def open_case(change: Making, given: Opening) -> Response:
    """Open a case in the first phase of a workflow."""
    visit, tools = change.visit, change.visit.house.tools
    wanted = Wanted(
        workflow=(given.workflow, given.number) if given.workflow else None,
        organisation=str(given.organisation),
        contacts=tuple(f"{role}={contact}" for role, contact in given.contacts.items()),
        people=given.people,
        facts=dict(given.facts),
        title=given.title,
    )

    def work(tx: Tx) -> Any:
        standing = standing_in(visit, given.programme, "open_case")
        version, act = prepare(tx, standing, wanted)
        actor = standing.actor
        call = Call(actor=actor, now=visit.now, ids=tools.ids, happened_at=given.happened_at)
        make = use_cases.preview_open if change.dry_run else use_cases.open_case
        return change.told(change.confirmed(make(tx, tools, standing.programme, version, act, call)))

    return change.once(work)


@router.get("/cases/{number}")
def show_case(visit: Caller, number: CaseNumber, response: Response) -> CaseShown:
    """Show a case; its ETag is its revision."""
    view = look(visit, number)
    response.headers["etag"] = f'"{view.case.revision}"'
    return case_shown(view)


def case_shown(view: CaseView) -> CaseShown:
    """Return a case as it is answered."""
    case: Case = view.case
    plain = ("number", "programme", "title", "phase", "phase_since", "revision", "opened_on", "closed_on", "outcome")
    return CaseShown(
        **{name: getattr(case, name) for name in plain},
        version=view.version.name,
        phase_title=view.phase(case.phase),
        facts=dict(case.facts),
        records=[RecordShown.model_validate(row) for row in case.records.values()],
        parties=[_party(view, no) for no in case.parties],
        seats=[_seat(view, no) for no in case.seats],
        waits=[WaitShown.model_validate(row) for row in case.waits.values()],
    )


def _party(view: CaseView, no: int) -> PartyShown:
    row = view.case.parties[no]
    names = ("no", "organisation", "kind", "joined_on", "left_on")
    return PartyShown(name=view.organisation(row.organisation), **{name: getattr(row, name) for name in names})


def _seat(view: CaseView, no: int) -> SeatShown:
    row = view.case.seats[no]
    names = ("no", "role", "person", "contact", "party", "authority", "since", "ended_on")
    name = view.person(row.person) if row.person else view.contact(row.contact)
    return SeatShown(name=name, role_title=view.role(row.role), **{name: getattr(row, name) for name in names})
