"""A whole small installation for tests: real SQLite, the shipped method, a movable clock, a captured outbox.

The standing cast: Anne coordinates, Bo is her deputy, Mette manages, Pia and Ole own municipal commitments, Sofie is the mayor,
Carl is a stranger from another programme. The calendar is written out by hand from the published holidays, not computed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from engine import acts, use_cases
from engine.actor import Actor
from engine.case import Case, Deadline, Promise
from engine.chain import Break, verify
from engine.declared import VersionRef
from engine.draft import Call
from engine.entry import Sealed
from engine.letters import Message
from engine.moves import Offer
from engine.ports import Document
from engine.programme import Contact, Organisation, Person, Programme, ProgrammeFile
from engine.replay import reveal
from handslag.acting import actor_on
from handslag.clock import MovedClock
from handslag.settings import load_settings
from handslag.wiring import House, SeededIds, load_version, open_house
from handslag.worker import work_once
from storage import reads
from storage.schema import migrate
from workflows.folder import digest, read_folder

LIBRARY = Path(__file__).parent.parent / "workflows" / "library"
AALBORG = "aalborg-climate-partnership"
FREE_DK = {
    "2026-01-01": "Nytårsdag", "2026-04-02": "Skærtorsdag", "2026-04-03": "Langfredag", "2026-04-06": "2. påskedag",
    "2026-05-14": "Kristi himmelfartsdag", "2026-05-25": "2. pinsedag", "2026-06-05": "Grundlovsdag",
    "2026-12-24": "Juleaftensdag", "2026-12-25": "Juledag", "2026-12-31": "Nytårsaftensdag", "2027-01-01": "Nytårsdag",
    "2027-03-25": "Skærtorsdag", "2027-03-26": "Langfredag", "2027-03-29": "2. påskedag", "2027-05-06": "Kristi himmelfartsdag",
    "2027-05-17": "2. pinsedag", "2027-12-24": "Juleaftensdag", "2027-12-31": "Nytårsaftensdag",
}  # fmt: skip
FREE_NL = {
    "2026-01-01": "Nieuwjaarsdag", "2026-04-03": "Goede Vrijdag", "2026-04-06": "Tweede paasdag", "2026-04-27": "Koningsdag",
    "2026-05-05": "Bevrijdingsdag", "2026-05-14": "Hemelvaartsdag", "2026-05-25": "Tweede pinksterdag",
    "2026-12-25": "Eerste kerstdag", "2027-01-01": "Nieuwjaarsdag", "2027-03-26": "Goede Vrijdag",
    "2027-03-29": "Tweede paasdag", "2027-04-27": "Koningsdag", "2027-05-05": "Bevrijdingsdag",
}  # fmt: skip
PEOPLE = (
    Person(key="anne", name="Anne Holm", email="anne@a.example.org", language="en", roles=("coordinator",), deputy="bo"),
    Person(key="bo", name="Bo Lund", email="bo@a.example.org", language="da", roles=("coordinator", "deputy"), deputy="anne"),
    Person(key="mette", name="Mette Krog", email="mette@a.example.org", language="en", roles=("manager",)),
    Person(key="pia", name="Pia Skov", email="pia@a.example.org", language="da", roles=("municipal_owner",)),
    Person(key="ole", name="Ole Vang", email="ole@a.example.org", language="en", roles=("municipal_owner",)),
    Person(key="hanne", name="Hanne Dal", email="hanne@a.example.org", language="en", roles=("head_of_department",)),
    Person(key="sofie", name="Sofie Borg", email="sofie@a.example.org", language="da", roles=("signatory_public",)),
)


def quiet_days() -> dict[date, str]:
    """Weeks 28 to 30 and the turn of the year, 2026 and 2027."""
    days: dict[date, str] = {}
    for year in (2025, 2026, 2027):
        summer = date.fromisocalendar(year, 28, 1)
        days |= {summer + timedelta(days=n): "summer" for n in range(21)}
        days |= {date(year, 12, 20) + timedelta(days=n): "turn of the year" for n in range(14)}
    return days


def programme_file(
    key: str = "aalborg", *, zone: str = "Europe/Copenhagen", free: Mapping[str, str] = FREE_DK
) -> ProgrammeFile:
    """A programme as a file would declare it."""
    days = [(date.fromisoformat(day), "free", name) for day, name in free.items()]
    days += [(day, "quiet", name) for day, name in quiet_days().items()]
    return ProgrammeFile(
        key=key,
        code=key[:3].upper(),
        name=f"{key.title()} (test)",
        names={"en": f"{key.title()} (test)", "da": f"{key.title()} (prøve)"},
        zone=zone,
        languages=("da", "en"),
        sender=f"klima@{key}.example.org",
        sender_name="Climate secretariat",
        reply_to=f"klima@{key}.example.org",
        opens=time(8),
        closes=time(16),
        calendar_days=tuple(days),
        people=tuple(replace(p, email=p.email.replace("@a.", f"@{key}.")) for p in PEOPLE) if key == "aalborg" else (
            Person(key="carl", name="Carl Vos", email="carl@x.example.org", language="en", roles=("coordinator", "manager")),
            *(replace(p, key=f"{p.key}-{key}", deputy="") for p in PEOPLE),
        ),
        events={"network_events": (date(2026, 3, 12), date(2026, 6, 11), date(2026, 9, 17), date(2026, 12, 3))},
        targets=(),
    )  # fmt: skip


def at(text: str, zone_hours: int = 0) -> datetime:
    """An instant from `2026-03-02 09:00`, UTC (or so many hours east of it)."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC) - timedelta(hours=zone_hours)


