"""An intermediary sees the cases it brought, and everything else of the programme like a thing that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from engine import acts
from engine.bulk import Asked, carry_out
from engine.ports import Tx
from engine.programme import Person
from handslag.acting import call_on
from tests.many import invited
from tests.web.conftest import Web
from tests.web.test_strangers import address, routes

IDA = Person(key="ida", name="Ida Net", email="ida@net.example.org", language="en", roles=("intermediary",))
OWN = "Brought by Ida"
SAME = {"sec-fetch-site": "same-origin"}


class Brought:
    """A programme with cases of others, and one that Ida brought."""

    def __init__(self, web: Web) -> None:
        self.web = web
        web.world.house.store.run(lambda tx: tx.save_person("aalborg", IDA))
        people = {"coordinator": "anne", "intermediary": "ida"}
        self.own = web.world.open_case(acts.OpenCase(title=OWN, people=people))
        self.others = [n for n in ("AAL-2026-0001", "AAL-2026-0002", "AAL-2026-0003") if n != self.own]

    def ida(self) -> TestClient:
        return self.web.visitor("ida")


@pytest.fixture(scope="module")
def brought(busy: Web) -> Iterator[Brought]:
    yield Brought(busy)


@pytest.mark.parametrize("path", ["/today", "/today?whose=all", "/board", "/board?person=anne", "/board?phase=baseline",
                                  "/board?due=late",
                                  "/board?words=aal", "/search?words=aal", "/today?as=csv", "/board?as=csv",
                                  "/board?as=json&person=anne"])  # fmt: skip
def test_lists_hold_only_what_it_brought(brought: Brought, path: str) -> None:
    page = brought.ida().get(path)

    assert page.status_code == 200
    assert not [number for number in brought.others if number in page.text]
    assert "Nordjysk" not in page.text
    assert "Hasseris" not in page.text


def test_its_own_case_stands_on_the_board_and_opens(brought: Brought) -> None:
    ida = brought.ida()

    board = ida.get("/board").text
    assert OWN in board
    assert "1 cases" in board
    assert brought.own in ida.get("/search?words=brought").text
    assert ida.get(f"/cases/{brought.own}").status_code == 200
    assert ida.get(f"/cases/{brought.own}/history").status_code == 200


@pytest.mark.parametrize(("method", "path"), [r for r in routes() if "{number}" in r[1] or "{message_id}" in r[1]])
def test_a_case_of_others_does_not_exist_for_it(brought: Brought, method: str, path: str) -> None:
    ida = brought.ida()
    data = {"text": "x", "reason": "x", "step": "do"} if method == "POST" else None

    answer = ida.request(method, address(brought.web, path), data=data)

    assert answer.status_code == 404
    assert answer.text == ida.get("/no/such/page").text


@pytest.mark.parametrize("path", ["/mail", "/mail/coming", "/organisations", "/board/then", "/bulk", "/overview",
                                  "/audit", "/administration/people",
                                  "/administration/absences", "/administration/log"])  # fmt: skip
def test_what_is_of_the_whole_programme_does_not_exist_for_it(brought: Brought, path: str) -> None:
    ida = brought.ida()

    assert ida.get(path).status_code == 404
    assert f'href="{path}"' not in ida.get("/today").text


def test_an_intermediary_without_cases_is_told_so(web: Web) -> None:
    web.world.house.store.run(lambda tx: tx.save_person("aalborg", IDA))
    web.world.candidate()

    ida = web.visitor("ida")

    assert "You have brought no case yet" in ida.get("/board").text
    assert ida.get("/today").status_code == 200


def test_a_case_that_was_taken_away_is_gone_from_lists_and_pages_alike(web: Web) -> None:
    web.world.house.store.run(lambda tx: tx.save_person("aalborg", IDA))
    number = web.world.open_case(acts.OpenCase(title=OWN, people={"coordinator": "anne", "intermediary": "ida"}))
    ida = web.visitor("ida")
    assert ida.get(f"/cases/{number}").status_code == 200

    seat = next(s.no for s in web.world.case(number).seats.values() if s.person == "ida")
    web.world.do(number, acts.EndSeat(no=seat, reason="another network"))

    assert number not in ida.get("/board").text
    assert ida.get(f"/cases/{number}").status_code == 404


def test_a_mail_about_cases_of_others_too_is_not_shown_to_it(web: Web) -> None:
    """The mail of a bulk move speaks of several cases of one company; an intermediary has brought one of them."""
    world, house = web.world, web.world.house
    numbers = invited(world)
    house.store.run(lambda tx: tx.save_person("aalborg", IDA))
    own, other = numbers[0], numbers[1]
    world.do(own, acts.GiveSeat(role="intermediary", person="ida"))
    act = acts.Advance(transition="invite_to_dialogue")

    def write(tx: Tx) -> None:
        asked = [Asked(number=own), Asked(number=other)]
        carry_out(
            tx, house.tools, asked, act, lambda tx, n: call_on(tx, n, "anne", world.clock.now(), house.tools.ids), run="one"
        )

    house.store.run(write)
    path = f"/cases/{own}/history/{world.case(own).revision}"
    exports = [f"{path}?as={form}" for form in ("csv", "json", "print")]
    for where in (path, f"/cases/{own}/promises", f"/api/v1/cases/{own}/messages"):
        assert other in web.visitor("anne").get(where, headers=SAME).text

    for where in (path, *exports, f"/cases/{own}/promises", f"/cases/{own}", f"/api/v1/cases/{own}/messages"):
        page = web.visitor("ida").get(where, headers=SAME)
        assert page.status_code == 200
        assert other not in page.text
