"""For every call there is: a colleague of another programme gets what does not exist, nobody 401, a reading token 403."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.web.api import Api
from tests.web.api_calls import CASE, NOWHERE, OPEN, Call, calls, there
from tests.web.conftest import Web

ALL = pytest.mark.parametrize("call", calls(), ids=lambda call: f"{call.method} {call.path}")


@pytest.fixture(scope="module")
def carl(busy: Web) -> Api:
    """The colleague from another programme."""
    return Api(busy, "carl")


def rows(web: Web) -> int:
    """How many entries, organisations and contacts there are: what any change adds to or notes."""
    counts = " + ".join(f"(SELECT count(*) FROM {table})" for table in ("history", "organisation", "contact", "document"))
    return int(web.world.house.store.read(lambda tx: tx.line.core.execute(text(f"SELECT {counts}")).scalar_one()))  # type: ignore[attr-defined]


@ALL
def test_a_stranger_gets_what_does_not_exist(busy: Web, carl: Api, call: Call) -> None:
    if call.name in OPEN:
        return
    before, values = rows(busy), there(busy)

    theirs = carl.send(call.method, call.to(values), **call.given(values))
    nothing = carl.send(call.method, call.to(NOWHERE), **call.given(NOWHERE))

    assert (theirs.status_code, nothing.status_code) == (404, 404), theirs.text
    assert theirs.text == nothing.text
    assert rows(busy) == before


@ALL
def test_nobody_is_asked_for_a_token(busy: Web, call: Call) -> None:
    before, values = rows(busy), there(busy)

    answer = Api(busy).send(call.method, call.to(values), **call.given(values))

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert rows(busy) == before


@ALL
def test_a_reading_token_changes_nothing(busy: Web, call: Call) -> None:
    before, values = rows(busy), there(busy)

    answer = Api(busy, "mette", scope="read").send(call.method, call.to(values), **call.given(values))

    if call.changes:
        assert (answer.status_code, answer.json()["code"]) == (403, "token_scope")
    else:
        assert answer.status_code in (200, 404)
    assert rows(busy) == before


@ALL
def test_a_token_for_another_programme_opens_nothing_here(busy: Web, call: Call) -> None:
    if call.name in OPEN:
        return
    before, values = rows(busy), there(busy)

    answer = Api(busy, "mette", programme="odense").send(call.method, call.to(values), **call.given(values))

    assert answer.status_code in (404, 422), answer.text
    assert CASE not in answer.text
    assert rows(busy) == before


def test_what_is_open_shows_nothing_of_another_programme(carl: Api) -> None:
    for path in ("/me", "/programmes"):
        assert "aalborg" not in carl.send("GET", path).text
