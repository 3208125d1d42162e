"""A real Chromium, one for each file of tests, and a server for it.

Needs Debian's `chromium`. On a laptop without it these tests are skipped; with CI=true they fail instead.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.web.browser.serving import Serving
from tests.web.conftest import Web

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Skip what needs a browser where there is none."""
    if not Path(CHROMIUM).exists() and os.environ.get("CI") != "true":
        pytest.skip("needs a browser; on Debian: apt-get install chromium")
    return CHROMIUM


@pytest.fixture(scope="module")
def served(chromium_path: str, busy: Web) -> Iterator[Serving]:
    """The pages of a world that tests only look at."""
    serving = Serving(busy)
    yield serving
    serving.close()


# While Playwright is up, its event loop runs in this thread and no other may start: the busy world is made before.
@pytest.fixture(scope="module")
def chromium(chromium_path: str, served: Serving) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def fresh(chromium_path: str, web: Web) -> Iterator[Serving]:
    """The pages of a world of one test."""
    serving = Serving(web)
    yield serving
    serving.close()
