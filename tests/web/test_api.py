"""The API through a case's life: the same acts and refusals as everywhere, told as JSON."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

from engine import acts
from handslag.web.api.reference import PAGE, text
from tests.web.api import Api
from tests.web.conftest import Web
from tests.world import PEOPLE

PDF = b"%PDF-1.7 the agreement"
READY = {"cvr": "10150817", "register_status": "active", "register_status_on": "2026-01-05"}


def test_a_case_is_opened_filled_and_moved(web: Web) -> None:
    api = Api(web, "anne")
    company = api.post("/organisations", {"name": "Nord Byg", "register": "CVR", "number": "10000009"})["no"]
    api.post(f"/organisations/{company}/contacts", {"name": "Ib Dam", "email": "ib@nord.example.org", "language": "da"})

    number = api.post("/cases", {"organisation": company})["case"]
    api.call("PATCH", f"/cases/{number}/facts", 200, json={"facts": READY})
    done = api.post(f"/cases/{number}/moves/screen")

    case = web.world.case(number)
    assert (case.phase, case.title, case.facts["cvr"]) == ("screening", "Nord Byg", "10150817")
    assert (done["phase"], done["revision"]) == ("screening", case.revision)
    assert {seat["name"] for seat in api.get(f"/cases/{number}")["seats"]} == {"Anne Holm", "Ib Dam, Nord Byg"}
    actor = web.world.history(number)[-1]["actor"]
    assert (actor["key"], actor["surface"]) == ("anne", "api")


def test_a_refused_move_says_what_is_missing_and_who_can_change_it(web: Web) -> None:
    number = web.world.candidate()

    problem = Api(web, "anne").post(f"/cases/{number}/moves/screen", status=422)

    assert problem["code"] == "guards_unmet"
    missing = next(guard for guard in problem["unmet"] if guard["guard"] == "registered")
    assert missing["sentence"] == "CVR number is missing"
    assert missing["values"]["number"] is None
    assert missing["who"] == [{"role": "Coordinator", "names": ["Anne Holm"]}]
    assert web.world.case(number).revision == 1


def test_a_blocked_move_stays_in_the_list(web: Web) -> None:
    number = web.world.candidate()

    moves = {move["key"]: move for move in Api(web, "anne").get(f"/cases/{number}/moves")["items"]}

    assert (moves["screen"]["permitted"], moves["screen"]["possible"]) == (True, False)
    assert moves["screen"]["unmet"][0]["sentence"] == "CVR number is missing"


def test_sentences_are_in_the_persons_language(web: Web) -> None:
    number = web.world.candidate()

    problem = Api(web, "bo").post(f"/cases/{number}/moves/screen", status=422)

    assert problem["unmet"][0]["sentence"] == "CVR-nummer mangler"


def test_every_fault_comes_with_its_place(web: Web) -> None:
    number = web.world.candidate()
    wrong = {"facts": {"score": "many", "tier": "gold", "scrore": 1, "register_status_on": "soon"}}

    problem = Api(web, "anne").call("PATCH", f"/cases/{number}/facts", 422, json=wrong)

    assert {fault["place"]: fault["code"] for fault in problem["faults"]} == {
        "score": "value", "tier": "value", "scrore": "unknown", "register_status_on": "value"
    }  # fmt: skip
    assert web.world.case(number).revision == 1


def test_input_of_another_shape_says_where(web: Web) -> None:
    number = web.world.candidate()

    problem = Api(web, "anne").post(f"/cases/{number}/comments", {"texts": "x", "happened_at": "soon"}, 422)

    assert {fault["place"] for fault in problem["faults"]} == {"text", "texts", "happened_at"}


def test_a_dry_run_shows_the_mails_and_leaves_no_trace(web: Web) -> None:
    number = web.world.candidate(score="72", tier="standard")
    web.world.to_screening(number)
    before, api = web.world.case(number), Api(web, "anne", scope="read")

    plan = api.post(f"/cases/{number}/moves/invite_to_dialogue?dry_run=true")

    assert plan["done"] is False
    assert [mail["address"] for mail in plan["mails"]]
    assert web.world.case(number) == before
    assert web.world.messages() == []


def test_what_was_confirmed_is_what_leaves(web: Web) -> None:
    number = web.world.candidate(score="72", tier="standard")
    web.world.to_screening(number)
    api, path = Api(web, "anne"), f"/cases/{number}/moves/invite_to_dialogue"
    plan = api.post(f"{path}?dry_run=true")

    api.post(f"{path}?confirm={plan['digest']}")

    sent = [(m.address, m.subject, m.text, m.html) for m in web.world.messages()]
    assert sent == [(m["address"], m["subject"], m["text"], m["html"]) for m in plan["mails"]]


def test_a_plan_that_has_changed_is_not_carried_out(web: Web) -> None:
    number = web.world.candidate(score="72", tier="standard")
    web.world.to_screening(number)
    api, path = Api(web, "anne"), f"/cases/{number}/moves/invite_to_dialogue"
    plan = api.post(f"{path}?dry_run=true")
    web.world.go("2026-01-08 09:00")

    problem = api.post(f"{path}?confirm={plan['digest']}", status=409)

    assert problem["code"] == "plan_changed"
    assert problem["digest"] == api.post(f"{path}?dry_run=true")["digest"] != plan["digest"]
    assert web.world.case(number).phase == "screening"


def test_a_deadline_tells_its_sum_and_is_settled(web: Web) -> None:
    number = web.world.candidate(score="72", tier="standard")
    for step in (web.world.to_screening, web.world.to_dialogue, web.world.to_baseline):
        step(number)
    for step in (web.world.to_actions, web.world.to_drafting):
        step(number)
    api = Api(web, "pia")
    task = next(d for d in api.get(f"/cases/{number}/deadlines")["items"] if d["rule"] == "confirm_commitment")

    whole = api.get(f"/cases/{number}/deadlines/{task['no']}")
    api.post(f"/cases/{number}/deadlines/{task['no']}/confirm")

    assert whole["sum"][0]["op"] == "start"
    assert whole["sum"][-1]["on"] in (whole["due_on"], whole["last_on"])
    assert len(whole["sum_said"]) == len(whole["sum"])
    assert web.world.case(number, whole=True).deadlines[task["no"]].state == "met"


def test_promises_are_listed_held_and_taken_back(web: Web) -> None:
    number, api = web.world.candidate(), Api(web, "anne")
    coming = api.get(f"/cases/{number}/promises?coming=true")["items"]

    api.post(f"/cases/{number}/promises/{coming[0]['no']}/hold", {"until": "2026-06-01T08:00:00+02:00"})
    api.post(f"/cases/{number}/promises/{coming[1]['no']}/suppress", {"reason": "I call them"})

    held, ended = (web.world.case(number, whole=True).promises[coming[n]["no"]] for n in (0, 1))
    assert held.held_until is not None
    assert held.held_until.isoformat() == "2026-06-01T06:00:00+00:00"
    assert ended.state == "suppressed"
    assert [p["no"] for p in api.get(f"/cases/{number}/promises?coming=false")["items"]] == [coming[1]["no"]]


def test_a_document_goes_up_and_comes_down(web: Web) -> None:
    number, api = web.world.candidate(), Api(web, "anne")

    api.call("PUT", f"/cases/{number}/documents/agreement?name=Aftale å.pdf", 200, content=PDF)
    told = api.get(f"/cases/{number}/documents")["items"][0]
    back = api.send("GET", f"/cases/{number}/documents/{told['hash']}")

    assert told["hash"] == hashlib.sha256(PDF).hexdigest()
    assert (back.content, back.headers["content-type"]) == (PDF, "application/pdf")
    assert back.headers["content-disposition"] == "attachment; filename*=UTF-8''Aftale%20%C3%A5.pdf"


def test_a_wrong_file_is_refused_with_its_place(web: Web) -> None:
    number, api = web.world.candidate(), Api(web, "anne")

    for name, content, place in (("a.exe", PDF, "query.name"), ("a.pdf", b"<html>", "body"), ("", PDF, "query.name")):
        problem = api.call("PUT", f"/cases/{number}/documents/agreement?name={name}", 422, content=content)
        assert [fault["place"] for fault in problem["faults"]] == [place]
    assert web.world.case(number).revision == 1


def test_only_a_file_may_be_large(web: Web) -> None:
    number, api = web.world.candidate(), Api(web, "anne")

    assert api.post(f"/cases/{number}/comments", {"text": "x" * 300_000}, 413)["code"] == "too_large"
    api.call("PUT", f"/cases/{number}/documents/agreement?name=a.txt", 200, content=b"x" * 300_000)


def test_a_contact_that_changes_is_noted_on_its_cases(web: Web) -> None:
    number, api = web.world.candidate(), Api(web, "anne")

    changed = api.call("PATCH", "/contacts/2", 200, json={"email": "karen@new.example.org"})

    assert changed["cases"] == [number]
    assert web.world.history(number)[-1]["kind"] == "contact_changed"
    assert web.world.history(number)[-1]["actor"]["surface"] == "api"


def test_a_contact_of_another_programme_cannot_be_seated(web: Web) -> None:
    there = web.world.organisation("Fremmed A/S", "10000033", "odense")
    stranger = web.world.contact(there, "Ola Nord")
    number, api = web.world.candidate(), Api(web, "anne")

    api.post(f"/cases/{number}/parties", {"organisation": there.id}, 404)
    api.post("/cases", {"organisation": there.id}, 404)
    api.post("/cases", {"organisation": 1, "contacts": {"company_contact": stranger.id}}, 404)
    problem = api.post(f"/cases/{number}/seats", {"role": "company_contact", "contact": stranger.id}, 422)

    assert problem["faults"][0]["place"] == "contact"
    assert web.world.case(number).revision == 1


def test_a_mail_is_shown_as_sent_and_can_be_sent_again(busy: Web) -> None:
    api = Api(busy, "anne")
    mail = api.get("/messages?state=sent")["items"][0]

    outcomes = api.post(f"/messages/{mail['id']}/resend?dry_run=true", {"reason": "lost"})["outcomes"]

    assert outcomes[0]["mails"][0]["address"] == mail["address"]
    whole = api.get(f"/messages/{mail['id']}")
    assert whole["tries"][0]["outcome"] == "sent"
    assert whole["text"]


def test_history_is_whole_and_verified(busy: Web) -> None:
    number, api = "AAL-2026-0002", Api(busy, "mette")

    entries = api.get(f"/cases/{number}/history?limit=200")["items"]

    assert [entry["no"] for entry in entries] == list(range(1, len(entries) + 1))
    assert all(mine["previous"] == before["hash"] for before, mine in pairwise(entries))
    assert api.get(f"/cases/{number}/verify") == {
        "case": number, "entries": len(entries), "head": entries[-1]["hash"], "whole": True, "broken": None
    }  # fmt: skip


def test_pages_follow_each_other_without_gap_or_doubling(busy: Web) -> None:
    api = Api(busy, "mette")
    due = f"/due?until={date(2027, 12, 31)}"
    for path in ("/cases", "/messages", "/organisations", "/cases/AAL-2026-0003/promises", "/cases/AAL-2026-0003/history",
                 "/cases/AAL-2026-0003/messages", "/cases/AAL-2026-0003/deadlines?ended=true", due):  # fmt: skip
        mark = "&" if "?" in path else "?"
        whole = api.get(f"{path}{mark}limit=200")["items"]
        found: list[Any] = []
        following: str | None = ""
        while following is not None:
            page = api.get(f"{path}{mark}limit=1&next={following}")
            found += page["items"]
            following = page["next"]

        assert len(whole) > 1, path
        assert found == whole, path


def test_a_cursor_of_nobody_is_a_fault(busy: Web) -> None:
    for cursor in ("x", "W10", "bnVsbA", "WzEsMiwzXQ", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5XQ"):
        assert Api(busy, "mette").get(f"/cases?next={cursor}", 422)["faults"][0]["place"] == "query.next"


def test_an_intermediary_sees_the_cases_it_brought(web: Web) -> None:
    person = replace(PEOPLE[0], key="ida", name="Ida Net", email="ida@net.example.org", roles=("intermediary",), deputy="")
    web.world.house.store.run(lambda tx: tx.save_person("aalborg", person))
    web.world.candidate()
    own = web.world.open_case(acts.OpenCase(title="Brought", people={"intermediary": "ida"}), "ida")
    api = Api(web, "ida")

    assert [case["number"] for case in api.get("/cases")["items"]] == [own]
    assert [person["key"] for person in api.get("/programmes/aalborg")["people"]] == ["ida"]
    assert api.get("/messages", 403)["code"] == "not_permitted"


def test_the_reference_page_says_what_the_api_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == text(), "run: python -m handslag.web.api.reference"
