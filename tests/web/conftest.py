"""The pages of a small installation, and visitors of them. Signing in by a session row, because argon2 is slow on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from engine import acts
from engine.ports import Tx
from handslag.web import sessions
from handslag.web.app import make_app
from storage import account_rows
from tests.world import World, programme_file

UNUSABLE = "$argon2id$v=19$m=8,t=1,p=1$bm9ib2R5aGFzdGhpcw$bm9ib2R5aGFzdGhpcw"
OWN = {"sec-fetch-site": "same-origin"}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: drives a real Chromium")


class Web:
    """A world with its pages. `ann` and `dialogue` are cases of Aalborg, in the first phase and in dialogue."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder)
        self.world.add_programme(programme_file("odense"))
        self.limit()  # a crawl asks more in a minute than anybody at work

    def limit(self, pages: int = 0, calls: int = 0, heavy: int = 0) -> None:
        """Start the application anew with so many requests a minute; 0: no limit."""
        house = self.world.house
        most = {"requests_per_minute": pages, "api_requests_per_minute": calls, "heavy_requests_per_minute": heavy}
        settings = house.settings.model_copy(update={"web": house.settings.web.model_copy(update=most)})
        self.app = make_app(replace(house, settings=settings))

    def token(self, person: str) -> str:
        """Sign a person in and return what its cookie holds."""
        token, digest = sessions.fresh_token()
        now = self.world.clock.now()

        def start(tx: Tx) -> None:
            known = account_rows.account(tx, person)
            account = known.id if known else account_rows.set_password(tx, person, UNUSABLE, now)
            account_rows.start_session(tx, account, digest, now, sessions.LIVES, "a test")

        self.world.house.store.run(start)
        return token

    def visitor(self, person: str = "") -> TestClient:
        """Return a browser of a person, of nobody if unnamed."""
        client = TestClient(
            self.app, follow_redirects=False, raise_server_exceptions=True, headers=OWN, base_url="http://localhost"
        )
        if person:
            client.cookies.set("handslag", self.token(person))
        return client

    def ready(self, number: str) -> str:
        """Carry a case so far that the next move asks nothing more: candidate with its facts given."""
        facts = {"cvr": "10150817", "register_status": "active", "register_status_on": "2026-01-05"}
        self.world.do(number, acts.SetFacts(facts=facts))
        return number


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    made = Web(tmp_path)
    yield made
    made.world.close()


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """A world with cases in several phases, mails sent and things late; tests of it only look."""
    made = Web(tmp_path_factory.mktemp("busy"))
    world = made.world
    early = world.candidate()
    world.do(early, acts.Comment(text="He is <b>positive</b> & wants figures"))
    second = _another(world, "Nordjysk Varme A/S", "10000009")
    for step in (world.to_screening, world.to_dialogue, world.to_baseline):
        step(second)
    third = _another(world, "Hasseris Byg", "10000033", deputy=False)
    for step in (world.to_screening, world.to_dialogue, world.to_baseline, world.to_actions, world.to_drafting,
                 world.to_approval, world.to_signing):  # fmt: skip
        step(third)
    world.walk("2026-03-10 10:00")
    yield made
    world.close()


def _another(world: World, name: str, number: str, *, deputy: bool = True) -> str:
    company = world.organisation(name, number)
    director, officer = world.contact(company, "Ib Dam", "da"), world.contact(company, "Eva Ry", "en")
    party = acts.PartyGiven(organisation=company.id, contacts={"company_contact": officer.id, "signatory_private": director.id})
    people = {"coordinator": "anne", "signatory_public": "sofie", **({"deputy": "bo"} if deputy else {})}
    facts = {"financial_year_end": "12-31"}
    return world.open_case(acts.OpenCase(title=name, parties=(party,), people=people, facts=facts))
