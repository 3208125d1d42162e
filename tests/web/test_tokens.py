"""Tokens on the account's pages: made, shown once, listed, revoked; and the page that tells how to use them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from storage import token_rows
from tests.web.api import Api
from tests.web.conftest import Web
from tests.web.forms import Reader

PATH = "/me/tokens"


def make(web: Web, person: str = "anne", **given: str) -> str:
    """Make a token on the page and return it."""
    visitor = web.visitor(person)
    form = Reader(visitor.get(PATH).text).form(PATH)
    page = visitor.post(PATH, data={**form, "name": "Spreadsheet", **given}).text
    return next(word for word in Reader(page).words if word.startswith("hs_"))


def me(web: Web, token: str) -> int:
    return Api(web).send("GET", "/me", headers={"authorization": f"Bearer {token}"}).status_code


def test_signing_out_everywhere_revokes_the_tokens_of_that_person_only(web: Web) -> None:
    mine, other = make(web), make(web, "bo")
    visitor = web.visitor("anne")
    assert "This revokes your tokens too" in visitor.get("/me").text

    visitor.post("/me/sign-out-everywhere")

    assert (me(web, mine), me(web, other)) == (401, 200)


def test_a_token_is_shown_once_opens_the_api_and_is_revoked(web: Web) -> None:
    token, visitor = make(web), web.visitor("anne")

    page = visitor.get(PATH)
    opened = me(web, token)
    revoke = next(action for action in Reader(page.text).actions if action.endswith("/revoke"))
    visitor.post(revoke)

    assert token not in page.text
    assert "Spreadsheet" in page.text
    assert (opened, me(web, token)) == (200, 401)


def test_the_database_holds_no_token(web: Web) -> None:
    token = make(web)

    rows = web.world.house.store.read(lambda tx: tx.line.core.execute(text("SELECT * FROM token")).all())  # type: ignore[attr-defined]

    assert len(rows) == 1
    assert token not in str(rows)
    assert token.removeprefix("hs_") not in str(rows)


def test_nobody_revokes_somebody_elses_token(web: Web) -> None:
    token = make(web)
    line = web.world.house.store.read(lambda tx: token_rows.tokens(tx, "anne", web.world.clock.now()))[0]

    web.visitor("mette").post(f"{PATH}/{line.id}/revoke")

    assert me(web, token) == 200


def test_what_is_wrong_is_said_and_nothing_is_made(web: Web) -> None:
    answer = web.visitor("anne").post(PATH, data={"name": "", "scope": "all", "programme": "odense", "days": "9999"})

    assert answer.status_code == 422
    assert "This is needed here." in answer.text
    assert web.world.house.store.read(lambda tx: token_rows.tokens(tx, "anne", web.world.clock.now())) == []


def test_a_token_ends_with_its_days(web: Web) -> None:
    token = make(web, days="7")
    web.world.clock.advance(timedelta(days=8))

    assert me(web, token) == 401
    assert "Spreadsheet" not in web.visitor("anne").get(PATH).text


def test_the_page_of_the_api_explains_every_code_of_a_refusal(web: Web) -> None:
    page = web.visitor("anne").get("/api").text
    number = web.world.candidate()
    problem = Api(web, "anne").post(f"/cases/{number}/moves/screen", status=422)

    assert f'id="{problem["type"].partition("#")[2]}"' in page
    assert "http://localhost/api/v1/openapi.json" in page
