"""A case as its reader sees it: rows with their titles, people's names, sentences, all in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.actor import Actor
from engine.acts import MailChoice
from engine.case import Case, Deadline
from engine.declared import FactType, Version, pick
from engine.draft import Call
from engine.errors import NotFound, Reason
from engine.letters import Recipient
from engine.policy import ACTS
from engine.ports import Companies, Tx
from engine.programme import Programme
from engine.seats import Holders
from handslag.acting import actor_on
from handslag.web.labels import Labels
from handslag.web.said import ROLES
from handslag.web.visit import Visit
from notifications.dates import long_date, number
from notifications.outline import outline


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What the things of a version are called in one language."""

    version: Version
    labels: Labels

    def text(self, texts: Mapping[str, str]) -> str:
        """Return a text in the reader's language, else in the version's fallback."""
        return pick(texts, self.labels.language, self.version.fallback)

    def phase(self, key: str) -> str:
        """Return what a phase is called."""
        found = self.version.phases.get(key)
        return self.text(found.title) if found else key

    def move(self, key: str) -> str:
        """Return what a transition is called."""
        found = self.version.transitions.get(key)
        return self.text(found.title) if found else key

    def role(self, key: str) -> str:
        """Return what a role is called."""
        found = self.version.roles.get(key)
        return self.text(found.title) if found else self.labels(ROLES.get(key, key))

    def rule(self, kind: str, rule: str, about: str = "", occurrence: str = "") -> str:
        """Return what the thing owed by a rule is called. about: title of its record; occurrence: of a follow-up."""
        version = self.version
        declared: Mapping[str, Any] = {
            "phase": version.phases, "followup": version.followups, "record": version.records
        }.get(kind, version.tasks)  # fmt: skip
        found = declared.get(rule)
        title = self.text(found.title) if found else rule
        return f"{title}: {about or self._day(occurrence)}" if about or self._day(occurrence) else title

    def _day(self, occurrence: str) -> str:
        try:
            return long_date(date.fromisoformat(occurrence), self.labels.language)
        except ValueError:
            return ""

    def mail(self, code: str) -> str:
        """Return what a mail is called: its subject with blanks, else its code."""
        found = self.version.mails.get(code)
        texts = {language: text.subject for language, text in found.texts.items()} if found else {}
        named = outline(self.text(texts)) if texts else ""
        return self.labels("mail “{subject}”", subject=named) if named else self.labels("mail {code}", code=code)

    def seat_role(self, seat: str) -> str:
        """Return the role of a seat key, for lists that do not load the case."""
        kind, _, _no = seat.partition("#")
        if seat.startswith("person:") or kind == "record":
            return self.labels("the person responsible")
        return self.labels("the party's contact") if kind == "party" else self.role(kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView(Naming):
    """A case with all that is needed to speak of it."""

    visit: Visit
    case: Case
    programme: Programme
    companies: Companies
    actor: Actor

    @property
    def today(self) -> date:
        """The programme's date now."""
        return self.programme.calendar.local_day(self.visit.now)

    @property
    def zone(self) -> str:
        """The programme's zone."""
        return self.programme.calendar.zone

    def may(self, act: str) -> bool:
        """Tell whether the reader may do an act to this case."""
        return bool(set(self.actor.roles) & set(ACTS[act]))

    def call(self, for_whom: str = "", mails: tuple[MailChoice, ...] = ()) -> Call:
        """Return the circumstances of an act by the reader, now. mails: what is decided about those that the act sends."""
        actor = self.actor if not for_whom else actor_on(
            self.programme, self.case, self.actor.key, self.visit.now, for_whom=for_whom,
            surface=self.visit.surface,
        )  # fmt: skip
        return Call(actor=actor, now=self.visit.now, ids=self.visit.house.tools.ids, mails=mails)

    def owed(self, deadline: Deadline | Any) -> str:
        """Return what a deadline is called, with its record or occurrence."""
        row = self.case.records.get(deadline.record)
        about = str(row.values.get("title") or "") if row else ""
        return self.rule(deadline.kind, deadline.rule, about, deadline.occurrence)

    def person(self, key: str) -> str:
        """Return a person's name."""
        found = self.programme.people.get(key)
        return found.name if found else key

    def contact(self, no: int) -> str:
        """Return a contact's name with the organisation's."""
        found = self.companies.contacts.get(no)
        return f"{found.name}, {self.organisation(found.organisation)}" if found else str(no)

    def organisation(self, no: int) -> str:
        """Return an organisation's name."""
        found = self.companies.organisations.get(no)
        return found.name if found else str(no)

    def holder(self, seat: str) -> Recipient | Reason:
        """Return who holds a seat now, or why nobody does."""
        try:
            return Holders(self.programme, self.version, self.case, self.companies, self.today).holder(seat)
        except KeyError:  # a seat of a plan that is not in the case yet
            return Reason(code="nobody", values={"role": seat})

    def seat(self, seat: str) -> str:
        """Return who holds a seat now: a name, or the role where nobody does."""
        found = self.holder(seat)
        if isinstance(found, Reason):
            return self.labels("{role} (nobody yet)", role=self.seat_role(seat))
        return self.labels("{name} for {whom}", name=found.name, whom=found.for_whom) if found.for_whom else found.name

    def side(self, seat: str) -> str:
        """Return the side of a seat's holder: company, municipality, network; empty where nobody holds it."""
        found = self.holder(seat)
        return found.side if isinstance(found, Recipient) else ""

    def why(self, code: str, values: Mapping[str, Any] | None = None) -> str:
        """Return the sentence of a reason code."""
        return self.labels.words.sentence(Reason(code=code, values=values or {}), self.labels.language) if code else ""

    def fact(self, fact: FactType | None, value: Any) -> str:
        """Return a fact's value as people read it; empty for none."""
        if value in (None, "") or fact is None:
            return "" if value is None else str(value)
        match fact.kind:
            case "choice" if str(value) in fact.choices:
                return self.text(fact.choices[str(value)])
            case "yes_no":
                return self.labels("yes") if value is True else self.labels("no")
            case "person":
                return self.person(str(value))
            case "date":
                return long_date(date.fromisoformat(str(value)), self.labels.language)
            case "number":
                return self._amount(fact, value)
        return str(value)

    def _amount(self, fact: FactType, value: Any) -> str:
        if fact.unit == "year":
            return str(value)
        return f"{number(value, self.labels.language)} {fact.unit}".strip()


def view_of(visit: Visit, tx: Tx, number: str, *, whole: bool = False) -> CaseView:
    """Return a case as the visitor sees it. whole: with ended deadlines and promises.

    Raises: NotFound, also for a person who may not see it.
    """
    case = tx.case(number, whole=whole)
    programme = tx.programme(case.programme)
    if programme.key not in visit.programmes:  # a token may open fewer than the person has
        raise NotFound(f"there is no case {number}", case=number)
    return CaseView(
        labels=Labels(visit.language, programme.calendar.zone),
        visit=visit,
        case=case,
        programme=programme,
        version=tx.version(case.version),
        companies=tx.companies(case),
        actor=actor_on(programme, case, visit.person, visit.now, surface=visit.surface),
    )


def look(visit: Visit, number: str, *, whole: bool = False) -> CaseView:
    """Return a case in a reading transaction of its own. Raises: NotFound."""
    return visit.house.store.read(lambda tx: view_of(visit, tx, number, whole=whole))
