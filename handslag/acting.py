"""Who is acting: from a person's key to an actor with the roles it holds on a case today."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from datetime import datetime

from engine.actor import Actor
from engine.case import Case
from engine.draft import Call
from engine.errors import NotFound
from engine.policy import acts_for, may_see, roles_on
from engine.ports import Ids, Tx
from engine.programme import Programme


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A person in a programme: who acts where."""

    programme: Programme
    actor: Actor


def account() -> str:
    """Return the operating-system account, for history; empty where there is none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # KeyError before Python 3.13
        return ""


def actor_on(
    programme: Programme, case: Case | None, key: str, now: datetime, *, for_whom: str = "", surface: str = "cli"
) -> Actor:
    """Return a person of the programme as actor, with its roles on the case today.

    for_whom: whom the person acts for; left out, a deputy of an absent coordinator acts for that coordinator.
    Raises: NotFound where the programme has no such person, or the case is not for that person to see: a stranger is told the
    same as somebody who mistypes a number.
    """
    person = programme.people.get(key)
    known = person is not None and person.active
    if case is not None and (person is None or not known or not may_see(person, case)):
        raise NotFound(f"there is no case {case.number}", case=case.number)
    if person is None or not known:
        raise NotFound(f"there is no programme {programme.key}", programme=programme.key)
    day = programme.calendar.local_day(now)
    if case is not None and not for_whom:
        for_whom = acts_for(person, programme, case, day)
    return Actor(
        kind="person",
        key=person.key,
        name=person.name,
        roles=roles_on(person, programme, case, day),
        for_whom=for_whom,
        surface=surface,
        account=account() if surface == "cli" else "",
        language=person.language,
    )


def call_on(
    tx: Tx,
    number: str,
    key: str,
    now: datetime,
    ids: Ids,
    *,
    for_whom: str = "",
    happened_at: datetime | None = None,
    surface: str = "cli",
) -> Call:
    """Return the call of a person on a case, read in the transaction that will write."""
    case = tx.case(number)
    programme = tx.programme(case.programme)
    actor = actor_on(programme, case, key, now, for_whom=for_whom, surface=surface)
    return Call(actor=actor, now=now, ids=ids, happened_at=happened_at)
