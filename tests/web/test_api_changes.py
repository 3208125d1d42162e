"""Done once, on what was seen, by whom: If-Match, idempotency keys, and who may call at all."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from engine import acts
from handslag.web.app import make_app
from storage import token_rows
from tests.contracts.stage import DUE, open_town, town
from tests.journeys.model.killing import database, kill_everywhere, tables
from tests.web.api import V1, Api
from tests.web.conftest import Web

COMMENT = {"text": "He is positive"}


def key(word: str) -> dict[str, str]:
    return {"idempotency-key": word}


def test_the_etag_of_a_case_is_its_revision(web: Web) -> None:
    number, api = web.world.candidate(), Api(web, "anne")

    looked = api.send("GET", f"/cases/{number}").headers["etag"]
    done = api.send("POST", f"/cases/{number}/comments", json=COMMENT, headers={"if-match": looked})

    assert (looked, done.headers["etag"]) == ('"1"', '"2"')


def test_a_case_that_was_changed_since_is_left_alone_and_who_did_it_is_said(web: Web) -> None:
    number, api = web.world.candidate(), Api(web, "anne")
    seen = api.send("GET", f"/cases/{number}").headers["etag"]
    web.world.do(number, acts.SetFacts(facts={"sector": "Metal"}), "bo")

    problem = api.post(f"/cases/{number}/comments", COMMENT, 412, headers={"if-match": seen})

    assert problem["code"] == "case_conflict"
    assert [(entry["no"], entry["kind"], entry["by"]) for entry in problem["meanwhile"]] == [(2, "facts_set", "Bo Lund")]
    assert web.world.case(number).revision == 2


@pytest.mark.parametrize(
    ("tag", "status"), [('"1"', 200), ("*", 200), ('"7", "1"', 200), ('W/"1"', 412), ('"x"', 412), ("1", 412)]
)
def test_if_match_is_compared_as_http_says(web: Web, tag: str, status: int) -> None:
    number = web.world.candidate()

    Api(web, "anne").post(f"/cases/{number}/comments", COMMENT, status, headers={"if-match": tag})


def test_the_same_request_under_the_same_key_is_done_once(web: Web) -> None:
    number, api = web.world.candidate(), Api(web, "anne")
    path, given = f"/cases/{number}/comments", {"json": COMMENT, "headers": {**key("a"), "if-match": '"1"'}}

    first, second = api.send("POST", path, **given), api.send("POST", path, **given)

    assert (first.status_code, second.status_code) == (200, 200)
    assert (first.text, first.headers["etag"]) == (second.text, second.headers["etag"])
    assert ("idempotency-replayed" in first.headers, second.headers["idempotency-replayed"]) == (False, "true")
    assert web.world.case(number).revision == 2


def test_another_request_under_the_same_key_is_refused(web: Web) -> None:
    number, api = web.world.candidate(), Api(web, "anne")
    api.post(f"/cases/{number}/comments", COMMENT, headers=key("a"))

    for path, body in ((f"/cases/{number}/comments", {"text": "other"}), (f"/cases/{number}/moves/decline", {})):
        assert api.post(path, body, 422, headers=key("a"))["code"] == "key_reused"
    assert web.world.case(number).revision == 2


def test_keys_of_two_people_are_two_keys(web: Web) -> None:
    number = web.world.candidate()

    for person in ("anne", "bo"):
        Api(web, person).post(f"/cases/{number}/comments", COMMENT, headers=key("a"))

    assert web.world.case(number).revision == 3


def test_a_refused_request_leaves_its_key_free(web: Web) -> None:
    number, api = web.world.candidate(), Api(web, "anne")
    api.post(f"/cases/{number}/moves/screen", status=422, headers=key("a"))
    web.ready(number)

    assert api.post(f"/cases/{number}/moves/screen", headers=key("a"))["phase"] == "screening"


def test_a_key_is_kept_for_a_day(web: Web) -> None:
    number, api = web.world.candidate(), Api(web, "anne")
    path = f"/cases/{number}/comments"
    api.post(path, COMMENT, headers=key("a"))
    web.world.clock.advance(timedelta(hours=23))
    api.post(path, COMMENT, headers=key("a"))
    web.world.clock.advance(timedelta(hours=2))

    api.post(path, {"text": "the next day"}, headers=key("a"))

    assert [e["reason"] for e in web.world.history(number) if e["kind"] == "commented"] == ["He is positive", "the next day"]


def test_a_dry_run_uses_no_key(web: Web) -> None:
    number, api = web.world.candidate(), Api(web, "anne")
    path = f"/cases/{number}/comments"

    api.post(f"{path}?dry_run=true", COMMENT, headers=key("a"))

    assert api.post(path, COMMENT, headers=key("a"))["done"] is True


def test_somebody_who_left_gets_no_earlier_answer_again(web: Web) -> None:
    number, api = web.world.candidate(), Api(web, "bo")
    path = f"/cases/{number}/comments"
    api.post(path, COMMENT, headers=key("a"))
    house = web.world.house
    gone = house.store.read(lambda tx: tx.programme("aalborg")).people["bo"]
    house.store.run(lambda tx: tx.save_person("aalborg", replace(gone, active=False)))

    api.post(path, COMMENT, 404, headers=key("a"))


def test_killed_anywhere_the_key_stands_with_the_act_or_not_at_all(web: Web) -> None:
    number, api = web.world.candidate(), Api(web, "anne")
    before, seen = tables(database(web.world)), []

    def comment(_world: object) -> None:
        api.client.app = make_app(web.world.house)  # the world is opened anew after each death
        api.post(f"/cases/{number}/comments", COMMENT, headers=key("a"))

    for _ in kill_everywhere(web.world, comment):
        seen.append({name: rows for name, rows in tables(database(web.world)).items() if name in ("answer", "history")})

    assert {(len(found["answer"]), len(found["history"]) - len(before["history"])) for found in seen} == {(0, 0), (1, 1)}


@pytest.fixture(params=["sqlite", "postgresql"])
def small_town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Web]:
    """A town of one case on either database."""
    made = Web.__new__(Web)
    house = open_town(tmp_path, town(request.param, tmp_path / "town", 1), now=DUE)
    made.world = type("Town", (), {"house": house, "clock": house.clock})()
    made.app = make_app(house)
    yield made
    house.close()


def test_of_many_at_once_under_one_key_one_is_done(small_town: Web) -> None:
    api, together = Api(small_town, "anne"), Barrier(8)

    def send(_n: int) -> tuple[int, str]:
        together.wait()
        answer = api.client.post(f"{V1}/cases/AAL-2026-0001/comments", json=COMMENT, headers=key("a"))
        return answer.status_code, answer.text

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(send, range(8)))

    assert len(answers) == 1
    assert answers.pop()[0] == 200
    assert api.get("/cases/AAL-2026-0001")["revision"] == 2


def test_of_two_at_once_on_one_revision_one_is_told(small_town: Web) -> None:
    api, together = Api(small_town, "anne"), Barrier(4)

    def send(n: int) -> int:
        together.wait()
        head = {"if-match": '"1"'}
        return api.client.post(f"{V1}/cases/AAL-2026-0001/comments", json={"text": str(n)}, headers=head).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(send, range(4)))

    assert statuses == [200, 412, 412, 412]


# who may call


def test_a_token_that_is_over_or_revoked_opens_nothing(web: Web) -> None:
    over, fine = Api(web, "anne", lives=timedelta(hours=1)), Api(web, "anne", lives=timedelta(hours=3))
    web.world.clock.advance(timedelta(hours=2))

    assert over.get("/me", 401)["code"] == "unauthenticated"
    assert fine.get("/me")["person"] == "anne"


@pytest.mark.parametrize("header", ["Bearer", "Bearer x", "Basic YTpi", "bearer  ", "Bearer \x00"])
def test_a_strange_authorization_opens_nothing(web: Web, header: str) -> None:
    api = Api(web)
    api.client.cookies.set("handslag", web.token("anne"))

    assert api.get("/me", 401, headers={"authorization": header})["code"] == "unauthenticated"


def test_a_browser_of_the_same_origin_may_change_and_no_other(web: Web) -> None:
    number, api = web.world.candidate(), Api(web)
    api.client.cookies.set("handslag", web.token("anne"))
    path = f"/cases/{number}/comments"

    api.get("/me")
    for headers in ({}, {"sec-fetch-site": "none"}):
        api.post(path, COMMENT, 401, headers=headers)
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        assert api.send("POST", path, json=COMMENT, headers=headers).status_code == 403
    api.post(path, COMMENT, headers={"sec-fetch-site": "same-origin"})
    api.post(path, COMMENT, headers={"origin": "http://localhost"})

    assert web.world.case(number).revision == 3


def test_the_use_of_a_token_is_noted(web: Web) -> None:
    api = Api(web, "anne")
    api.get("/me")

    line = web.world.house.store.read(lambda tx: token_rows.tokens(tx, "anne", web.world.clock.now()))[0]

    assert line.used_at == web.world.clock.now()


def test_figures_and_years_nobody_means_are_refused(web: Web) -> None:
    number, api = web.world.candidate(), Api(web, "anne")

    given = {"facts": {"score": "1E+999999999", "register_status_on": "0001-01-01"}}
    problem = api.call("PATCH", f"/cases/{number}/facts", 422, json=given)

    assert [(fault["place"], fault["code"]) for fault in problem["faults"]] == [
        ("score", "digits"),
        ("register_status_on", "year"),
    ]
    assert web.world.case(number).revision == 1


INVITED = {"facts": {"score": "72", "tier": "standard"}}


def invitable(web: Web) -> str:
    number = web.world.candidate()
    web.world.to_screening(number)
    return f"/cases/{number}/moves/invite_to_dialogue"


def test_what_is_decided_about_a_mail_is_in_the_plan_and_in_what_is_done(web: Web) -> None:
    path, api = invitable(web), Api(web, "anne")
    plain = api.post(f"{path}?dry_run=true", INVITED)
    mail = plain["mails"][0]
    decided = {"code": mail["code"], "seat": mail["seats"][0], "what": "suppress", "reason": "I call them"}

    looked = api.post(f"{path}?dry_run=true", {**INVITED, "decided": [decided]})
    assert looked["digest"] != plain["digest"]
    assert api.post(f"{path}?confirm={looked['digest']}", INVITED, 409)["code"] == "plan_changed"
    done = api.post(f"{path}?confirm={looked['digest']}", {**INVITED, "decided": [decided]})

    assert done["digest"] == looked["digest"]
    kept = [change["new"] for entry in done["entries"] for change in entry["changes"] if change["kind"] == "choice"]
    assert [(one["what"], one["reason"]) for one in kept] == [("suppress", "I call them")]
    web.world.walk("2026-02-06 10:00")
    assert {m.state for m in web.world.messages() if m.code == mail["code"]} == {"cancelled"}


def test_a_decision_that_is_not_whole_changes_nothing_and_says_where(web: Web) -> None:
    path, api = invitable(web), Api(web, "anne")
    code = api.post(f"{path}?dry_run=true", INVITED)["mails"][0]["code"]

    decided = [{"code": code, "what": "suppress"}, {"code": code, "what": "hold"}]
    problem = api.post(path, {**INVITED, "decided": decided}, 422)
    assert [(f["place"], f["code"]) for f in problem["faults"]] == [
        ("decided.0.reason", "missing"),
        ("decided.1.until", "missing"),
    ]

    unknown = api.post(path, {**INVITED, "decided": [{"code": "no_such", "what": "suppress", "reason": "x"}]}, 422)
    assert [f["place"] for f in unknown["faults"]] == ["decided.0.code"]
    assert api.get(path.partition("/moves")[0])["phase"] == "screening"
