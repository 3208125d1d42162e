"""A demonstration served: its people sign in with the printed password, its clock runs on and is moved from the pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fastapi.testclient import TestClient

from handslag.clock import DemoClock
from handslag.demo.founding import MARKER, remember
from handslag.demo.reopening import keep_clock, open_doors, reopen, stands
from handslag.web.app import make_app
from handslag.web.passwords import hashed
from tests.web.conftest import OWN, Web


def test_everybody_gets_in_with_the_printed_password(web: Web) -> None:
    password, doors = open_doors(web.world.house, hashed)

    answer = web.visitor().post("/sign-in", data={"name": "anne", "password": password})

    assert {"anne", "mette", "carl"} <= {door.person for door in doors}
    assert answer.status_code == 303
    assert not answer.headers["location"].startswith("/sign-in")


def test_a_week_on_fires_what_falls_due_on_each_of_its_days(web: Web) -> None:
    number = web.world.candidate()
    web.ready(number)
    web.world.to_screening(number)
    begun = web.world.clock.now()
    house = replace(web.world.house, clock=DemoClock(begun))
    remember(house.folder, {"digest": "…"})
    client = TestClient(make_app(house), follow_redirects=False, headers=OWN, base_url="http://localhost")
    client.cookies.set("handslag", web.token("anne"))
    planned = [p for p in web.world.case(number).promises.values() if p.due_at < begun + timedelta(days=28)]

    for _ in range(4):
        answer = client.post("/demo/clock", data={"days": "7"})

    assert answer.headers["location"] == "/today"
    assert planned
    ended = {p.no: p.state for p in web.world.case(number).promises.values()}
    assert {ended[p.no] for p in planned} <= {"queued", "sent"}
    assert "Demonstration" in client.get("/today").text


def test_a_real_clock_has_no_such_address(web: Web) -> None:
    anne = web.visitor("anne")

    assert anne.post("/demo/clock", data={"days": "7"}).status_code == 404
    assert "Demonstration" not in anne.get("/today").text


def test_a_reopened_demonstration_goes_on_where_its_clock_stood(web: Web, tmp_path: Path) -> None:
    stood = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
    house = replace(web.world.house, clock=DemoClock(stood))

    before = stands(house.folder)
    remember(house.folder, {"digest": "…"})
    keep_clock(house)
    again = reopen(house.folder)

    again.close()
    assert not before
    assert (house.folder / MARKER).is_file()
    assert stands(house.folder)
    assert again.clock.now() >= stood
