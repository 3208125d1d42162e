"""In a real Chromium: no accessibility fault on any page, and the journeys with and without script, by keyboard too.

Needs Debian's `chromium`. On a laptop without it these tests are skipped; with CI=true they fail instead.
"""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, sync_playwright

from tests.web.conftest import Web

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
MISSING = not Path(CHROMIUM).exists()
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
CASE = "/cases/AAL-2026-0002"
PAGES = (
    "/today", "/today?whose=all", "/board", "/board?phase=baseline", "/board?due=late&words=aal",
    "/board?words=zebra", "/search", "/search?words=aal+eva", "/search?words=zebra",
    "/mail", "/me", "/no/such/page", CASE,
    f"{CASE}/moves", f"{CASE}/moves/plan_actions", f"{CASE}/moves/decline", f"{CASE}/facts", f"{CASE}/facts/edit",
    f"{CASE}/lists/company_commitments/new", f"{CASE}/promises", f"{CASE}/documents", f"{CASE}/history", f"{CASE}/correct",
    "/audit", "/audit?since=x", "/audit/verify", "/board?as=print", "/board/then?on=2026-01-08",
    f"{CASE}/then?on=2026-01-08", f"{CASE}/history/4?verify=1",
    "/cases/AAL-2026-0003", "/mail/MESSAGE", "/sign-in", "/administration/people", "/administration/people/new",
    "/administration/people/anne", "/administration/absences", "/administration/calendar", "/administration/calendar/replan",
    "/administration/programme", "/administration/sending", "/administration/health", "/administration/log",
)  # fmt: skip
WIDTHS = (320, 768, 1440)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        MISSING and os.environ.get("CI") != "true", reason="needs a browser; on Debian: apt-get install chromium"
    ),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Serving:
    """A server on a free port of this machine, in a thread of its own."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._server = uvicorn.Server(uvicorn.Config(web.app, log_config=None, lifespan="off"))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]})
        self._thread.start()

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def page(self, browser: Browser, person: str, **context: Any) -> Page:
        made = browser.new_context(base_url=self.url, **context)
        if person:
            made.add_cookies([{"name": "handslag", "value": self.web.token(person), "url": self.url}])
        made.set_default_timeout(8000)
        return made.new_page()


@pytest.fixture(scope="module")
def served(busy: Web) -> Iterator[Serving]:
    serving = Serving(busy)
    yield serving
    serving.close()


@pytest.fixture
def fresh(web: Web) -> Iterator[Serving]:
    serving = Serving(web)
    yield serving
    serving.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_has_an_accessibility_fault(served: Serving, chromium: Browser, width: int, scheme: Any) -> None:
    message = served.web.world.messages()[0].id
    viewport = {"width": width, "height": 900}
    page = served.page(chromium, "mette", viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
    stranger = served.page(chromium, "", viewport=viewport, color_scheme=scheme)
    axe, found = Axe(), list[str]()
    for path in PAGES:
        looked = stranger if path == "/sign-in" else page
        looked.goto(path.replace("MESSAGE", message))
        violations = axe.run(looked, options=RULES).response["violations"]
        found += [f"{path}: {v['id']} at {n['target']}" for v in violations for n in v["nodes"]]
        wider = looked.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{path}: {wider} px wider than the window"] if wider > 0 else []
    for opened in (page, stranger):
        opened.context.close()

    assert found == []


@pytest.mark.parametrize("script", [True, False])
def test_a_case_is_advanced_in_two_clicks(fresh: Serving, chromium: Browser, script: bool) -> None:
    number = fresh.web.ready(fresh.web.world.candidate())
    page = fresh.page(chromium, "anne", java_script_enabled=script)
    page.goto(f"/cases/{number}")

    page.get_by_role("link", name="Look and confirm Start screening").click()
    assert page.get_by_role("heading", name="What happens when you confirm").is_visible()
    page.get_by_role("button", name="Make this move").click()

    assert page.get_by_role("status").is_visible()
    assert fresh.web.world.case(number).phase == "screening"
    page.context.close()


@pytest.mark.parametrize("script", [True, False])
def test_a_case_is_advanced_by_keyboard_alone(fresh: Serving, chromium: Browser, script: bool) -> None:
    number = fresh.web.ready(fresh.web.world.candidate())
    page = fresh.page(chromium, "anne", java_script_enabled=script)
    page.goto(f"/cases/{number}")

    for name in ("Look and confirm Start screening", "Make this move"):
        _tab_to(page, name)
        with page.expect_navigation():
            page.keyboard.press("Enter")

    assert page.get_by_role("status").is_visible()
    assert fresh.web.world.case(number).phase == "screening"
    page.context.close()


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the named thing has the focus."""
    target = page.get_by_role("link", name=name).or_(page.get_by_role("button", name=name))
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(":focus").count() and page.locator(":focus").inner_text() == target.inner_text():
            return
    raise AssertionError(f"the keyboard does not reach {name!r}")


