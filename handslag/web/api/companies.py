"""Organisations and contacts of a programme; each change is an entry on the open cases it touches."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from engine.ports import Tx
from handslag.companies import (
    Changed,
    Keeper,
    add_contact,
    add_organisation,
    change_contact,
    change_organisation,
    look_at,
)
from handslag.companies import Given as OrganisationGiven
from handslag.web.api.caller import Caller, standing_in
from handslag.web.api.changing import Change, Making
from handslag.web.api.cursors import cursor, page_of, read_cursor
from handslag.web.api.shapes import PAGE, Given, InProgramme, Limit, Name, Next, Page, RowNumber, Shown
from handslag.web.case_view import view_of
from storage.programme_reads import organisations

router = APIRouter(tags=["organisations and contacts"])


class OrganisationShown(Shown):
    """A company or other body of a programme."""

    id: int
    name: str
    registry: str = Field(alias="register", examples=["CVR"])
    number: str
    kind: str
    note: str


class ContactShown(Shown):
    """A person at an organisation who gets mail."""

    id: int
    organisation: int
    name: str
    email: str
    language: str
    function: str
    state: Literal["active", "left", "undeliverable"]


class OrganisationWhole(Shown):
    """An organisation with its contacts and its open cases."""

    organisation: OrganisationShown
    contacts: list[ContactShown]
    cases: list[str] = Field(description="Numbers of its open cases.")


class Changes(Shown):
    """What a change did, or would do."""

    done: bool = Field(description="False for a dry run, and where nothing changes.")
    what: Literal["organisation", "contact"]
    no: int = Field(description="Its id; 0 for a new one in a dry run.")
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    cases: list[str] = Field(description="Open cases that get an entry.")
    warning: str = ""


class Organisation(Given):
    """Fields of an organisation; those left empty stay."""

    name: Name = ""
    registry: Name = Field("", alias="register", examples=["CVR"])
    number: Name = Field("", examples=["13585628"])
    kind: Name = ""
    note: Name = ""


class Contact(Given):
    """Fields of a contact; those left empty stay."""

    name: Name = ""
    email: Name = Field("", examples=["mia@company.example.org"])
    language: Literal["", "en", "da", "nl"] = ""
    function: Name = ""
    state: Literal["", "active", "left", "undeliverable"] = ""


@router.get("/organisations")
def list_organisations(
    visit: Caller,
    programme: InProgramme = "",
    words: Annotated[Name, Query(description="Part of name or number.")] = "",
    limit: Limit = PAGE,
    after: Next = "",
) -> Page[OrganisationShown]:
    """List the organisations of a programme, the first one first."""
    start = read_cursor(after, int)
    key = standing_in(visit, programme, "read").programme.key

    def read(tx: Tx) -> Any:
        return organisations(tx, key, words=words, after=start[0] if start else 0, limit=limit + 1)

    lines, following = page_of(visit.house.store.read(read), limit, lambda line: cursor(line.id))
    return Page(items=[OrganisationShown.model_validate(line) for line in lines], next=following)


@router.get("/organisations/{no}")
def show_organisation(visit: Caller, no: RowNumber, programme: InProgramme = "") -> OrganisationWhole:
    """Show an organisation with its contacts and open cases."""
    key = standing_in(visit, programme, "read").programme.key
    return OrganisationWhole.model_validate(visit.house.store.read(lambda tx: look_at(tx, key, str(no))))


@router.post("/organisations", response_model=Changes)
def add_one(change: Making, given: Organisation, programme: InProgramme = "") -> Response:
    """Add an organisation; register and number are unique in its programme."""

    def work(tx: Tx) -> tuple[Changes, dict[str, str]]:
        fields = OrganisationGiven(**{**given.model_dump(by_alias=True), "kind": given.kind or "company"})
        made, warning = add_organisation(tx, keeper_of(tx, change, programme), fields, dry_run=change.dry_run)
        new = {name: getattr(made, name) for name in ("name", "register", "number", "kind", "note")}
        done = not change.dry_run
        return Changes(done=done, what="organisation", no=made.id, old=None, new=new, cases=[], warning=warning), {}

    return change.once(work)


@router.patch("/organisations/{no}", response_model=Changes)
def change_one(change: Making, no: RowNumber, given: Organisation, programme: InProgramme = "") -> Response:
    """Change an organisation; the titles of its open cases follow its name."""
    fields = OrganisationGiven(**given.model_dump(by_alias=True))

    def work(tx: Tx) -> tuple[Changes, dict[str, str]]:
        keeper = keeper_of(tx, change, programme)
        return _told(change_organisation(tx, keeper, str(no), fields, dry_run=change.dry_run))

    return change.once(work)


@router.post("/organisations/{no}/contacts", response_model=Changes)
def add_contact_to(change: Making, no: RowNumber, given: Contact, programme: InProgramme = "") -> Response:
    """Add a contact to an organisation."""

    def work(tx: Tx) -> tuple[Changes, dict[str, str]]:
        keeper = keeper_of(tx, change, programme)
        fields = (given.name, given.email, given.language, given.function)
        return _told(add_contact(tx, keeper, str(no), *fields, dry_run=change.dry_run))

    return change.once(work)


@router.patch("/contacts/{no}", response_model=Changes)
def change_contact_of(change: Making, no: RowNumber, given: Contact, programme: InProgramme = "") -> Response:
    """Change a contact; promises yet to be fired use the new address."""

    def work(tx: Tx) -> tuple[Changes, dict[str, str]]:
        keeper = keeper_of(tx, change, programme)
        return _told(change_contact(tx, keeper, str(no), given.model_dump(), dry_run=change.dry_run))

    return change.once(work)


def keeper_of(tx: Tx, change: Change, programme: str) -> Keeper:
    """Return who changes organisations in a programme. Raises: NotFound, NotPermitted, BadInput."""
    visit = change.visit
    standing = standing_in(visit, programme, "organisation")
    return Keeper(
        standing=standing, tools=visit.house.tools, call_of=lambda tx, number: view_of(visit, tx, number).call()
    )  # fmt: skip


def _told(changed: Changed) -> tuple[Changes, dict[str, str]]:
    return Changes.model_validate({name: getattr(changed, name) for name in ("done", "what", "no", "old", "new")}
                                  | {"cases": list(changed.cases)}), {}  # fmt: skip
