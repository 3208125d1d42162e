"""Search and verifying through the API: what the pages answer, and for the same people."""

from __future__ import annotations

from sqlalchemy import text

from engine import acts
from tests.web.api import Api
from tests.web.conftest import Web


def another(web: Web) -> str:
    company = web.world.organisation("Nordjysk Varme A/S", "10000009")
    contact = web.world.contact(company, "Ib Dam", "da")
    party = acts.PartyGiven(organisation=company.id, contacts={"company_contact": contact.id})
    return web.world.open_case(acts.OpenCase(title=company.name, parties=(party,), people={"coordinator": "anne"}))


def test_words_are_found_in_their_places_page_by_page(web: Web) -> None:
    older, newer = web.world.candidate(), another(web)
    for number in (older, newer):
        web.world.do(number, acts.Comment(text="Wants solar panels on the roof"))
    api = Api(web, "anne")

    first = api.get("/search?words=solar panels&limit=1")

    assert [case["number"] for case in first["items"]] == [newer]
    assert [(p["place"], p["text"]) for p in first["items"][0]["places"]] == [("comment", "Wants solar panels on the roof")]
    second = api.get(f"/search?words=solar panels&limit=1&next={first['next']}")
    assert [case["number"] for case in second["items"]] == [older]
    assert second["next"] is None
    assert api.get("/search?words=submarine")["items"] == []
    assert api.get("/search?words=,")["items"] == []


def test_a_colleague_of_another_programme_finds_nothing(web: Web) -> None:
    number = web.world.candidate()
    web.world.do(number, acts.Comment(text="Wants solar panels"))

    assert Api(web, "carl").get("/search?words=solar")["items"] == []
    assert Api(web, "anne", programme="aalborg").get("/search?words=solar")["items"][0]["number"] == number


def test_verifying_a_programme_names_the_broken_case(web: Web) -> None:
    whole, broken = web.world.candidate(), another(web)
    web.world.do(broken, acts.Comment(text="x"))
    api = Api(web, "mette")
    before = api.get("/programmes/aalborg/verify")
    assert (before["cases"], before["broken"], before["next"]) == (2, [], None)

    wrong = "UPDATE cases SET head = 'f' WHERE number = :number"
    web.world.house.store.run(lambda tx: tx.line.core.execute(text(wrong), {"number": broken}))  # type: ignore[attr-defined]

    after = api.get("/programmes/aalborg/verify")
    assert [one["case"] for one in after["broken"]] == [broken]
    assert whole not in str(after)


def test_who_may_not_audit_verifies_nothing(web: Web) -> None:
    hidden = Api(web, "anne").get("/programmes/aalborg/verify", 404)

    assert hidden["code"] == "not_found"


def test_searching_and_verifying_share_the_lower_limit(web: Web) -> None:
    web.limit(calls=50, heavy=2)
    api = Api(web, "mette")
    api.get("/search?words=x")
    api.get("/programmes/aalborg/verify")

    assert api.send("GET", "/search?words=x").headers["retry-after"]
    assert api.send("GET", "/cases").status_code == 200
