"""What axe and a ruler find wrong with the page that a browser shows."""

from __future__ import annotations

from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

Scheme = Literal["light", "dark"]
Sight = tuple[int, Scheme]

PHONE: Sight = (320, "dark")
DESK: Sight = (1440, "light")
WIDTHS = (320, 768, 1440)
OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
AXE = Axe().axe_script
RUN = "options => axe.run(document, options).then(found => found.violations)"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def faults(page: Page, sights: tuple[Sight, ...] = (PHONE, DESK)) -> list[str]:
    """Return what is wrong with the open page: what axe finds by each sight, and sideways scroll at any width."""
    page.evaluate(AXE)
    found: list[str] = []
    path = page.url.partition("://")[2].partition("/")[2]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wider = page.evaluate(WIDER)
        found += [f"/{path}: {wider} px wider than {width}"] if wider > 0 else []
        for scheme in [scheme for at, scheme in sights if at == width]:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            violations: list[dict[str, Any]] = page.evaluate(RUN, OPTIONS)
            found += [f"/{path} {width} {scheme}: {v['id']} at {n['target']}" for v in violations for n in v["nodes"]]
    return found
