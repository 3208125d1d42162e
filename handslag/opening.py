"""From what was told of a new case to the act: who takes part, which version, what is filled in by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.acts import OpenCase, PartyGiven
from engine.declared import Version
from engine.ports import Tx
from engine.programme import Organisation
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
    seated = lookup.contacts_by_role(tx, key, wanted.contacts) or _only_contact(tx, company, version)
    act = OpenCase(
        title=wanted.title or company.name,
        parties=(PartyGiven(organisation=company.id, contacts=seated),),
        people={**_coordinator(standing, version, wanted.people), **wanted.people},
        facts={**_registration(company, version), **wanted.facts},
    )
    return version, act


def _only_workflow(tx: Tx) -> tuple[str, int]:
    keys = list(dict.fromkeys(line.key for line in versions(tx)))
    if len(keys) != 1:
        known = ", ".join(keys) or "none is published; run: handslag init"
        raise bad("workflow", f"say which method: {known}", code="missing")
    return keys[0], 0


def _only_contact(tx: Tx, company: Organisation, version: Version) -> dict[str, int]:
    there = [contact for contact in contacts(tx, company.id) if contact.state == "active"]
    return {CONTACT: there[0].id} if len(there) == 1 and CONTACT in version.roles else {}


def _coordinator(standing: Standing, version: Version, given: Mapping[str, str]) -> dict[str, str]:
    takes_it = COORDINATOR in version.roles and COORDINATOR in standing.actor.roles and COORDINATOR not in given
    return {COORDINATOR: standing.actor.key} if takes_it else {}


def _registration(company: Organisation, version: Version) -> dict[str, str]:
    declared = (f.key for f in version.facts.values() if f.kind == "registration" and f.register == company.register)
    return dict.fromkeys(declared, company.number) if company.number else {}
