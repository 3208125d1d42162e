"""Lists to take along: the page's own rows with the page's own filters, in every form, and never a stranger's."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from openpyxl import load_workbook

from engine import acts
from tests.web.conftest import Web
from tests.web.forms import Reader

CASE = "AAL-2026-0003"
THEN = "/board/then?on=2026-03-09"
LISTS = (
    "/board", THEN, "/today?whose=all", "/mail", "/organisations", f"/cases/{CASE}/history", f"/cases/{CASE}/promises"
)  # fmt: skip
FORMS = ("xlsx", "csv", "json", "print")


def with_form(path: str, form: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}as={form}"


def rows(web: Web, path: str, person: str = "mette") -> list[dict[str, Any]]:
    made: dict[str, Any] = json.loads(web.visitor(person).get(with_form(path, "json")).content)
    assert made["cut"] is False
    assert made["count"] == len(made["rows"])
    return list(made["rows"])


@pytest.mark.parametrize("path", LISTS)
def test_every_form_holds_the_same_rows(busy: Web, path: str) -> None:
    visitor, wanted = busy.visitor("mette"), rows(busy, path)

    answers = {form: visitor.get(with_form(path, form)) for form in FORMS}

    sheet = load_workbook(io.BytesIO(answers["xlsx"].content)).worksheets[0]
    lines = list(csv.reader(io.StringIO(answers["csv"].content.decode("utf-8-sig"), newline="")))
    assert wanted
    assert sheet.max_row == len(lines) == len(wanted) + 1
    assert [cell.value for cell in sheet[1]] == lines[0]
    assert Reader(answers["print"].text).text.count(lines[0][0]) >= 1
    assert answers["print"].text.count("<tr>") == len(wanted) + 1
    for form in ("xlsx", "csv", "json"):
        assert answers[form].headers["content-disposition"].startswith('attachment; filename="handslag-')
        assert answers[form].headers["content-disposition"].endswith(f'.{form}"')


@pytest.mark.parametrize("path", LISTS)
def test_the_page_offers_its_forms_with_its_filters(busy: Web, path: str) -> None:
    links = [link for link in Reader(busy.visitor("mette").get(path).text).links if "as=" in link]

    assert [link.rpartition("as=")[2] for link in links] == list(FORMS)
    assert all(("whose=all" in link) == ("whose=all" in path) for link in links)


def test_the_board_is_taken_along_as_filtered(busy: Web) -> None:
    assert {row["case"] for row in rows(busy, "/board")} == {"AAL-2026-0001", "AAL-2026-0002", CASE}
    assert [row["case"] for row in rows(busy, "/board?words=varme")] == ["AAL-2026-0002"]
    assert [row["case"] for row in rows(busy, "/board?phase=baseline")] == ["AAL-2026-0002"]
    assert {row["coordinator"] for row in rows(busy, "/board?person=anne")} == {"Anne Holm"}


def test_the_board_of_a_day_is_taken_along_as_it_stood(busy: Web) -> None:
    then = {row["case"]: row["phase"] for row in rows(busy, THEN)}

    assert set(then) == {"AAL-2026-0001", "AAL-2026-0002", CASE}
    assert rows(busy, "/board/then?on=2026-01-01") == []
    assert [row["case"] for row in rows(busy, f"{THEN}&phase=baseline")] == ["AAL-2026-0002"]


def test_companies_are_taken_along_as_found(busy: Web) -> None:
    assert [row["name"] for row in rows(busy, "/organisations?words=varme")] == ["Nordjysk Varme A/S"]


def test_the_history_names_everything(busy: Web) -> None:
    found = rows(busy, f"/cases/{CASE}/history")

    assert [row["entry"] for row in found] == list(range(1, len(found) + 1))
    move = next(row for row in found if row["to"] != row["from"] and row["from"])
    assert move["by"] == "Anne Holm (Coordinator)"
    assert move["guards"].startswith("met:")
    people = rows(busy, f"/cases/{CASE}/history?only=people")
    assert 0 < len(people) < len(found)
    assert "the system" not in {row["by"] for row in people}


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("form", FORMS)
def test_a_stranger_never_gets_a_row(busy: Web, path: str, form: str) -> None:
    carl = busy.visitor("carl")

    own = carl.get(with_form(path, form))
    theirs = carl.get(with_form(f"{path}{'&' if '?' in path else '?'}programme=aalborg", form))

    assert theirs.status_code == 404
    assert theirs.text == carl.get("/no/such/page").text
    assert own.status_code == (404 if "/cases/" in path else 200)
    if form != "xlsx":
        assert "AAL-" not in own.text
    elif own.status_code == 200:
        assert load_workbook(io.BytesIO(own.content)).worksheets[0].max_row == 1


@pytest.mark.parametrize("path", LISTS)
def test_nobody_signed_in_is_sent_to_the_door(busy: Web, path: str) -> None:
    assert busy.visitor().get(with_form(path, "csv")).status_code == 303


def test_an_unknown_form_is_the_page(busy: Web) -> None:
    assert busy.visitor("mette").get("/board?as=exe").headers["content-type"].startswith("text/html")


def test_a_company_called_like_a_formula_stays_a_name(web: Web) -> None:
    company = web.world.organisation("=cmd|' /C calc'!A0", "10000009")
    contact = web.world.contact(company, "Ib Dam", "da")
    party = acts.PartyGiven(organisation=company.id, contacts={"company_contact": contact.id, "signatory_private": contact.id})
    web.world.open_case(
        acts.OpenCase(
            title=company.name, parties=(party,), people={"coordinator": "anne", "signatory_public": "sofie"}, facts={}
        )
    )
    visitor = web.visitor("anne")

    for path, cell in (("/board?", "B2"), ("/board/then?on=2026-01-05&", "B2"), ("/organisations?", "A2")):
        text = visitor.get(f"{path}as=csv").content.decode("utf-8-sig")
        sheet = load_workbook(io.BytesIO(visitor.get(f"{path}as=xlsx").content)).worksheets[0]

        assert f"'{company.name}" in text
        assert [sheet[cell].value, sheet[cell].data_type] == [company.name, "s"]


def test_headings_and_words_are_in_the_readers_language(web: Web) -> None:
    web.world.candidate()
    text = web.visitor("bo").get("/board?as=csv").content.decode("utf-8-sig")

    head, line, *_ = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    assert head[:4] == ["Sag", "Virksomhed", "Fase", "Siden"]
    assert line[3] == "2026-01-05"


def test_an_export_is_logged(busy: Web, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="handslag.web.exporting"):
        busy.visitor("anne").get("/board?words=varme&as=csv")

    record = next(r for r in caplog.records if r.message == "exported")
    assert (record.person, record.form, record.asked) == ("anne", "csv", "words=varme&as=csv")  # type: ignore[attr-defined]
