"""A colleague from another programme gets the page of what does not exist, byte for byte; nobody gets the sign-in page."""

from __future__ import annotations

import pytest
from fastapi.routing import APIRoute

from handslag.web.pages import PAGES
from tests.web.conftest import Web

CASE = "AAL-2026-0003"
# Pages that belong to nobody in particular, or to the visitor alone.
OPEN = {
    "/",
    "/api",
    "/metrics",
    "/audit",
    "/audit/verify",
    "/board",
    "/board/then",
    "/board/views",
    "/bulk",
    "/cases/new",
    "/healthz",
    "/invitation/{token}",
    "/mail",
    "/mail/coming",
    "/me",
    "/me/password",
    "/me/sessions/{session}/end",
    "/me/sign-out-everywhere",
    "/me/tokens",
    "/me/tokens/{token}/revoke",
    "/organisations",
    "/organisations/new",
    "/readyz",
    "/search",
    "/sign-in",
    "/sign-in/city",
    "/sign-in/city/back",
    "/sign-out",
    "/today",
}
VALUES = {
    "number": CASE, "key": "visits", "no": "3", "what": "confirm", "seat": "3", "digest": "0" * 64, "message_id": "MESSAGE",
    "token": "x", "bulk_id": "1", "session": "1", "person": "anne", "programme": "aalborg",
}  # fmt: skip


def routes() -> list[tuple[str, str]]:
    """Every route that shows or changes something of a programme."""
    found = [route for router in PAGES for route in router.routes if isinstance(route, APIRoute)]
    return [(method, route.path) for route in found if route.path not in OPEN for method in sorted(route.methods or ())]


def address(web: Web, path: str) -> str:
    if path.startswith("/administration"):
        return path.format(key="anne") + "?programme=aalborg"
    message = next(m.id for m in web.world.messages() if m.programme == "aalborg")
    return path.format(**{**VALUES, "message_id": message})


@pytest.mark.parametrize(("method", "path"), routes())
def test_a_stranger_gets_what_does_not_exist(busy: Web, method: str, path: str) -> None:
    before = busy.world.case(CASE).revision
    carl = busy.visitor("carl")

    answer = carl.request(
        method, address(busy, path), data={"text": "x", "reason": "x", "step": "do"} if method == "POST" else None
    )
    nothing = carl.get("/no/such/page")

    assert answer.status_code == 404
    assert answer.text == nothing.text
    assert busy.world.case(CASE).revision == before


@pytest.mark.parametrize(("method", "path"), routes())
def test_nobody_is_asked_to_sign_in(busy: Web, method: str, path: str) -> None:
    answer = busy.visitor().request(method, address(busy, path))

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")


def test_nobody_cannot_tell_what_exists(busy: Web) -> None:
    visitor = busy.visitor()

    assert visitor.get("/no/such/page").status_code == visitor.get(f"/cases/{CASE}").status_code == 303


@pytest.mark.parametrize(
    "path",
    [
        "/audit",
        "/audit/verify",
        "/board",
        "/board/then",
        "/bulk",
        "/mail",
        "/mail/coming",
        "/organisations",
        "/today",
    ],
)
def test_lists_of_another_programme_show_nothing_of_it(busy: Web, path: str) -> None:
    carl = busy.visitor("carl")

    own, theirs = carl.get(path), carl.get(f"{path}?programme=aalborg")

    assert own.status_code == 200
    assert "AAL-" not in own.text
    assert theirs.status_code == 404


def test_people_are_for_those_who_may_invite(busy: Web) -> None:
    assert busy.visitor("anne").get("/administration/people").status_code == 404
    assert busy.visitor("mette").get("/administration/people").status_code == 200
    assert busy.visitor("carl").post("/administration/people", data={"person": "anne"}).status_code == 404
