"""Programmes of the person, and the person behind the token."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import Field

from engine.programme import Programme
from handslag.web.api.caller import Caller, programme_of
from handslag.web.api.shapes import Page, ProgrammeKey, Shown
from handslag.web.visit import Visit

router = APIRouter(tags=["programmes"])


class ProgrammeListed(Shown):
    """A programme in which the person has a part."""

    key: str = Field(examples=["aalborg"])
    code: str = Field(description="Prefix of its case numbers.", examples=["AAL"])
    name: str
    zone: str
    languages: list[str]
    roles: list[str] = Field(description="Roles of the person in the whole programme.")


class PersonShown(Shown):
    """A person of a programme."""

    key: str
    name: str
    email: str
    language: str
    roles: list[str]
    function: str
    department: str
    deputy: str
    active: bool


class ProgrammeWhole(ProgrammeListed):
    """A programme with its people, for those who may read it."""

    sender: str
    reply_to: str
    people: list[PersonShown]


class Me(Shown):
    """Who calls."""

    person: str
    name: str
    language: str
    may_write: bool = Field(description="Whether this token may change things.")
    programmes: list[ProgrammeListed]


@router.get("/me")
def show_me(visit: Caller) -> Me:
    """Show who calls, with which token, and where that person has a part."""
    return Me(
        person=visit.person, name=visit.signed.name, language=visit.language, may_write=visit.may_write,
        programmes=[_listed(visit, programme) for programme in visit.programmes.values()],
    )  # fmt: skip


@router.get("/programmes")
def list_programmes(visit: Caller) -> Page[ProgrammeListed]:
    """List the programmes in which the person has a part."""
    return Page(items=[_listed(visit, programme) for programme in visit.programmes.values()], next=None)


@router.get("/programmes/{programme}")
def show_programme(visit: Caller, programme: ProgrammeKey) -> ProgrammeWhole:
    """Show a programme; its people are told to those who may see all of its cases."""
    found = programme_of(visit, programme)
    people = found.people.values() if visit.sees(found) else [found.people[visit.person]]
    return ProgrammeWhole(
        **dict(_listed(visit, found)), sender=found.sender, reply_to=found.reply_to,
        people=[PersonShown.model_validate(person) for person in people],
    )  # fmt: skip


def _listed(visit: Visit, programme: Programme) -> ProgrammeListed:
    return ProgrammeListed(
        key=programme.key, code=programme.code, name=programme.name, zone=programme.calendar.zone,
        languages=list(programme.languages), roles=list(visit.roles(programme)),
    )  # fmt: skip
