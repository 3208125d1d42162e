"""What a person sees of a case: the rows with their titles, people's names, and times in the programme's zone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.actor import Actor
from engine.case import Case, Deadline
from engine.declared import FactType, Version, pick
from engine.errors import Reason
from engine.letters import Recipient
from engine.ports import Companies, Tx
from engine.programme import Programme
from engine.seats import Holders
from handslag.acting import actor_on
from handslag.cli.desk import Desk
from handslag.cli.people import known
from notifications.words import Words

SYSTEM = "system"
HASH = re.compile(r"[0-9a-f]{64}")
SHORT_HASH = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case with all that is needed to speak of it. language: of the reader."""

    case: Case
    programme: Programme
    version: Version
    companies: Companies
    actor: Actor
    now: datetime
    words: Words

    @property
    def language(self) -> str:
        """The reader's language."""
        return self.actor.language

    @property
    def today(self) -> date:
        """The programme's date now."""
        return self.programme.calendar.local_day(self.now)

    def text(self, texts: Mapping[str, str]) -> str:
        """Return a text in the reader's language."""
        return pick(texts, self.language, self.version.fallback)

    def phase(self, key: str) -> str:
        """Return what a phase is called."""
        phase = self.version.phases.get(key)
        return self.text(phase.title) if phase else key

    def move(self, key: str) -> str:
        """Return what a transition is called."""
        move = self.version.transitions.get(key)
        return self.text(move.title) if move else key

    def role(self, key: str) -> str:
        """Return what a role is called."""
        role = self.version.roles.get(key)
        return self.text(role.title) if role else key

    def owed(self, deadline: Deadline) -> str:
        """Return what a deadline is called, with its occurrence."""
        return self.rule(deadline.kind, deadline.rule, deadline.record, deadline.occurrence)

    def rule(self, kind: str, rule: str, record: int = 0, occurrence: str = "") -> str:
        """Return what the thing owed by a rule is called."""
        version = self.version
        declared = {"phase": version.phases, "followup": version.followups, "record": version.records}.get(kind, version.tasks)
        found: Any = declared.get(rule)
        title = self.text(found.title) if found else rule
        row = self.case.records.get(record)
        about = (row.values.get("title") if row else "") or ("" if occurrence.startswith("#") else occurrence)
        return f"{title}: {about}" if about else title

    def title(self, key: str) -> str:
        """Return the title of whatever the workflow declares under a key; the key itself where it declares nothing."""
        version = self.version
        for declared in (version.phases, version.followups, version.tasks, version.facts):
            if key in declared:
                return self.text(declared[key].title)
        return key

    def person(self, key: str) -> str:
        """Return a person's name."""
        person = self.programme.people.get(key)
        return person.name if person else key

    def contact(self, no: int) -> str:
        """Return a contact's name with the organisation's."""
        contact = self.companies.contacts.get(no)
        if contact is None:
            return f"contact {no}"
        return f"{contact.name}, {self.organisation(contact.organisation)}"

    def organisation(self, no: int) -> str:
        """Return an organisation's name."""
        found = self.companies.organisations.get(no)
        return found.name if found else f"organisation {no}"

    def seat(self, key: str) -> str:
        """Return who holds a seat now, with the role; where nobody does, that."""
        if key == SYSTEM:
            return "the system"
        role = self.role(key.partition("#")[0]) if ":" not in key else ""
        try:
            found = Holders(self.programme, self.version, self.case, self.companies, self.today).holder(key)
        except KeyError:  # a seat of a plan that is not in the case yet
            return role or key
        if isinstance(found, Reason):
            return f"{role or key} (nobody)"
        name = f"{found.name} for {found.for_whom}" if found.for_whom else found.name
        return f"{name} ({role})" if role and not key.startswith(("record#", "party#")) else name

    def side(self, key: str) -> str:
        """Return the side of a seat's holder, empty where nobody holds it."""
        found = Holders(self.programme, self.version, self.case, self.companies, self.today).holder(key)
        return found.side if isinstance(found, Recipient) else ""

    def why(self, code: str, values: Mapping[str, Any] | None = None) -> str:
        """Return the sentence of a reason code in the reader's language."""
        return self.words.sentence(Reason(code=code, values=values or {}), self.language) if code else ""

    def at(self, instant: datetime | None) -> str:
        """Return an instant as local time of the programme."""
        return f"{self.programme.calendar.local(instant):%Y-%m-%d %H:%M}" if instant else ""

    def fact(self, fact: FactType | None, value: Any) -> str:
        """Return a fact's value as people read it."""
        if value in (None, ""):
            return ""
        if HASH.fullmatch(str(value)):
            return f"{str(value)[:SHORT_HASH]}…"
        if fact is None:
            return str(value)
        if fact.kind == "choice" and str(value) in fact.choices:
            return self.text(fact.choices[str(value)])
        if fact.kind == "yes_no":
            return "yes" if value else "no"
        if fact.kind == "person":
            return self.person(str(value))
        return f"{value} {fact.unit}".strip()


def view_of(desk: Desk, tx: Tx, number: str, *, whole: bool = False) -> CaseView:
    """Return a case as the acting person sees it. whole: with ended deadlines and promises.

    Raises: NotFound, also for a person who may not see it; BadInput.
    """
    known(desk, tx)
    case = tx.case(number, whole=whole)
    programme = tx.programme(case.programme)
    now = desk.now(programme.calendar.zone)
    return CaseView(
        case=case,
        programme=programme,
        version=tx.version(case.version),
        companies=tx.companies(case),
        actor=actor_on(programme, case, desk.who, now),
        now=now,
        words=Words(zone=programme.calendar.zone),
    )
