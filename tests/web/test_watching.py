"""What is told about requests and work: figures and log lines without personal data, secrets or addresses."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from handslag.web.app import make_app
from tests.web.api import Api
from tests.web.conftest import Web

SECRET = "a secret of the collector"


def with_secret(web: Web) -> None:
    settings = web.world.house.settings
    told = settings.model_copy(update={"web": settings.web.model_copy(update={"metrics_secret": SecretStr(SECRET)})})
    web.app = make_app(replace(web.world.house, settings=told))


def test_without_a_secret_there_are_no_figures(web: Web) -> None:
    for header in ("", "Bearer ", "Bearer x"):
        assert web.visitor("mette").get("/metrics", headers={"authorization": header}).status_code == 404


def test_a_collector_with_the_secret_gets_figures_without_names(web: Web) -> None:
    number = web.world.candidate(score="72", tier="standard")
    web.world.to_screening(number)
    web.world.to_dialogue(number)
    with_secret(web)
    visitor = web.visitor("anne")
    visitor.get(f"/cases/{number}")

    answer = visitor.get("/metrics", headers={"authorization": f"Bearer {SECRET}"})

    assert answer.status_code == 200
    assert 'handslag_cases{phase="dialogue",programme="aalborg"} 1.0' in answer.text
    assert 'handslag_messages{state="queued"}' in answer.text
    assert 'handslag_requests_total{method="GET",route="/cases/{number}",status="200"} 1.0' in answer.text
    assert not any(word in answer.text for word in (number, "anne", "Anne", "example.org", SECRET))
    assert visitor.get("/metrics", headers={"authorization": "Bearer other"}).status_code == 404


def test_cases_are_counted_once_a_minute(web: Web) -> None:
    number = web.world.candidate(score="72", tier="standard")
    with_secret(web)
    collector = web.visitor()

    def held(phase: str) -> bool:
        text = collector.get("/metrics", headers={"authorization": f"Bearer {SECRET}"}).text
        return f'handslag_cases{{phase="{phase}",programme="aalborg"}} 1.0' in text

    assert held("candidate")
    web.world.to_screening(number)
    assert held("candidate")
    web.world.clock.advance(timedelta(minutes=1))
    assert held("screening")
    assert not held("candidate")


def test_a_request_is_logged_by_its_route_and_no_word_of_it(web: Web, caplog: pytest.LogCaptureFixture) -> None:
    number, api = web.world.candidate(), Api(web, "anne")
    caplog.set_level(logging.INFO, logger="handslag.web.watching")

    answer = api.send("GET", f"/cases/{number}/history?next=secret-question")

    line = next(record for record in caplog.records if record.getMessage() == "request")
    told = {name: getattr(line, name) for name in ("method", "route", "status", "person", "request")}
    assert told == {
        "method": "GET", "route": "/api/v1/cases/{number}/history", "status": 422, "person": "anne",
        "request": answer.headers["x-request-id"],
    }  # fmt: skip
    assert number not in str(vars(line))
    assert "secret-question" not in str(vars(line))
    assert api.token not in str(vars(line))


def test_a_database_of_another_schema_is_not_ready(web: Web) -> None:
    assert web.visitor().get("/readyz").status_code == 200

    web.world.house.store.run(lambda tx: tx.line.core.execute(text("UPDATE alembic_version SET version_num = '0001'")))  # type: ignore[attr-defined]

    assert web.visitor().get("/readyz").status_code == 503
