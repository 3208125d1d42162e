"""What every request must pass and every answer carries."""

from __future__ import annotations

import pytest

from tests.web.conftest import Web

FORGED = (
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": "https://evil.example"},
    {"origin": "null"},
)


@pytest.mark.parametrize("headers", FORGED)
def test_a_form_of_another_site_is_refused(web: Web, headers: dict[str, str]) -> None:
    number = web.world.candidate()
    visitor = web.visitor("anne")
    del visitor.headers["sec-fetch-site"]

    answer = visitor.post(f"/cases/{number}/comments", data={"text": "forged"}, headers=headers)

    assert answer.status_code == 403
    assert web.world.case(number).revision == 1


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "same-origin"}, {"origin": "http://localhost"}, {}])
def test_an_own_form_passes(web: Web, headers: dict[str, str]) -> None:
    number = web.world.candidate()
    visitor = web.visitor("anne")
    del visitor.headers["sec-fetch-site"]

    answer = visitor.post(f"/cases/{number}/comments", data={"text": "mine"}, headers=headers)

    assert answer.status_code == 303


@pytest.mark.parametrize("path", ["/today", "/sign-in", "/healthz", "/nothing"])
def test_every_answer_carries_the_headers(web: Web, path: str) -> None:
    headers = web.visitor("anne").get(path).headers

    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


def test_https_asks_for_https_from_then_on(web: Web) -> None:
    visitor = web.visitor()
    visitor.base_url = "https://testserver"

    assert "max-age" in visitor.get("/sign-in").headers["strict-transport-security"]


def test_pages_hold_nothing_inline(busy: Web) -> None:
    visitor = busy.visitor("anne")
    for path in ("/today", "/board", "/cases/AAL-2026-0002", "/cases/AAL-2026-0002/moves/plan_actions"):
        page = visitor.get(path).text

        assert "style=" not in page
        assert "<style" not in page
        assert "onclick" not in page
        assert page.count("<script") == 1


def test_a_body_that_is_too_large_is_refused(web: Web) -> None:
    number = web.world.candidate()

    answer = web.visitor("anne").post(f"/cases/{number}/comments", data={"text": "x" * 300_000})

    assert answer.status_code == 413
    assert web.world.case(number).revision == 1


def test_what_somebody_typed_is_text_and_never_markup(busy: Web) -> None:
    page = busy.visitor("anne").get("/cases/AAL-2026-0001").text

    assert "He is &lt;b&gt;positive&lt;/b&gt; &amp; wants figures" in page


def test_static_files_keep_to_their_folder(web: Web) -> None:
    visitor = web.visitor()

    assert visitor.get("/static/x/handslag.css").status_code == 200
    assert visitor.get("/static/x/..%2fapp.py").status_code in (303, 404)
    assert visitor.get("/static/x/app.py").status_code == 404


def test_life_signs_need_no_account(web: Web) -> None:
    visitor = web.visitor()

    assert (visitor.get("/healthz").status_code, visitor.get("/readyz").status_code) == (200, 200)
