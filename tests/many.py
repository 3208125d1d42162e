"""Many cases of one company, for what is done to several at once."""

from __future__ import annotations

from engine import acts
from engine.bulk import Answered
from engine.ports import Tx
from tests.world import World


def invited(world: World, *, able: int = 3) -> list[str]:
    """Return cases that stand in screening, all with the same contact; the last one still lacks its score."""
    company = world.organisation("Nordjysk Varme A/S", "10000009")
    officer = world.contact(company, "Eva Ry", "en")
    numbers = []
    for n in range(able + 1):
        party = acts.PartyGiven(organisation=company.id, contacts={"company_contact": officer.id})
        people = {"coordinator": "anne", "deputy": "bo"}
        facts = {"score": "72", "tier": "standard"} if n < able else {}
        number = world.open_case(acts.OpenCase(title=f"Hal {n}", parties=(party,), people=people, facts=facts))
        world.to_screening(number)
        numbers.append(number)
    return numbers


def why(_tx: Tx, answer: Answered) -> str:
    """What kept a case from a bulk move, in the error's own words."""
    return answer.error.sentence if answer.error else ""