@pytest.mark.parametrize("script", [True, False])
def test_faults_are_told_at_the_top_and_at_the_field(fresh: Serving, chromium: Browser, script: bool) -> None:
    number = fresh.web.world.candidate()
    page = fresh.page(chromium, "anne", java_script_enabled=script)
    page.goto(f"/cases/{number}/facts/edit")

    page.get_by_label("Screening score").fill("many")
    page.get_by_role("button", name="Save what was changed").click()
    page.get_by_role("alert").get_by_role("link").click()

    assert page.locator("[id='fact.score']").get_attribute("aria-invalid") == "true"
    assert page.locator(":focus").get_attribute("id") == "fact.score" or not script
    page.context.close()


def test_search_finds_while_one_types(served: Serving, chromium: Browser) -> None:
    page = served.page(chromium, "anne")
    page.goto("/search")

    page.get_by_role("searchbox").press_sequentially("nordj ev")
    page.locator("mark", has_text="Eva").first.wait_for()

    assert page.get_by_role("searchbox").input_value() == "nordj ev"
    assert page.url.endswith("/search?words=nordj+ev")
    assert page.get_by_role("status").inner_text() == "1 case, newest first."
    page.context.close()


@pytest.mark.parametrize("script", [True, False])
def test_search_finds_by_enter_from_any_page(served: Serving, chromium: Browser, script: bool) -> None:
    page = served.page(chromium, "anne", java_script_enabled=script)
    page.goto("/today")

    page.get_by_role("searchbox", name="Search cases").fill("hasseris")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Hasseris").click()

    assert page.get_by_role("heading", name="Hasseris Byg", level=1).is_visible()
    page.context.close()


@pytest.mark.parametrize("script", [True, False])
def test_a_view_of_the_board_is_saved_and_shared(fresh: Serving, chromium: Browser, script: bool) -> None:
    fresh.web.world.candidate()
    page = fresh.page(chromium, "anne", java_script_enabled=script)
    page.goto("/board")

    page.get_by_label("Company, number, contact, comment").fill("lim")
    page.keyboard.press("Enter")
    page.get_by_text("Save this view").click()
    page.get_by_label("Name of the view").fill("Limfjord")
    page.get_by_label("Show it to everybody in the programme").check()
    page.get_by_role("button", name="Save").click()

    assert page.get_by_role("link", name="Limfjord shared by Anne Holm").get_attribute("aria-current") == "page"
    other = fresh.page(chromium, "mette", java_script_enabled=script)
    other.goto("/board")
    other.get_by_role("link", name="Limfjord shared by Anne Holm").click()
    assert other.url == page.url
    for opened in (page, other):
        opened.context.close()


def test_the_first_thing_tab_reaches_skips_to_the_content(served: Serving, chromium: Browser) -> None:
    page = served.page(chromium, "anne")
    page.goto("/today")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the content"
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"
    page.context.close()


def test_the_policy_lets_our_own_things_through_and_nothing_complains(served: Serving, chromium: Browser) -> None:
    page = served.page(chromium, "anne")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    message = served.web.world.messages()[0].id

    for path in ("/today", "/board", CASE, f"{CASE}/moves/plan_actions", f"/mail/{message}"):
        page.goto(path)

    assert [text for text in said if "sandboxed" not in text] == []
    page.context.close()
