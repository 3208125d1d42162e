"""Hand-made cases for asking guards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.calendar import Calendar
from engine.case import Case, Deadline, Party, Record, Seat
from engine.declared import Answer, Version, VersionRef
from engine.guards import GuardView
from engine.programme import Person, Programme
from workflows.guard_functions import FUNCTIONS

TODAY = date(2026, 5, 6)
HASH = "a" * 64


def programme() -> Programme:
    """Return a programme with Alice, who coordinates."""
    alice = Person(key="alice", name="Alice", email="alice@example.org", language="en", roles=("coordinator",))
    return Programme(
        key="small",
        code="SML",
        name="Small",
        names={"en": "Small"},
        calendar=Calendar(zone="UTC"),
        languages=("en",),
        sender="a@example.org",
        sender_name="Small",
        reply_to="a@example.org",
        people={"alice": alice},
    )


def view(version: Version, *, figures: Mapping[str, int] | None = None, **case: Any) -> GuardView:
    """Return what guards look at: a case with these facts and rows, on 6 May 2026."""
    case.setdefault("parties", {1: Party(no=1, organisation=7)})
    return GuardView(
        version=version,
        programme=programme(),
        case=Case(version=VersionRef(key=version.key, number=version.number), phase="idea", **case),
        today=TODAY,
        figures=figures or {},
    )


def asked(name: str, seen: GuardView, **params: Any) -> Answer:
    """Ask a shipped function."""
    function = FUNCTIONS[name]
    return function.make(function.filled(params))(seen)


def rows(list_key: str, *values: Mapping[str, Any]) -> dict[int, Record]:
    """Return records of a list, numbered from 101."""
    return {no: Record(no=no, list=list_key, values=given) for no, given in enumerate(values, start=101)}


def seat(no: int, role: str = "signatory", **given: Any) -> dict[int, Seat]:
    """Return one seat, by its number."""
    return {no: Seat(no=no, role=role, contact=no, **given)}


def late(no: int, rule: str, due_on: date, **given: Any) -> dict[int, Deadline]:
    """Return one deadline, by its number."""
    given = {"kind": "followup", "seat": "company_contact", "opened_on": date(2026, 1, 1), "last_on": due_on, **given}
    return {no: Deadline(no=no, rule=rule, due_on=due_on, **given)}
