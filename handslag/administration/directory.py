"""Roles that follow the groups of the city's directory, by the same use case as a person's administration.

Groups give and take only the roles that the settings name for a programme; every other role is given by people. Whom a person
has marked as having left stays so, whatever the groups say: that state keeps its roles, the directory's own has none.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.actor import Actor
from engine.errors import BadInput, NotFound
from engine.ports import Tx
from handslag.administration.office import Office
from handslag.administration.people import save_person
from handslag.group_rules import GroupRule, managed_roles, roles_of
from storage.programme_reads import person_of

DIRECTORY = Actor(kind="system", key="directory", name="the directory", roles=("system",), surface="sign-in")
_log = logging.getLogger(__name__)


def follow_groups(
    tx: Tx, person: str, rules: Sequence[GroupRule], groups: Collection[str], now: datetime, known: Mapping[str, Any]
) -> None:
    """Give and take the roles of a person as its groups say, programme by programme. known: name, email, language if new.

    What a programme cannot do without (its last administrator) or does not know (a role) is left and logged.
    """
    for programme, managed in managed_roles(rules).items():
        try:
            office = Office(programme=tx.programme(programme), actor=DIRECTORY, now=now)
            given = _given(office, person, managed, roles_of(rules, programme, groups))
            if given is not None:
                save_person(tx, office, person, {**(known if person_of(tx, person) is None else {}), **given})
        except (BadInput, NotFound) as error:
            _log.error("groups_not_followed", extra={"person": person, "programme": programme, "why": error.sentence})


def _given(office: Office, person: str, managed: frozenset[str], roles: tuple[str, ...]) -> dict[str, Any] | None:
    """Return what the directory says of a part in a programme, None where it has nothing to say."""
    found = office.programme.people.get(person)
    if found is None:
        return {"roles": roles} if roles else None
    if not found.active and found.roles:
        return None
    kept = (role for role in found.roles if role not in managed or role in roles)
    everything = tuple(dict.fromkeys((*kept, *roles)))
    return {"roles": everything, "active": bool(everything)}
