"""From what was told of a new case to the act: who takes part, which version, what is filled in by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.actor import Actor
from engine.acts import OpenCase, PartyGiven
from engine.declared import Version
from engine.ports import Tx
from engine.programme import Contact, Organisation
from handslag import lookup
from handslag.acting import Standing
from handslag.lookup import bad
from handslag.methods import published
from storage.programme_reads import contacts, versions

COORDINATOR, CONTACT = "coordinator", "company_contact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was told. workflow: key and number (0: newest), None for the only one."""

    workflow: tuple[str, int] | None
    organisation: str
    contacts: tuple[str, ...]
    people: Mapping[str, str]
    facts: Mapping[str, Any]
    title: str


def prepare(tx: Tx, standing: Standing, wanted: Wanted) -> tuple[Version, OpenCase]:
    """Find everything that is named. standing: of who opens it, allowed to. Raises: NotFound, BadInput."""
    key = standing.programme.key
    version = published(tx, *(wanted.workflow or _only_workflow(tx)))
    company = lookup.organisation(tx, key, wanted.organisation)
    seated = lookup.contacts_by_role(tx, key, wanted.contacts) or contact_by_default(contacts(tx, company.id), version)
    act = OpenCase(
        title=wanted.title or company.name,
        parties=(PartyGiven(organisation=company.id, contacts=seated),),
        people={**person_by_default(standing.actor, version), **wanted.people},
        facts={**facts_by_default(company, version), **wanted.facts},
    )
    return version, act


def _only_workflow(tx: Tx) -> tuple[str, int]:
    keys = list(dict.fromkeys(line.key for line in versions(tx)))
    if len(keys) != 1:
        known = ", ".join(keys) or "none is published; run: handslag init"
        raise bad("workflow", f"say which method: {known}", code="missing")
    return keys[0], 0


def contact_by_default(there: Iterable[Contact], version: Version) -> dict[str, int]:
    """Return who is written to where nobody says: the only contact there is."""
    active = [contact for contact in there if contact.state == "active"]
    return {CONTACT: active[0].id} if len(active) == 1 and CONTACT in version.roles else {}


def person_by_default(actor: Actor, version: Version) -> dict[str, str]:
    """Return who coordinates where nobody says: whoever opens the case, where that is a coordinator."""
    return {COORDINATOR: actor.key} if COORDINATOR in version.roles and COORDINATOR in actor.roles else {}


def facts_by_default(company: Organisation, version: Version) -> dict[str, str]:
    """Return the facts that the organisation itself tells: its registration number."""
    declared = (f.key for f in version.facts.values() if f.kind == "registration" and f.register == company.register)
    return dict.fromkeys(declared, company.number) if company.number else {}
