"""What leaves in the next days: all that is promised for them, each once, paged by what came last."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handslag.web.pages import coming
from storage.due_reads import planned
from tests.web.conftest import Web
from tests.web.forms import Reader


def _links(page: str) -> list[str]:
    return [link for link in Reader(page).links if "/promises#promise-" in link]


def test_every_promise_of_two_weeks_is_there_once(busy: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coming, "ON_PAGE", 2)
    anne, until = busy.visitor("anne"), busy.world.clock.now() + timedelta(days=14)
    expected = busy.world.house.store.read(lambda tx: planned(tx, programme="aalborg", until=until))

    found, address = [], "/mail/coming"
    while address:
        page = Reader(anne.get(address).text)
        found += [link for link in page.links if "/promises#promise-" in link]
        address = next((link for link in page.links if link.startswith("/mail/coming?") and "after=" in link), "")

    assert found == [f"/cases/{line.case}/promises#promise-{line.no}" for line in expected]
    assert len(found) > 2


def test_it_can_be_taken_along(busy: Web) -> None:
    answer = busy.visitor("anne").get("/mail/coming?as=json")

    assert answer.status_code == 200
    assert len(answer.json()["rows"]) == len(_links(busy.visitor("anne").get("/mail/coming").text))
