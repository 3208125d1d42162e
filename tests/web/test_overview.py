"""The overview of a programme: what it says, that its numbers are those of the reckoning, and who may see it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook

from engine.programme import Person, Target
from handslag.web.app import make_app
from tests.journeys.test_scenario_05_ten_agreements import TEN, history, standing
from tests.web.conftest import Web
from tests.web.forms import Reader
from tests.world import PEOPLE, World, programme_file

PAGE = "/programmes/aalborg"
OTHERS = (
    Person(key="adam", name="Adam Rev", email="adam@a.example.org", language="en", roles=("auditor",)),
    Person(key="nina", name="Nina Net", email="nina@a.example.org", language="en", roles=("intermediary",)),
    Person(key="dirk", name="Dirk Vos", email="dirk@a.example.org", language="nl", roles=("administrator",)),
)


@pytest.fixture(scope="module")
def april(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """Scenario 5 on Tuesday 14 April 2026, with its pages; tests of it only look."""
    made = Web.__new__(Web)
    folder: Path = tmp_path_factory.mktemp("april")
    later = Target(title="Two more by autumn", count=2, first=date(2026, 6, 1), last=date(2026, 9, 30))
    file = replace(programme_file(), targets=(TEN, later), people=(*PEOPLE, *OTHERS), languages=("da", "en", "nl"))
    made.world = World(folder, programme=file)
    made.world.add_programme(programme_file("odense"))
    history(made.world)
    made.world.walk("2026-04-14 09:00")
    for phase, name, number in (("signing", "Sign 1", "10000076"), ("signing", "Sign 2", "10000084"),
                                ("approval", "Approve", "10000092"), ("actions", "Act <1>", "10000106"),
                                ("actions", "=Act(2)", "10000114"), ("dialogue", "Talk", "10000122")):  # fmt: skip
        standing(made.world, phase, name, number)
    made.app = make_app(made.world.house)
    yield made
    made.world.close()


def text(page: str, section: str) -> str:
    return Reader(page.split(f"<section {section}")[1].split("</section>")[0]).text


def test_the_page_says_nine_of_ten_one_short_and_who_must_move(april: Web) -> None:
    page = april.visitor("mette").get(PAGE).text

    said = text(page, 'class="aim" aria-labelledby="aim-1"')
    assert "9 of 10 likely by 31 May 2026" in said
    assert "1 short, still within reach" in said
    first = said.split("Who must move by when")[-1]
    assert first.index("15 April 2026") < first.index("18 May 2026") < first.index("29 May 2026")
    assert "middle of 9 finished stays" in first
    assert "1 case that this target no longer reaches" in said


def test_every_chart_is_an_image_with_a_title_a_sentence_and_a_table_beside_it(april: Web) -> None:
    page = april.visitor("mette").get(PAGE).text

    charts = re.findall(r"<svg.*?</svg>", page, re.S)
    assert len(charts) == 2 * 5
    ids: list[str] = []
    for drawn in charts:
        chart = ElementTree.fromstring(drawn)
        assert chart.get("role") == "img"
        assert chart[0].tag == "title" and chart[0].text
        assert chart[1].tag == "desc" and chart[1].text
        assert chart.get("aria-labelledby") == f"{chart[0].get('id')} {chart[1].get('id')}"
        ids += [part.get("id") or "" for part in chart.iter() if part.get("id")]
        assert not [part for part in chart.iter() if part.get("style")]
    assert len(ids) == len(set(ids))
    assert page.count("<table") >= 5
    assert "9 likely by 31 May" in page


def test_names_from_outside_are_text_on_the_page(april: Web) -> None:
    page = april.visitor("mette").get(PAGE).text

    assert "Act &lt;1&gt;" in page
    assert "Act <1>" not in page


def test_time_in_each_phase_says_where_its_figures_come_from(april: Web) -> None:
    said = text(april.visitor("mette").get(PAGE).text, 'id="phases"')

    assert "9 finished stays" in said
    assert "Slowest tenth" in said


def test_the_municipality_stands_first_among_those_waited_for(april: Web) -> None:
    page = april.visitor("mette").get(PAGE).text
    said = text(page, 'id="waiting"')

    table = said.split("Waits for")[1]
    assert table.index("the municipality") < table.index("the company") < table.index("the agreement is in force")
    assert f"{6 + 6} open cases" in page


@pytest.mark.parametrize("table", ["cases", "phases", "waiting", "owed", "owners"])
def test_every_table_is_taken_along_as_the_page_shows_it(april: Web, table: str) -> None:
    visitor = april.visitor("mette")
    address = f"{PAGE}?table={table}&as="

    found = json.loads(visitor.get(f"{address}json").content)
    sheet = load_workbook(io.BytesIO(visitor.get(f"{address}xlsx").content)).worksheets[0]

    assert [link for link in Reader(visitor.get(PAGE).text).links if link.startswith(address)] == [
        f"{address}{form}" for form in ("xlsx", "csv", "json", "print")
    ]
    assert found["count"] == sheet.max_row - 1 > 0
    shown = Reader(visitor.get(PAGE).text).text
    assert all(row[name] in shown for row in found["rows"] for name in ("title", "phase", "waits_for", "owner") if name in row)
    assert april.visitor("carl").get(f"{address}csv").text == april.visitor("carl").get("/no/such/page").text
    assert april.visitor("pia").get(f"{address}csv").status_code == 404


def test_a_company_called_like_a_formula_stays_a_name_in_the_overview(april: Web) -> None:
    visitor = april.visitor("mette")

    text = visitor.get(f"{PAGE}?table=cases&as=csv").content.decode("utf-8-sig")

    assert "'=Act(2)" in text
    assert ",=Act(2)" not in text


def test_an_unknown_table_is_the_page(april: Web) -> None:
    assert april.visitor("mette").get(f"{PAGE}?table=people&as=csv").headers["content-type"].startswith("text/html")


def test_what_is_owed_waits_for_its_own_side_beside_the_phase(april: Web) -> None:
    found = json.loads(april.visitor("mette").get(f"{PAGE}?table=owed&as=json").content)["rows"]

    assert found[0]["waits_for"] == "the municipality"
    assert found[0]["what"] == "do what is late or due within 7 days"
    assert found[0]["items"] >= 12


def test_overdue_leads_to_the_owners_cases(april: Web) -> None:
    page = april.visitor("mette").get(PAGE).text
    owners = page.split('<section id="owners"')[1].split("</section>")[0]

    found = re.findall(r'href="([^"]*/overdue[^"]+)".*?</span> (\d+)<', owners)
    assert found
    for address, n in found:
        path = address.replace("&amp;", "&")
        lines = april.visitor("mette").get(path).text
        assert lines.count('<span class="line-no">') == int(n)
        assert json.loads(april.visitor("mette").get(f"{path}&as=json").content)["count"] == int(n)
        assert lines.count('class="due late"') == int(n)
        for person in ("carl", "pia"):
            assert april.visitor(person).get(path).text == april.visitor(person).get("/no/such/page").text
            assert april.visitor(person).get(f"{path}&as=csv").status_code == 404


def test_an_owner_who_owes_nothing_late_has_an_empty_page(april: Web) -> None:
    page = april.visitor("mette").get(f"{PAGE}/overdue?method=none&role=coordinator&person=anne&after=x.1.2")

    assert page.status_code == 200
    assert "Nothing is late here" in page.text


@pytest.mark.parametrize(("person", "status"), [("anne", 200), ("mette", 200), ("hanne", 200), ("adam", 200), ("dirk", 200),
                                                ("pia", 404), ("sofie", 404), ("nina", 404), ("carl", 404)])  # fmt: skip
def test_who_sees_the_overview(april: Web, person: str, status: int) -> None:
    visitor = april.visitor(person)

    assert visitor.get(PAGE).status_code == status
    if status == 404:
        assert visitor.get(PAGE).text == visitor.get("/no/such/page").text
        assert f'href="{PAGE}"' not in visitor.get("/me").text


def test_the_door_leads_to_ones_own_programme(april: Web) -> None:
    assert f'href="{PAGE}"' in april.visitor("mette").get("/me").text
    assert 'href="/programmes/odense"' in april.visitor("carl").get("/me").text
    assert "/programmes/" not in april.visitor("pia").get("/me").text


def test_without_target_and_cases_the_page_helps(web: Web) -> None:
    said = Reader(web.visitor("mette").get(PAGE).text).text

    assert "This programme declares no target" in said
    assert "once there are, this shows where their time goes" in said
    assert "Nobody owes anything late" in said


def test_danish_and_dutch_readers_get_their_words(april: Web) -> None:
    assert "9 van 10" in Reader(april.visitor("dirk").get(PAGE).text).text
    assert "Overview" not in april.visitor("dirk").get(PAGE).text
