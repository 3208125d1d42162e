"""Getting in: the set-up link, invitations, passwords, attempts, sessions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from engine.ports import Tx
from handslag.web import passwords, sessions
from handslag.web.pages.invitation import set_up_link
from handslag.web.pages.sign_in import MOST_BY_BOTH, WINDOW, limits, own_path
from storage import account_rows
from storage.reads import line_of
from tests.web.conftest import Web

GOOD = "a calm and long sentence"


def first_account(web: Web, person: str = "mette") -> TestClient:
    visitor = web.visitor()
    link = set_up_link(web.world.house)
    answer = visitor.post(link, data={"person": person, "password": GOOD, "again": GOOD})
    assert answer.status_code == 303
    return visitor


def test_the_set_up_link_makes_the_first_account_and_works_once(web: Web) -> None:
    link = set_up_link(web.world.house)
    visitor = web.visitor()
    assert visitor.get(link).status_code == 200
    assert visitor.get(link).status_code == 200  # looking uses nothing up

    made = visitor.post(link, data={"person": "mette", "password": GOOD, "again": GOOD})

    assert made.headers["location"] == "/"
    assert "Mette Krog" in visitor.get("/today").text
    assert web.visitor().get(link).status_code == 404
    assert set_up_link(web.world.house) == ""


def test_an_old_link_is_over(web: Web) -> None:
    link = set_up_link(web.world.house)
    web.world.clock.advance(sessions.SET_UP_LIVES + timedelta(seconds=1))

    assert web.visitor().get(link).status_code == 404


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"person": "mette", "password": "short", "again": "short"}, "at least 12"),
        ({"person": "mette", "password": GOOD, "again": GOOD + "!"}, "differ"),
        ({"person": "nobody", "password": GOOD, "again": GOOD}, "who you are"),
    ],
)
def test_a_bad_choice_says_why_and_keeps_the_link(web: Web, given: dict[str, str], said: str) -> None:
    link = set_up_link(web.world.house)

    answer = web.visitor().post(link, data=given)

    assert answer.status_code == 422
    assert said in answer.text
    assert web.visitor().get(link).status_code == 200


def test_a_manager_invites_and_the_link_is_for_that_person_alone(web: Web) -> None:
    page = web.visitor("mette").post("/administration/people", data={"person": "anne"}).text
    link = "/invitation/" + page.split("/invitation/")[1].split("<")[0]

    visitor = web.visitor()
    visitor.post(link, data={"person": "mette", "password": GOOD, "again": GOOD})

    assert "Anne Holm" in visitor.get("/today").text


def test_signing_in_with_the_password(web: Web) -> None:
    first_account(web)
    visitor = web.visitor()

    answer = visitor.post("/sign-in", data={"name": "mette", "password": GOOD, "next": "/board"})

    assert answer.headers["location"] == "/board"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert visitor.get("/board").status_code == 200


def test_the_cookie_is_secure_under_https(web: Web) -> None:
    first_account(web)
    visitor = web.visitor()
    visitor.base_url = "https://testserver"

    cookie = visitor.post("/sign-in", data={"name": "mette", "password": GOOD}).headers["set-cookie"]

    assert cookie.startswith("__Host-handslag=")
    assert "Secure" in cookie


def test_wrong_name_and_wrong_password_get_the_same_answer(web: Web) -> None:
    first_account(web)
    visitor = web.visitor()

    wrong = visitor.post("/sign-in", data={"name": "mette", "password": "not the right one"})
    nobody = visitor.post("/sign-in", data={"name": "nobody", "password": "not the right one"})

    assert wrong.status_code == nobody.status_code == 422
    assert wrong.text.replace("mette", "X") == nobody.text.replace("nobody", "X")


def tried(web: Web, name: str, address: str, times: int) -> None:
    """Note wrong passwords for a name from an address."""
    now = web.world.clock.now()

    def count(tx: Tx) -> None:
        for key in limits(name, address):
            account_rows.count_attempt(tx, key, now, WINDOW)

    for _ in range(times):
        web.world.house.store.run(count)


def test_too_many_attempts_wait_also_with_the_right_password(web: Web) -> None:
    first_account(web)
    visitor = web.visitor()
    tried(web, "mette", "testclient", MOST_BY_BOTH)

    refused = visitor.post("/sign-in", data={"name": "Mette", "password": GOOD})
    web.world.clock.advance(WINDOW + timedelta(minutes=1))
    later = visitor.post("/sign-in", data={"name": "mette", "password": GOOD})

    assert refused.status_code == 429
    assert later.status_code == 303


def test_a_stranger_cannot_lock_the_owner_of_a_name_out(web: Web) -> None:
    first_account(web)
    tried(web, "mette", "192.0.2.7", 4 * MOST_BY_BOTH)

    assert web.visitor().post("/sign-in", data={"name": "mette", "password": GOOD}).status_code == 303


def test_signing_in_rightly_does_not_count(web: Web) -> None:
    first_account(web)

    answers = [web.visitor().post("/sign-in", data={"name": "mette", "password": GOOD}) for _ in range(MOST_BY_BOTH + 2)]

    assert {answer.status_code for answer in answers} == {303}


def test_the_database_holds_no_cookie_and_no_password(web: Web) -> None:
    visitor = first_account(web)
    token = visitor.cookies["handslag"]

    def everything(tx: Tx) -> str:
        core = line_of(tx).core
        tables = (account_rows.ACCOUNTS, account_rows.SESSIONS, account_rows.INVITATIONS)
        return " ".join(str(tuple(row)) for table in tables for row in core.execute(table.select()))

    rows = web.world.house.store.read(everything)
    assert token not in rows
    assert GOOD not in rows
    assert sessions.hash_of(token) in rows


def test_sessions_end_by_idleness_and_by_age(web: Web) -> None:
    visitor = web.visitor("anne")
    assert visitor.get("/today").status_code == 200
    web.world.clock.advance(sessions.IDLE + timedelta(minutes=1))

    assert visitor.get("/today").headers["location"] == "/sign-in?next=/today"


def test_signing_out_everywhere_ends_every_browser(web: Web) -> None:
    here, there, other = web.visitor("anne"), web.visitor("anne"), web.visitor("bo")

    here.post("/me/sign-out-everywhere")

    assert here.get("/today").status_code == there.get("/today").status_code == 303
    assert other.get("/today").status_code == 200


def test_one_browser_is_signed_out_by_its_owner_only(web: Web) -> None:
    mine, other = web.visitor("anne"), web.visitor("bo")
    session = web.world.house.store.read(lambda tx: account_rows.sessions(tx, 1))[0].id

    other.post(f"/me/sessions/{session}/end")
    assert mine.get("/today").status_code == 200

    web.visitor("anne").post(f"/me/sessions/{session}/end")
    assert mine.get("/today").status_code == 303


def test_signing_out_ends_the_session_on_the_server(web: Web) -> None:
    visitor = web.visitor("anne")
    token = visitor.cookies["handslag"]

    visitor.post("/sign-out")
    again = web.visitor()
    again.cookies.set("handslag", token)

    assert again.get("/today").status_code == 303


def test_a_new_password_needs_the_old_one_and_ends_other_browsers(web: Web) -> None:
    visitor, other = first_account(web), web.visitor("mette")
    better = GOOD + ", with more"

    wrong = visitor.post("/me/password", data={"old": "not it at all", "password": better})
    right = visitor.post("/me/password", data={"old": GOOD, "password": better})

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert visitor.get("/me").status_code == 200
    assert other.get("/me").status_code == 303


def test_nobody_has_no_password() -> None:
    assert not passwords.matches("", "nobody signs in with this")
    assert not passwords.matches("no hash at all", "x")


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/a\nb"])
def test_after_signing_in_one_stays_here(wanted: str) -> None:
    assert own_path(wanted) == "/"


def test_a_manager_does_not_get_a_password_link_of_another_city(web: Web) -> None:
    store = web.world.house.store
    shared = replace(store.read(lambda tx: tx.programme("aalborg").people["anne"]), deputy="")
    store.run(lambda tx: tx.save_person("odense", shared))

    answer = web.visitor("carl").post("/administration/people?programme=odense", data={"person": "anne"})

    assert answer.status_code == 403
    assert "/invitation/" not in answer.text


def test_the_old_password_is_not_guessed_in_somebodys_open_browser(web: Web) -> None:
    visitor = first_account(web)
    guess = {"old": "wrong", "password": "another long sentence"}

    answers = [visitor.post("/me/password", data=guess).text for _ in range(MOST_BY_BOTH + 1)]

    assert "The old password is not right" in answers[MOST_BY_BOTH - 1]
    assert "Too many attempts" in answers[MOST_BY_BOTH]
    right = visitor.post("/me/password", data={"old": GOOD, "password": "another long sentence"})
    assert "Too many attempts" in right.text


def test_cookies_are_for_https_only_unless_on_this_machine(web: Web) -> None:
    first_account(web)
    for address, secure in (("http://localhost", False), ("http://127.0.0.1:8710", False), ("http://intranet", True),
                            ("https://intranet", True)):  # fmt: skip
        browser = web.visitor()
        browser.base_url = address
        answer = browser.post("/sign-in", data={"name": "mette", "password": GOOD})
        cookie = answer.headers["set-cookie"]
        assert ("Secure" in cookie, cookie.startswith("__Host-")) == (secure, secure)
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie


def test_a_password_over_plain_http_from_elsewhere_is_told(web: Web) -> None:
    first_account(web)
    browser = web.visitor()
    browser.base_url = "http://intranet"

    answer = browser.post("/sign-in", data={"name": "mette", "password": GOOD}, headers={"origin": "http://intranet"})

    assert answer.status_code == 422
    assert "not encrypted" in answer.text
    assert "set-cookie" not in answer.headers
