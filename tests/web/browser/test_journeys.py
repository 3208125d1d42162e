"""The journeys of a day in a real Chromium, with and without script, and by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from handslag.web.pages.invitation import set_up_link
from tests.many import invited
from tests.web.browser.serving import Serving

pytestmark = pytest.mark.browser
CASE = "/cases/AAL-2026-0002"
GOOD = "a sentence that nobody guesses"


@pytest.mark.parametrize("script", [True, False])
def test_a_case_is_advanced_in_two_clicks(fresh: Serving, chromium: Browser, script: bool) -> None:
    number = fresh.web.ready(fresh.web.world.candidate())
    page = fresh.page(chromium, "anne", java_script_enabled=script)
    page.goto(f"/cases/{number}")

    page.get_by_role("link", name="Look and confirm Start screening").click()
    page.get_by_role("heading", name="What happens when you confirm").wait_for()
    page.get_by_role("button", name="Make this move").click()

    page.get_by_role("status").wait_for()
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

    page.get_by_role("status").wait_for()
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

    page.get_by_role("heading", name="Hasseris Byg", level=1).wait_for()
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


@pytest.mark.parametrize("script", [True, False])
def test_a_mail_is_held_back_and_the_move_undone(fresh: Serving, chromium: Browser, script: bool) -> None:
    number = fresh.web.world.candidate()
    fresh.web.world.to_screening(number)
    page = fresh.page(chromium, "anne", java_script_enabled=script)
    page.goto(f"/cases/{number}/moves/invite_to_dialogue")

    page.get_by_label("Screening score").fill("72")
    page.get_by_label("Tier").select_option("standard")
    page.get_by_role("button", name="See what happens").click()
    page.get_by_label("Do not send it, because").check()
    page.get_by_label("Why it is not sent").fill("told her by telephone")
    page.get_by_role("button", name="Make this move").click()
    page.get_by_role("button", name="Undo").click()

    page.get_by_text("The move is undone.").wait_for()
    assert fresh.web.world.case(number).phase == "screening"
    page.context.close()


@pytest.mark.parametrize("script", [True, False])
def test_several_cases_are_moved_by_keyboard_alone(fresh: Serving, chromium: Browser, script: bool) -> None:
    numbers = invited(fresh.web.world, able=2)
    page = fresh.page(chromium, "anne", java_script_enabled=script)
    page.goto("/bulk?phase=screening")

    page.get_by_label("Move", exact=False).first.focus()
    page.keyboard.type("Invite")
    for name in ("See what happens", "Move 2 cases"):
        _tab_to(page, name)
        with page.expect_navigation():
            page.keyboard.press("Enter")

    page.get_by_text("2 moved, 0 not.").wait_for()
    assert [fresh.web.world.case(n).phase for n in numbers] == ["dialogue", "dialogue", "screening"]
    page.context.close()


@pytest.mark.parametrize("script", [True, False])
def test_a_case_is_opened_from_its_company(fresh: Serving, chromium: Browser, script: bool) -> None:
    company = fresh.web.world.organisation("Nordjysk Varme A/S", "10000009")
    fresh.web.world.contact(company, "Eva Ry", "en")
    page = fresh.page(chromium, "anne", java_script_enabled=script)
    page.goto("/organisations")

    page.get_by_role("link", name="Nordjysk Varme").click()
    page.get_by_role("link", name="Open a case").click()
    page.get_by_role("heading", name="What happens when you confirm").wait_for()
    page.get_by_role("button", name="Open the case").click()

    page.get_by_role("heading", name="Nordjysk Varme A/S", level=1).wait_for()
    assert fresh.web.world.case("AAL-2026-0001").phase == "candidate"
    page.context.close()


@pytest.mark.parametrize("script", [True, False])
def test_a_link_lets_in_and_the_password_again(fresh: Serving, chromium: Browser, script: bool) -> None:
    page = fresh.page(chromium, java_script_enabled=script)
    page.goto(set_up_link(fresh.web.world.house))
    page.get_by_label("Who you are").select_option("anne")
    for label in ("Password", "The same again"):
        page.get_by_label(label).fill(GOOD)
    page.get_by_role("button", name="Choose this password").click()
    page.get_by_role("button", name="Sign out").click()

    page.goto("/board")
    page.get_by_label("Short name or mail address").focus()
    for typed in ("anne", GOOD):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    page.get_by_role("heading", name="Board", level=1).wait_for()
    page.context.close()
