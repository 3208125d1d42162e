"""Audit in the browser: search all histories, one entry on one page (scenario 12), the chain verified from there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from engine import acts
from handslag.verifying import within
from storage.audit_reads import ChainLine
from tests.web.conftest import Web
from tests.web.forms import Reader

CASE = "AAL-2026-0003"


def rows(web: Web, query: str = "", person: str = "mette") -> list[dict[str, Any]]:
    made: dict[str, Any] = json.loads(web.visitor(person).get(f"/audit?as=json&{query}").content)
    return list(made["rows"])


@pytest.fixture
def overridden(web: Web) -> tuple[str, int]:
    """A case that passed screening with 52 points by a manager's override, and the entry of the move."""
    world = web.world
    number = world.candidate()
    world.to_screening(number)
    world.do(number, acts.SetFacts(facts={"score": "52"}))
    world.do(number, acts.SetFacts(facts={"score_override": "supplies forty of our partners"}, reason="council wish"), "mette")
    done = world.do(number, acts.Advance(transition="invite_to_dialogue"))
    world.walk("2026-01-07 10:00")
    return number, done.decisions[-1].entry.no


def test_everything_is_found_newest_first(busy: Web) -> None:
    found = rows(busy)

    stored = busy.world.house.store.read(lambda tx: tx.line.core.execute(text("SELECT count(*) FROM history")).scalar())  # type: ignore[attr-defined]
    assert len(found) == stored
    recorded = [row["recorded_at"] for row in found]
    assert recorded == sorted(recorded, reverse=True)


def test_filters_narrow_and_combine(busy: Web) -> None:
    everything = rows(busy)

    cases: dict[str, Callable[[dict[str, Any]], bool]] = {
        "person=mette": lambda r: r["by"].startswith("Mette Krog"),
        "person=people": lambda r: r["by"] != "the system",
        "kind=commented": lambda r: r["kind"] == "Comment",
        "move=invite_to_dialogue": lambda r: r["what"] == "Invite to dialogue",
        f"case={CASE.lower()}": lambda r: r["case"] == CASE,
        "since=2026-01-06&until=2026-01-12": lambda r: "2026-01-06" <= r["recorded_at"][:10] <= "2026-01-12",
        f"person=anne&case={CASE}": lambda r: r["case"] == CASE and r["by"].startswith("Anne"),
    }
    for query, holds in cases.items():
        found = rows(busy, query)
        assert found == [row for row in everything if holds(row)], query
        assert found, query


def test_a_condition_finds_the_moves_that_asked_it(busy: Web) -> None:
    found = rows(busy, "guard=score_ok")

    assert {row["what"] for row in found} == {"Invite to dialogue"}
    assert len(found) == 2
    assert rows(busy, "guard=score_ok&move=screen") == []


def test_the_page_tells_who_in_which_role_and_leads_to_the_entry(busy: Web) -> None:
    page = busy.visitor("mette").get(f"/audit?case={CASE}&person=mette").text

    said = Reader(page)
    assert "Mette Krog (Manager)" in said.text
    assert "Send for signature" in said.text
    assert any(link.startswith(f"/cases/{CASE}/history/") for link in said.links)


def test_older_ones_stand_on_the_next_page(busy: Web) -> None:
    visitor, seen, path = busy.visitor("mette"), list[str](), "/audit"
    while path:
        links = Reader(visitor.get(path).text).links
        seen += [link for link in links if "/history/" in link]
        path = next((link for link in links if "before=" in link and "as=" not in link), "")

    assert len(seen) == len(set(seen)) == len(rows(busy))


@pytest.mark.parametrize("query", ["since=yesterday", "until=2026-02-30", "since=2026-02-01&until=2026-01-01"])
def test_a_wrong_day_is_told_at_its_field(busy: Web, query: str) -> None:
    answer = busy.visitor("mette").get(f"/audit?{query}")

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


@pytest.mark.parametrize("before", ["x", "1.2", "1.2.3.4", "-1.2.3", "99999999999999999999.1.1"])
def test_a_page_that_is_none_is_the_first(busy: Web, before: str) -> None:
    assert busy.visitor("mette").get(f"/audit?before={before}").status_code == 200


def test_nothing_found_says_what_to_do(busy: Web) -> None:
    assert "Nothing was found" in Reader(busy.visitor("mette").get("/audit?case=AAL-1999-0001").text).text


def test_a_coordinator_reads_cases_but_does_not_search_colleagues(busy: Web) -> None:
    anne = busy.visitor("anne")

    assert anne.get("/audit").text == anne.get("/no/such/page").text
    assert anne.get("/audit?as=csv").status_code == 404
    assert "/audit" not in Reader(anne.get("/board").text).links
    assert "/audit" in Reader(busy.visitor("mette").get("/board").text).links
    assert anne.get(f"/cases/{CASE}/history/1").status_code == 200


