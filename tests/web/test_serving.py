"""`handslag serve`: a real process that says how to get in, answers, and stops when told."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

from fastapi.testclient import TestClient

from handslag.web.app import make_app
from handslag.web.working import WebWorker
from tests.web.conftest import Web

PROGRAM = "import typer; from handslag.cli.serving import app; app()"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def test_serving_prints_a_set_up_link_answers_and_stops_with_0(web: Web, tmp_path: Path) -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "--worker", "--port", str(port)],
        cwd=tmp_path, env={**os.environ, "PYTHONUNBUFFERED": "1"}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    said = ""
    while "Uvicorn running" not in said:  # it says so once it listens
        line = process.stderr.readline()
        assert line, said
        said += line
    link = re.search(r"http://127\.0\.0\.1:\d+/invitation/\S+", said)
    assert link
    with urllib.request.urlopen(link[0]) as answer:
        assert answer.status == 200

    process.send_signal(signal.SIGTERM)
    rest = process.communicate(timeout=30)[1]

    assert process.returncode == 0, rest
    assert link[0] not in rest


def test_a_round_of_the_web_worker_sends_what_is_due(web: Web) -> None:
    number = web.world.candidate(score="72", tier="standard")
    web.world.to_screening(number)
    web.world.to_dialogue(number)
    web.world.go("2026-01-06 09:00")

    async def once() -> None:
        channel = web.world.house.channel()
        await WebWorker(web.world.house).round(channel)
        await channel.close()

    asyncio.run(once())

    assert {m.state for m in web.world.messages()} == {"sent"}


def test_the_worker_starts_and_stops_with_the_application(web: Web) -> None:
    with TestClient(make_app(web.world.house, worker=True)) as client:
        assert client.get("/healthz").status_code == 200


def test_a_fault_of_ours_says_nothing_about_its_inside(web: Web) -> None:
    number = web.world.candidate()
    web.world.house.store.run(lambda tx: tx.line.core.exec_driver_sql("UPDATE cases SET facts = '{broken'"))  # type: ignore[attr-defined]
    visitor = web.visitor("anne")
    careful = TestClient(web.app, raise_server_exceptions=False, cookies=visitor.cookies, base_url="http://localhost")

    answer = careful.get(f"/cases/{number}")

    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "broken" not in answer.text
