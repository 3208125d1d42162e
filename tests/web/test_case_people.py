"""People and parties of a case: a seat handed over, taken away, a party that leaves; each shown before it is done."""

from __future__ import annotations

from engine import acts
from tests.web.conftest import Web
from tests.web.forms import Reader


def seat_of(web: Web, number: str, role: str) -> int:
    case, today = web.world.case(number), web.world.clock.now().date()
    return next(s.no for s in case.seats.values() if s.role == role and s.holds_on(today))


def test_hand_over_seats_the_new_coordinator_and_ends_the_old_seat(web: Web) -> None:
    number = web.world.candidate()
    old = seat_of(web, number, "coordinator")
    visitor = web.visitor("anne")
    link = next(a for a in Reader(visitor.get(f"/cases/{number}").text).links if "role=coordinator" in a)

    address = f"/cases/{number}/seats/new"
    form = {**Reader(visitor.get(link).text).form(address), "holder": "person:bo"}
    shown = visitor.post(address, data={**form, "step": "look"})
    done = visitor.post(address, data={**Reader(shown.text).form(address), "step": "do"})

    case = web.world.case(number)
    assert shown.status_code == 200
    assert "Bo " in shown.text
    assert done.status_code == 303
    assert case.seats[old].ended_on is not None
    assert case.seats[seat_of(web, number, "coordinator")].person == "bo"


def test_a_form_with_nothing_in_it_names_every_fault_and_changes_nothing(web: Web) -> None:
    number = web.world.candidate()
    before = web.world.case(number).revision

    answer = web.visitor("anne").post(f"/cases/{number}/seats/new", data={"step": "look", "role": "juggler"})

    assert answer.status_code == 422
    page = Reader(answer.text)
    assert {"#role", "#holder"} <= set(page.links)
    assert web.world.case(number).revision == before


def test_take_away_ends_the_seat_with_its_reason_in_history(web: Web) -> None:
    number = web.world.candidate()
    deputy = seat_of(web, number, "deputy")
    address = f"/cases/{number}/seats/{deputy}/end"
    visitor = web.visitor("anne")

    form = Reader(visitor.get(address).text).form(address)
    visitor.post(address, data={**form, "reason": "moved to another department", "step": "do"})

    assert web.world.case(number).seats[deputy].ended_on is not None
    assert "moved to another department" in visitor.get(f"/cases/{number}/history").text


def test_a_party_that_leaves_takes_its_seats_with_it(web: Web) -> None:
    number = web.world.candidate()
    second = web.world.organisation("Limfjord Fonden", "10000009")
    contact = web.world.contact(second, "Eva Ry", "en")
    given = acts.PartyGiven(organisation=second.id, kind="support_member", contacts={"company_contact": contact.id})
    web.world.do(number, acts.JoinParty(party=given))
    party = next(p.no for p in web.world.case(number).parties.values() if p.organisation == second.id)
    address, visitor = f"/cases/{number}/parties/{party}/leave", web.visitor("anne")

    form = Reader(visitor.get(address).text).form(address)
    visitor.post(address, data={**form, "reason": "it withdrew", "step": "do"})

    case = web.world.case(number)
    assert case.parties[party].left_on is not None
    assert all(s.ended_on for s in case.seats.values() if s.contact == contact.id)


def test_who_may_not_assign_sees_no_such_page(web: Web) -> None:
    number = web.world.candidate()
    signatory = web.visitor("sofie")

    assert signatory.get(f"/cases/{number}/seats/new").status_code == 404
    assert "Hand over" not in signatory.get(f"/cases/{number}").text


def test_a_further_organisation_takes_part_with_its_contact(web: Web) -> None:
    number = web.world.candidate()
    second = web.world.organisation("Limfjord Fonden", "10000009")
    contact = web.world.contact(second, "Eva Ry", "en")
    address, visitor = f"/cases/{number}/parties/new", web.visitor("anne")

    wrong = visitor.post(address, data={"organisation": "Nobody & Sons", "step": "look"})
    named = {"organisation": "Limfjord Fonden", "kind": "support_member", "step": "look"}
    shown = Reader(visitor.post(address, data=named).text).form(address)
    seen = Reader(visitor.post(address, data={**shown, "contact": str(contact.id), "step": "look"}).text).form(address)
    visitor.post(address, data={**seen, "step": "do"})

    case = web.world.case(number)
    assert wrong.status_code == 422
    assert "Exactly one organisation" in wrong.text
    assert [p.kind for p in case.parties.values() if p.organisation == second.id] == ["support_member"]
    assert contact.id in {s.contact for s in case.seats.values()}