def test_scenario_12_stands_on_one_page(web: Web, overridden: tuple[str, int]) -> None:
    number, no = overridden
    said = Reader(web.visitor("mette").get(f"/cases/{number}/history/{no}").text).text

    mail = next(m for m in web.world.messages() if m.code == "M01")
    for wanted in ("Anne Holm (Coordinator)", "5 January 2026 10:00", "Screening", "First dialogue", "52",
                   "supplies forty of our partners", "Mette Krog (Manager)", "council wish", "aalborg-climate-partnership 1",
                   mail.subject, mail.address, "Sofie Borg", "Bo Lund"):  # fmt: skip
        assert wanted in said, wanted
    assert " ".join(mail.text.split()) in said
    assert web.world.history(number)[no - 1]["kind"] == "moved"


def test_scenario_12_is_taken_along_in_one_action(web: Web, overridden: tuple[str, int]) -> None:
    number, no = overridden
    made = json.loads(web.visitor("mette").get(f"/cases/{number}/history/{no}?as=json").content)

    assert any("52 " in str(value) for value in made["asked"].values())
    assert any("forty of our partners" in str(value) for value in made["asked"].values())
    assert made["rows"][0]["entry"] == no


def test_every_entry_has_its_page_and_no_other_has(busy: Web) -> None:
    visitor, last = busy.visitor("mette"), busy.world.case(CASE).revision

    assert {visitor.get(f"/cases/{CASE}/history/{no}").status_code for no in range(1, last + 1)} == {200}
    for no in (0, last + 1, 10**30):
        assert visitor.get(f"/cases/{CASE}/history/{no}").status_code == 404


def test_the_chain_is_verified_from_the_page_and_a_forged_byte_named(web: Web, overridden: tuple[str, int]) -> None:
    number, no = overridden
    visitor = web.visitor("mette")
    assert "The history is whole" in Reader(visitor.get(f"/cases/{number}/history/{no}?verify=1").text).text

    def forge(tx: Any) -> None:
        tx.line.core.execute(text("DROP TRIGGER history_refuses_update"))
        forged = text("UPDATE history SET body = replace(body, :was, :said) WHERE no = :no")
        tx.line.core.execute(forged, {"was": '"yes":true', "said": '"yes":false', "no": no})

    web.world.house.store.run(forge)
    said = Reader(visitor.get(f"/cases/{number}/history/{no}?verify=1").text).text
    assert "The history of this case is broken" in said
    assert f"Entry {no}: The text of an entry was changed." in said


def test_every_history_of_the_programme_is_verified(busy: Web) -> None:
    visitor, path = busy.visitor("mette"), "/audit/verify?programme=aalborg"
    assert Reader(visitor.get(path).text).actions[-1] == path

    said = Reader(visitor.post(path).text)

    entries = sum(busy.world.case(f"AAL-2026-000{n}").revision for n in (1, 2, 3))
    assert f"All 3 cases are whole: {entries} entries verified." in said.text
    assert path not in said.actions


def test_a_verification_goes_on_where_it_stopped(busy: Web) -> None:
    first = busy.world.case("AAL-2026-0001")
    so_far = {"after": str(first.id), "cases": "1", "entries": str(first.revision), "broken": "0"}

    said = Reader(busy.visitor("mette").post("/audit/verify", data=so_far).text)

    assert "All 3 cases are whole" in said.text


def test_a_step_takes_as_many_cases_as_hold_so_many_entries() -> None:
    lines = [ChainLine(n, f"AAL-{n}", entries, "") for n, entries in enumerate([30, 40, 50], start=1)]

    assert [len(within(lines, most)[0]) for most in (1, 30, 69, 70, 119, 120)] == [1, 1, 1, 2, 2, 3]
    assert within(lines, 70)[1] == 70
    assert within([], 5) == ([], 0)


def test_a_broken_history_is_named_on_the_programmes_page(web: Web, overridden: tuple[str, int]) -> None:
    number, no = overridden

    def forge(tx: Any) -> None:
        tx.line.core.execute(text("DROP TRIGGER history_refuses_update"))
        tx.line.core.execute(text("UPDATE history SET hash = 'x' WHERE no = :no"), {"no": no})

    web.world.house.store.run(forge)
    said = Reader(web.visitor("mette").post("/audit/verify", data={"told": "AAL/x/y"}).text)

    assert "1 of 1 cases are broken." in said.text
    assert f"/cases/{number}/history/{no}" in said.links
    assert web.visitor("anne").post("/audit/verify").status_code == 404
