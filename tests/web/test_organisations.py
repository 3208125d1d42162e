"""Companies, their contacts and a new case, as a coordinator makes them in the browser."""

from __future__ import annotations

from tests.web.conftest import Web
from tests.web.forms import Reader

COMPANY = {"name": "Limfjord Glas A/S", "register": "CVR", "number": "10 15 08 17", "kind": "company", "note": ""}


def added(web: Web, person: str = "anne") -> str:
    """Add a company and a contact; return the address of the company's page."""
    visitor = web.visitor(person)
    answer = visitor.post("/organisations/new", data=COMPANY)
    address = answer.headers["location"].partition("?")[0]
    visitor.post(f"{address}/contacts/new", data={"name": "Karen Ry", "email": "karen@limfjord.example.org", "language": "da"})
    return address


def test_a_company_is_added_with_a_contact_and_its_case_opened(web: Web) -> None:
    address, visitor = added(web), web.visitor("anne")
    page = Reader(visitor.get(address).text)
    link = next(a for a in page.links if a.startswith("/cases/new"))

    shown = Reader(visitor.get(link).text).form("/cases/new")
    answer = visitor.post("/cases/new", data={**shown, "step": "do"})

    assert "karen@limfjord.example.org" in page.text
    assert answer.status_code == 303
    number = answer.headers["location"].removeprefix("/cases/").partition("?")[0]
    case = web.world.case(number)
    assert case.title == COMPANY["name"]
    assert case.facts["cvr"] == "10150817"
    assert {s.role for s in case.seats.values()} == {"coordinator", "company_contact"}
    assert number in visitor.get(address).text


def test_a_case_is_not_opened_unseen(web: Web) -> None:
    address, visitor = added(web), web.visitor("anne")
    before = len(web.world.house.store.read(lambda tx: tx.cases_with("aalborg", int(address.rpartition("/")[2]))))

    answer = visitor.post("/cases/new", data={"organisation": address.rpartition("/")[2], "step": "do"})

    assert "What happens when you confirm" in answer.text
    assert len(web.world.house.store.read(lambda tx: tx.cases_with("aalborg", int(address.rpartition("/")[2])))) == before


def test_a_plan_that_changed_is_shown_again(web: Web) -> None:
    address, visitor = added(web), web.visitor("anne")
    shown = Reader(visitor.get(f"/cases/new?organisation={address.rpartition('/')[2]}").text).form("/cases/new")

    answer = visitor.post("/cases/new", data={**shown, "person.deputy": "bo", "step": "do"})

    assert answer.status_code == 409
    assert "The plan has changed" in answer.text


def test_every_fault_of_a_company_stands_at_its_field(web: Web) -> None:
    answer = web.visitor("anne").post("/organisations/new", data={"name": "", "register": "CVR", "number": "12"})
    taken = web.visitor("anne").post("/organisations/new", data={**COMPANY, "number": "13585628"})
    again = web.visitor("anne").post("/organisations/new", data={**COMPANY, "number": "13585628"})

    assert answer.status_code == 422
    assert "#name" in Reader(answer.text).links
    assert taken.status_code == 303
    assert again.status_code == 422
    assert "Another organisation has this number already" in again.text


def test_a_changed_address_is_noted_on_the_open_cases(web: Web) -> None:
    address, visitor = added(web), web.visitor("anne")
    shown = Reader(visitor.get(f"/cases/new?organisation={address.rpartition('/')[2]}").text).form("/cases/new")
    opened = visitor.post("/cases/new", data={**shown, "step": "do"}).headers["location"].partition("?")[0]
    link = next(a for a in Reader(visitor.get(address).text).links if a.startswith("/contacts/"))

    form = Reader(visitor.get(link).text).form(link)
    wrong = visitor.post(link, data={**form, "email": "karen at limfjord"})
    visitor.post(link, data={**form, "email": "kr@limfjord.example.org", "state": "left"})

    assert wrong.status_code == 422
    assert "Write a mail address" in wrong.text
    assert "kr@limfjord.example.org" in visitor.get(address).text
    assert "has left" in visitor.get(opened).text


def test_organisations_of_another_programme_are_not_there(web: Web) -> None:
    address, carl = added(web), web.visitor("carl")
    no = address.rpartition("/")[2]

    answers = [
        carl.get(path) for path in (address, f"{address}/change", f"{address}/contacts/new", f"/cases/new?organisation={no}")
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert COMPANY["name"] not in carl.get("/organisations").text
    assert carl.post("/cases/new", data={"organisation": no}).status_code == 404


def test_who_may_only_read_is_offered_no_change(web: Web) -> None:
    address, signatory = added(web), web.visitor("sofie")

    page = signatory.get(address)

    assert page.status_code == 200
    assert "Open a case" not in page.text
    assert signatory.post(f"{address}/change", data=COMPANY).status_code == 404
