"""No accessibility fault (axe, WCAG 2.2 A and AA) and no sideways scroll on any page, in a real Chromium.

Every page is loaded once and looked at as a dark phone of 320 px and a light desk of 1440 px, where what differs between
the schemes and the layouts shows, and measured at 768 px too; the pages built from most parts are looked at in all six
combinations. Answers to forms are walked to and looked at alike. A page that a route serves and no test opens is named.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from fastapi.routing import APIRoute
from playwright.sync_api import Browser, Page

from handslag.settings import OidcSettings, SignInSettings
from handslag.web.app import make_app
from handslag.web.pages import PAGES
from handslag.web.pages.invitation import set_up_link
from tests.many import invited
from tests.web.browser.looking import WIDTHS, Scheme, Sight, faults
from tests.web.browser.serving import Serving

pytestmark = pytest.mark.browser
CASE = "/cases/AAL-2026-0002"
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
ALL: tuple[Sight, ...] = tuple((width, scheme) for width in WIDTHS for scheme in SCHEMES)
RICHEST = ("/today?whose=all", "/board", CASE, f"{CASE}/history/4", "/programmes/aalborg", "/organisations/1")
DAY_TO_DAY = (
    "/today", "/board?phase=baseline", "/board?due=late&words=aal", "/board?words=zebra", "/board?as=print",
    "/board/then?on=2026-01-08", "/bulk", "/bulk?phase=baseline", "/search", "/search?words=aal+eva", "/search?words=zebra",
    "/mail", "/mail/coming", "/mail/MESSAGE", "/organisations", "/organisations/new", "/organisations/1/change",
    "/organisations/1/contacts/new", "/contacts/1/change", "/cases/new", "/cases/new?organisation=1",
)  # fmt: skip
OF_A_CASE = (
    f"{CASE}/moves", f"{CASE}/moves/plan_actions", f"{CASE}/moves/decline", f"{CASE}/facts",
    f"{CASE}/facts/edit", f"{CASE}/lists/company_commitments/new", f"{CASE}/promises", f"{CASE}/documents",
    f"{CASE}/history", f"{CASE}/history/4?verify=1", f"{CASE}/then?on=2026-01-08", f"{CASE}/seats/new",
    f"{CASE}/seats/SEAT/end", f"{CASE}/parties/new", "/cases/AAL-2026-0003",
)  # fmt: skip
OF_MANAGERS = (
    "/programmes/aalborg/overdue",
    f"{CASE}/correct", "/audit", "/audit?since=x", "/audit/verify", "/administration/people", "/administration/people/new",
    "/administration/people/anne", "/administration/absences", "/administration/calendar",
    "/administration/calendar/replan", "/administration/programme", "/administration/sending", "/administration/health",
    "/administration/log", "/me", "/me/tokens", "/api", "/no/such/page",
)  # fmt: skip
ANSWERS = {"/no/such/page": 404, "/audit?since=x": 422}


@pytest.mark.parametrize(("person", "paths"), [("mette", DAY_TO_DAY), ("anne", OF_A_CASE), ("mette", OF_MANAGERS)])
def test_no_page_has_a_fault(served: Serving, chromium: Browser, person: str, paths: tuple[str, ...]) -> None:
    page = served.page(chromium, person)
    found = [fault for path in paths for fault in _opened(served, page, path)]
    page.context.close()

    assert found == []


def test_the_richest_pages_have_no_fault_at_any_width_in_any_scheme(served: Serving, chromium: Browser) -> None:
    page = served.page(chromium, "mette")
    found = [fault for path in RICHEST for fault in _opened(served, page, path, ALL)]
    page.context.close()

    assert found == []


def _opened(served: Serving, page: Page, path: str, sights: tuple[Sight, ...] = ()) -> list[str]:
    """Open a page and return its faults; that it cannot be opened is one."""
    world = served.web.world
    seat = next(iter(world.case(CASE.rpartition("/")[2]).seats))
    answer = page.goto(path.replace("MESSAGE", world.messages()[0].id).replace("SEAT", str(seat)))
    if answer is None or answer.status != ANSWERS.get(path, 200):
        return [f"{path}: answered {answer and answer.status}"]
    return faults(page, sights) if sights else faults(page)


def test_the_doors_have_no_fault(fresh: Serving, chromium: Browser) -> None:
    oidc = OidcSettings(issuer="http://127.0.0.1:9", client_id="handslag", client_secret="only-for-this-test")
    house = fresh.web.world.house
    settings = house.settings.model_copy(update={"sign_in": SignInSettings(oidc=oidc)})
    city = Serving(fresh.web, make_app(replace(house, settings=settings)))
    found: list[str] = []
    for serving in (fresh, city):
        page = serving.page(chromium)
        for path in ("/sign-in", set_up_link(house)):
            page.goto(path)
            found += faults(page)
        page.goto("/sign-in")
        page.get_by_label("Short name or mail address").fill("anne")
        page.get_by_label("Password").fill("not the right one")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("alert").wait_for()
        found += faults(page)
        page.context.close()
    city.close()

    assert found == []


def test_the_answers_to_a_move_have_no_fault(fresh: Serving, chromium: Browser) -> None:
    number = fresh.web.world.candidate()
    fresh.web.world.to_screening(number)
    page = fresh.page(chromium, "anne")
    page.goto(f"/cases/{number}/moves/invite_to_dialogue")
    page.get_by_label("Screening score").fill("many")
    page.get_by_role("button", name="See what happens").click()
    found = faults(page)
    page.get_by_label("Screening score").fill("72")
    page.get_by_label("Tier").select_option("standard")
    page.get_by_role("button", name=re.compile("See what happens|Look again")).click()
    page.get_by_label("Do not send it, because").first.check()
    found += faults(page)
    page.get_by_role("button", name="Make this move").click()
    found += faults(page)
    page.get_by_role("alert").wait_for()
    page.get_by_label("Send it").first.check()
    page.get_by_role("button", name="Make this move").click()
    page.get_by_role("button", name="Undo").wait_for()
    found += faults(page)
    page.context.close()

    assert found == []


def test_the_answers_to_a_bulk_move_an_opening_and_a_token_have_no_fault(fresh: Serving, chromium: Browser) -> None:
    invited(fresh.web.world, able=2)
    page = fresh.page(chromium, "anne")
    page.goto("/bulk?phase=screening")
    page.get_by_label("Move").select_option("invite_to_dialogue")
    page.get_by_role("button", name="See what happens").click()
    found = faults(page)
    page.get_by_role("button", name="Move 2 cases").click()
    page.get_by_text("2 moved, 0 not.").wait_for()
    found += faults(page)
    page.goto("/organisations")
    page.get_by_role("link", name="Nordjysk Varme").click()
    page.get_by_role("link", name="Open a case").click()
    page.get_by_role("heading", name="What happens when you confirm").wait_for()
    found += faults(page)
    page.goto("/me/tokens")
    page.get_by_label("What it is for").fill("the finance report")
    page.get_by_role("button", name="Make the token").click()
    page.get_by_role("status").wait_for()
    found += faults(page)
    page.context.close()

    assert found == []


def test_the_forms_behind_links_have_no_fault(served: Serving, chromium: Browser) -> None:
    page = served.page(chromium, "anne")
    behind: dict[str, str] = {}
    for path in (CASE, "/cases/AAL-2026-0003"):
        page.goto(path)
        for link in page.locator("main a").evaluate_all("links => links.map(a => a.getAttribute('href'))"):
            if kind := re.search(r"/(deadlines)/\d+/\w+|/(sign)/\d+", link):
                behind.setdefault(kind[1] or kind[2], link)
    found = [fault for path in behind.values() for fault in _opened(served, page, path)]
    page.context.close()

    assert set(behind) == {"deadlines", "sign"}
    assert found == []


# Files, redirects, what machines read, a mail's own HTML; answers and forms that are walked to above; and, last, two
# forms of the templates of others that are opened here (a list's entry, a question with a reason).
NO_PAGE = {
    "/", "/administration", "/static/{stamp}/{name}", "/healthz", "/readyz", "/metrics", "/sign-in/city", "/sign-in/city/back",
    "/mail/{message_id}/html", "/cases/{number}/documents/{digest}", "/bulk/{bulk_id}", "/invitation/{token}",
    "/cases/{number}/deadlines/{no}/{what}", "/cases/{number}/sign/{seat}",
    "/cases/{number}/records/{no}", "/cases/{number}/parties/{no}/leave",
}  # fmt: skip


def test_every_route_that_shows_a_page_is_opened_here() -> None:
    paths = (*RICHEST, *DAY_TO_DAY, *OF_A_CASE, *OF_MANAGERS, "/sign-in")
    opened = [path.partition("?")[0].replace("SEAT", "1") for path in paths]
    routes = [r for router in PAGES for r in router.routes if isinstance(r, APIRoute) and "GET" in (r.methods or ())]

    left = {r.path for r in routes if not any(r.path_regex.match(path) for path in opened)} - NO_PAGE
    assert left == set()
    assert len(routes) > 40
