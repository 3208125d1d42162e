"""How a case of the demonstration comes into being: organisation, contacts, people, and the case itself."""

from __future__ import annotations

from datetime import date, timedelta

from engine import acts, use_cases
from engine.case import Case
from engine.declared import VersionRef
from engine.ports import Tx
from engine.programme import Contact, Organisation
from handslag.demo.commitments import city_promise, company_promises
from handslag.demo.parts import AALBORG, AMSTERDAM, Company, registration
from handslag.demo.stage import Player

REGISTERS = {AALBORG: "CVR", AMSTERDAM: "KVK"}


def open_case(player: Player, n: int) -> Case:
    """Open the case of the n-th company; a running partnership is taken over half-way."""
    company, stage = player.company, player.stage
    party = _party(player, n)
    stage.pass_time()
    ref = VersionRef(key=player.version.key, number=player.version.number, hash=player.version.hash)
    act = _act(player, party)

    def use(tx: Tx) -> Case:
        programme = tx.programme(company.programme)
        call = stage.call(programme, None, company.coordinator)
        return use_cases.open_case(tx, stage.house.tools, programme, tx.version(ref), act, call).case

    player.case = stage.house.store.run(use)
    stage.numbers[company.key] = player.number
    return player.case


def _party(player: Player, n: int) -> acts.PartyGiven:
    company, store = player.company, player.stage.house.store
    register = REGISTERS[company.programme]
    made = Organisation(id=0, name=company.name, register=register, number=registration(register, n), note=company.sector)
    organisation = store.run(lambda tx: tx.save_organisation(company.programme, made))
    director = _contact(player, organisation.id, company.director, company.email(company.director), "Director")
    contact = director
    if company.contact != company.director:
        email = company.address or company.email(company.contact)
        contact = _contact(player, organisation.id, company.contact, email, "Climate lead")
    return acts.PartyGiven(organisation=organisation.id, contacts={"company_contact": contact, "signatory_private": director})


def _contact(player: Player, organisation: int, name: str, email: str, function: str) -> int:
    made = Contact(id=0, organisation=organisation, name=name, email=email, language=player.company.language, function=function)
    return player.stage.house.store.run(lambda tx: tx.save_contact(made)).id


def _act(player: Player, party: acts.PartyGiven) -> acts.OpenCase:
    company, programme = player.company, player.programme
    coordinator = programme.people[company.coordinator]
    people = {
        "coordinator": coordinator.key,
        "deputy": coordinator.deputy,
        "signatory_public": programme.people_in("signatory_public")[0].key,
    }
    facts: dict[str, object] = {}
    if company.programme == AALBORG:
        facts = {"sector": company.sector, "source": "network" if company.language == "en" else "own",
                 "financial_year_end": company.financial_year_end}  # fmt: skip
    if company.period is None:
        return acts.OpenCase(title=company.name, parties=(party,), people=people, facts=facts)
    signed_on, ends_on = company.period
    facts |= {"signed_on": signed_on, "ends_on": ends_on, "agreement_number": f"{signed_on.year}-{company.key}"}
    return acts.OpenCase(
        title=company.name,
        parties=(party,),
        people=people,
        facts=facts,
        records=tuple(_running(player.day, company, ends_on)),
        phase="active" if company.programme == AALBORG else "deliver",
        source="the list of 2025",
    )


def _running(day: date, company: Company, ends_on: date) -> list[tuple[str, dict[str, object]]]:
    """Return the commitments of a running partnership, due before it ends."""
    half = day + (ends_on - day) / 2
    found = [("company_commitments", values) for values in company_promises(company, half)]
    return [*found, ("municipal_commitments", city_promise(company, company.owners[0], half + timedelta(days=14)))]
