"""Facts, records and comments: what a case knows, and what is said about it."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import Field

from engine.acts import AddRecord, ChangeRecord, Comment, SetFacts
from handslag.lookup import bad
from handslag.web.api.changing import Making
from handslag.web.api.outcomes import Done
from handslag.web.api.shapes import CaseNumber, Changing, Facts, Key, RowNumber, Text

router = APIRouter(tags=["facts and records"])


class FactsGiven(Changing):
    """Facts to be set."""

    facts: Facts = Field(examples=[{"score": 72, "tier": "standard"}])
    reason: Text = ""


class RecordGiven(Changing):
    """An entry for a declared list."""

    values: Facts = Field(examples=[{"held_on": "2026-03-31"}])


class RecordChanged(RecordGiven):
    """Fields of an entry that change."""

    reason: Text = ""


class Voiding(Changing):
    """Why an entry is void."""

    reason: Text


class Commenting(Changing):
    """Something said about a case."""

    text: Text = Field(examples=["He is positive and wants figures."])


@router.patch("/cases/{number}/facts", response_model=Done)
def set_facts(change: Making, number: CaseNumber, given: FactsGiven) -> Response:
    """Set facts; null takes one away. Those that are not named stay."""
    return change.to_case(number, SetFacts(facts=dict(given.facts), reason=given.reason), given)


@router.post("/cases/{number}/records/{list_key}", response_model=Done)
def add_record(change: Making, number: CaseNumber, list_key: Key, given: RecordGiven) -> Response:
    """Add an entry to a list: a visit, a commitment, a report."""
    return change.to_case(number, AddRecord(list=list_key, values=dict(given.values)), given)


@router.patch("/cases/{number}/records/{no}", response_model=Done)
def change_record(change: Making, number: CaseNumber, no: RowNumber, given: RecordChanged) -> Response:
    """Change fields of an entry; a date that moves moves what is owed on it."""
    act = ChangeRecord(no=no, values=dict(given.values), reason=given.reason)
    return change.to_case(number, act, given)


@router.post("/cases/{number}/records/{no}/void", response_model=Done)
def void_record(change: Making, number: CaseNumber, no: RowNumber, given: Voiding) -> Response:
    """Void an entry; it stays readable, and what was owed on it is cancelled."""
    if not given.reason.strip():
        raise bad("reason", "voiding needs a reason", code="missing")
    return change.to_case(number, ChangeRecord(no=no, void=True, reason=given.reason), given)


@router.post("/cases/{number}/comments", response_model=Done)
def say(change: Making, number: CaseNumber, given: Commenting) -> Response:
    """Say something about a case; it stands in its history."""
    return change.to_case(number, Comment(text=given.text), given)
