"""`programme outlook`: what it says, and to whom."""

from __future__ import annotations

from tests.cli.desk import CliDesk


def test_a_programme_without_history_says_that_its_figures_are_declared(desk: CliDesk, case: str) -> None:
    told = desk.run("programme", "outlook", "aalborg", who="mette").out

    assert "1 of 10 likely by 2026-05-31: 9 short" in told
    assert "declared: 20 wd" in told
    assert case in told


def test_the_json_carries_every_step_of_every_date(desk: CliDesk, case: str) -> None:
    seen = desk.json("programme", "outlook", "aalborg", who="mette")

    (target,) = seen["targets"]
    (mine,) = target["cases"]
    assert (target["signed"], target["short"], mine["number"]) == (0, 9, case)
    assert [step["phase"] for step in mine["steps"]] == mine["way"]
    assert mine["steps"][-1]["on"] == mine["signed_on"]


def test_a_municipal_owner_has_no_outlook(desk: CliDesk, case: str) -> None:
    people = {role: p["key"] for p in desk.json("programme", "show", "aalborg")["people"] for role in p["roles"]}

    refused = desk.run("programme", "outlook", "aalborg", who=people["municipal_owner"], code=1)

    assert "who may: coordinator, deputy, manager" in refused.err
