"""Today and the board: every number is the number of lines it stands for."""

from __future__ import annotations

import re

import pytest

from engine import acts
from tests.web.conftest import Web
from tests.web.forms import Reader


def tiles(page: str) -> list[int]:
    return [int(n) for n in re.findall(r'<a class="tile[^>]*><b>(\d+)', page)]


def section(page: str, key: str) -> str:
    return page.split(f'<section id="{key}"')[1].split("</section>")[0]


@pytest.mark.parametrize("path", ["/today?whose=me", "/today?whose=all"])
def test_counts_add_up(busy: Web, path: str) -> None:
    page = busy.visitor("anne").get(path).text

    overdue, week, company, municipality, failed, _gaps = tiles(page)
    listed = [section(page, key).count("<li>") for key in ("overdue", "week", "company", "municipality", "failed")]
    assert listed == [overdue, week, company, municipality, failed]
    assert f"{company + municipality} open cases" in page
    assert overdue > 0


def test_mine_is_what_i_owe_and_all_is_everybodys(busy: Web) -> None:
    mine = tiles(busy.visitor("pia").get("/today?whose=me").text)
    everybody = tiles(busy.visitor("pia").get("/today?whose=all").text)

    assert sum(mine) < sum(everybody)


def test_a_case_without_deputy_or_address_shows_as_a_gap(web: Web) -> None:
    number = web.world.candidate()
    visitor = web.visitor("anne")
    assert tiles(visitor.get("/today").text)[5] == 0

    deputy = next(s for s in web.world.case(number).seats.values() if s.role == "deputy")
    web.world.do(number, acts.EndSeat(no=deputy.no, reason="left"))

    assert tiles(visitor.get("/today").text)[5] == 1
    assert "no deputy" in section(visitor.get("/today").text, "gaps")


def test_an_empty_day_helps(web: Web) -> None:
    page = Reader(web.visitor("anne").get("/today").text).text

    assert "Nothing is late" in page
    assert "Every mail found its way" in page


def test_the_board_shows_cases_by_phase_and_late_in_words(busy: Web) -> None:
    page = busy.visitor("anne").get("/board").text

    for title in ("Limfjordens Maskinværksted ApS", "Nordjysk Varme A/S", "Hasseris Byg"):
        assert title in page
    assert "late since" in page
    assert "3 cases" in page


@pytest.mark.parametrize(
    ("query", "shown"), [("words=hasseris", 1), ("words=0002", 1), ("person=anne", 3), ("person=bo", 2), ("words=none", 0)]
)
def test_filters_of_the_board(busy: Web, query: str, shown: int) -> None:
    page = busy.visitor("anne").get(f"/board?{query}").text

    assert page.count('class="case-card') == shown


def test_a_column_that_is_full_goes_on_and_on(web: Web) -> None:
    company = web.world.organisation()
    party = acts.PartyGiven(organisation=company.id)
    numbers = [
        web.world.open_case(acts.OpenCase(title=f"Case {n}", parties=(party,), people={"coordinator": "anne"}))
        for n in range(14)
    ]
    visitor = web.visitor("anne")
    board = Reader(visitor.get("/board").text)
    more = next(link for link in board.links if "phase=candidate" in link)

    phase = Reader(visitor.get(more).text)

    assert sum(link.startswith("/cases/") for link in board.links) == 12
    assert {link.removeprefix("/cases/") for link in phase.links if link.startswith("/cases/")} == set(numbers)