class World:
    """One installation, walked by acts and by the clock."""

    def __init__(
        self, folder: Path, *, now: str = "2026-01-05 09:00", workflow: str = AALBORG, programme: ProgrammeFile | None = None
    ) -> None:
        self.folder = folder
        self.clock = MovedClock(at(now))
        settings = load_settings(folder)
        migrate(settings.database.url)
        self.house: House = open_house(folder, settings, clock=self.clock, ids=SeededIds(7))
        self.workflow = workflow
        self.publish(LIBRARY / workflow)
        self.add_programme(programme or programme_file())

    def close(self) -> None:
        """Let go of the database."""
        self.house.close()

    # making things

    def publish(self, folder: Path) -> bool:
        """Publish a workflow folder; False where the same content is there already."""
        files = read_folder(folder)
        version = load_version(files)
        return self.house.store.run(lambda tx: tx.publish(version.key, version.number, files, digest(files), self.clock.now()))

    def add_programme(self, file: ProgrammeFile) -> Programme:
        """Add a programme."""
        return self.house.store.run(lambda tx: tx.add_programme(file))

    def organisation(
        self, name: str = "Limfjordens Maskinværksted ApS", number: str = "10150817", programme: str = "aalborg"
    ) -> Organisation:
        """Add an organisation."""
        made = Organisation(id=0, name=name, register="CVR", number=number)
        return self.house.store.run(lambda tx: tx.save_organisation(programme, made))

    def contact(self, organisation: Organisation, name: str, language: str = "en", email: str = "") -> Contact:
        """Add a contact."""
        address = email or f"{name.split()[0].lower()}{organisation.id}@company.example.org"
        made = Contact(id=0, organisation=organisation.id, name=name, email=address, language=language, function="Director")
        return self.house.store.run(lambda tx: tx.save_contact(made))

    # acting

    def call(
        self,
        person: str,
        case: Case | None = None,
        programme: str = "aalborg",
        *,
        for_whom: str = "",
        happened_at: datetime | None = None,
    ) -> Call:
        """The circumstances in which a person acts now."""
        found = self.house.store.read(lambda tx: tx.programme(programme))
        actor: Actor = actor_on(found, case, person, self.clock.now(), for_whom=for_whom)
        return Call(actor=actor, now=self.clock.now(), ids=self.house.tools.ids, happened_at=happened_at)

    def open_case(self, act: acts.OpenCase, person: str = "anne", programme: str = "aalborg", version: int = 1) -> str:
        """Open a case and return its number."""

        def use(tx: Any) -> str:
            ref = VersionRef(key=self.workflow, number=version)
            done = use_cases.open_case(
                tx, self.house.tools, tx.programme(programme), tx.version(ref), act, self.call(person, programme=programme)
            )
            return done.case.number

        return self.house.store.run(use)

    def do(self, number: str, act: acts.Act, person: str = "anne", *, happened_at: datetime | None = None, for_whom: str = "",
           revision: int = 0, confirm: str = "") -> use_cases.Outcome:  # fmt: skip
        """Do an act to a case as a person."""
        case = self.case(number)
        call = self.call(person, case, case.programme, happened_at=happened_at, for_whom=for_whom)
        return self.house.store.run(
            lambda tx: use_cases.perform(tx, self.house.tools, number, act, call, revision=revision, confirm=confirm)
        )

    def preview(self, number: str, act: acts.Act, person: str = "anne") -> use_cases.Outcome:
        """What an act would do."""
        case = self.case(number)
        call = self.call(person, case, case.programme)
        return self.house.store.read(lambda tx: use_cases.preview(tx, self.house.tools, number, act, call))

    def settle(
        self, number: str, what: str, rule: str, person: str = "anne", for_whom: str = "", **values: Any
    ) -> use_cases.Outcome:
        """Do something to the open deadline of a rule (the earliest)."""
        deadline = min((d for d in self.case(number).open_deadlines() if d.rule == rule), key=lambda d: d.due_on)
        return self.do(number, acts.Fulfil(what=what, deadline=deadline.no, **values), person, for_whom=for_whom)

    # looking

    def case(self, number: str, *, whole: bool = False) -> Case:
        """A case as the store has it."""
        return self.house.store.read(lambda tx: tx.case(number, whole=whole))

    def deadline(self, number: str, rule: str) -> Deadline:
        """The open deadline of a rule, the earliest where there are several."""
        return min((d for d in self.case(number).open_deadlines() if d.rule == rule), key=lambda d: d.due_on)

    def promises(self, number: str, about: int | None = None) -> list[Promise]:
        """All promises of a case, ended ones too, of one deadline if asked."""
        return [p for p in self.case(number, whole=True).promises.values() if about is None or p.about == about]

    def messages(self) -> list[Message]:
        """Every message there is, oldest first."""

        def use(tx: Any) -> list[Message]:
            rows = tx.line.core.execute(text("SELECT id FROM message ORDER BY created_at, id")).fetchall()
            return [tx.message(str(row[0])) for row in rows]

        return self.house.store.read(use)

    def offers(self, number: str, person: str = "anne") -> tuple[Offer, ...]:
        """Every move out of the case's phase."""
        call = self.call(person, self.case(number))
        return self.house.store.read(lambda tx: use_cases.moves_of(tx, number, call))

    def sealed(self, number: str) -> list[Sealed]:
        """The entries of a case as they are stored."""
        return list(self.house.store.read(lambda tx: reads.sealed(tx, number)))

    def history(self, number: str) -> list[dict[str, Any]]:
        """The entries of a case with their words."""
        return [
            reveal(entry.body, {p.path: p.value for p in entry.privates if p.value is not None})
            for entry in self.sealed(number)
        ]

    def verify(self, number: str) -> Break | None:
        """The first break of a case's chain."""
        case = self.case(number)
        return verify(number, self.sealed(number), head=case.head, revision=case.revision)

    # time

    def go(self, to: str) -> None:
        """Move the clock to an instant (UTC) without working in between: a downtime."""
        self.clock.move_to(at(to))

    def work(self) -> None:
        """Work off what is due now."""
        work_once(self.house)

    def walk(self, to: str, *, hour: int = 8) -> None:
        """Walk day by day to an instant (UTC), working once a day at the given hour UTC (inside sending hours)."""
        end = at(to)
        moment = self.clock.now().replace(hour=hour, minute=0, second=0, microsecond=0)
        while moment < end:
            if moment > self.clock.now():
                self.clock.move_to(moment)
                self.work()
            moment += timedelta(days=1)
        self.clock.move_to(end)

    # a whole journey

    def candidate(self, **facts: Any) -> str:
        """Open a case with a company, its contacts, a coordinator and a deputy."""
        company = self.organisation()
        director, officer = self.contact(company, "Jens Bak", "da"), self.contact(company, "Karen Ry", "en")
        party = acts.PartyGiven(
            organisation=company.id, contacts={"company_contact": officer.id, "signatory_private": director.id}
        )
        people = {"coordinator": "anne", "deputy": "bo", "signatory_public": "sofie"}
        return self.open_case(acts.OpenCase(title=company.name, parties=(party,), people=people, facts=facts))

    def document(self, content: bytes = b"the agreement") -> str:
        """Store a document and return its hash."""
        found = hashlib.sha256(content).hexdigest()
        made = Document(hash=found, name="agreement.pdf", media_type="application/pdf", content=content)
        self.house.store.run(lambda tx: tx.save_document(made, self.clock.now()))
        return found

    def to_screening(self, number: str) -> None:
        """Candidate to screening."""
        self.do(
            number, acts.SetFacts(facts={"cvr": "10150817", "register_status": "active", "register_status_on": "2026-01-05"})
        )
        self.do(number, acts.Advance(transition="screen"))

    def to_dialogue(self, number: str) -> None:
        """Screening to dialogue."""
        self.do(number, acts.Advance(transition="invite_to_dialogue", facts={"score": "72", "tier": "standard"}))

    def to_baseline(self, number: str) -> None:
        """Dialogue to baseline."""
        self.do(number, acts.AddRecord(list="visits", values={"held_on": self.clock.now().date().isoformat()}))
        day = self.clock.now().date().isoformat()
        facts = {"contact_confirmed_on": day, "backing_on": day, "backing_function": "Director", "backing_note": "letter"}
        self.do(number, acts.Advance(transition="request_baseline", facts=facts))

    def to_actions(self, number: str) -> None:
        """Baseline to actions."""
        facts = {"baseline_year": "2025", "scope1": "120", "scope2": "80,5", "baseline_method": "Climate Compass",
                 "baseline_boundary": "whole company"}  # fmt: skip
        self.do(number, acts.Advance(transition="plan_actions", facts=facts))

    def to_drafting(self, number: str) -> None:
        """Actions to drafting, with three company commitments and one of the municipality."""
        for n, title in enumerate(("New boiler", "Electric vans", "Green power"), start=1):
            self.do(number, acts.AddRecord(list="company_commitments", values={
                "title": title, "owner": "Director", "due_on": f"2027-0{n}-15", "indicator": "tCO2e", "target": "-10",
                "evidence": "invoice", "additionality": "new", "reduces": "scope1"}))  # fmt: skip
        self.do(number, acts.AddRecord(list="municipal_commitments", values={
            "title": "Charging points", "department": "Property", "owner": "pia", "due_on": "2026-08-31"}))  # fmt: skip
        self.do(number, acts.Advance(transition="draft"))

    def to_approval(self, number: str) -> None:
        """Drafting to approval, confirmed and with a text."""
        self.settle(number, "confirm", "confirm_commitment", "pia")
        self.do(number, acts.FreezeDocument(fact="agreement", hash=self.document(), name="agreement.pdf"))
        self.do(number, acts.Advance(transition="request_approval"))

    def to_signing(self, number: str) -> None:
        """Approval to signing."""
        day = self.clock.now().date().isoformat()
        for seat in [s for s in self.case(number).seats.values() if s.role.startswith("signatory") and not s.authority]:
            self.do(number, acts.GiveSeat(role=seat.role, person=seat.person, contact=seat.contact, party=seat.party,
                                          authority="mandate 2026-1", replaces=seat.no))  # fmt: skip
        facts = {"approved_public_on": day, "approved_public_by": "Council", "approved_private_on": day,
                 "approved_private_by": "Board", "followup_rules_accepted_public_on": day,
                 "followup_rules_accepted_private_on": day}  # fmt: skip
        self.do(number, acts.Advance(transition="request_signatures", facts=facts), "mette")

    def sign_all(self, number: str) -> None:
        """Every signatory signs."""
        for seat in [s for s in self.case(number).seats.values() if s.role.startswith("signatory") and s.ended_on is None]:
            self.do(
                number,
                acts.Sign(seat=seat.no),
                "sofie" if seat.person else "anne",
                for_whom="" if seat.person else "the company",
            )

    def active(self) -> str:
        """A case in force."""
        number = self.candidate(financial_year_end="12-31")
        for step in (self.to_screening, self.to_dialogue, self.to_baseline, self.to_actions, self.to_drafting,
                     self.to_approval, self.to_signing, self.sign_all):  # fmt: skip
            step(number)
        return number
