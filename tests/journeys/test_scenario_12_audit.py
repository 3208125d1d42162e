"""Scenario 12: on which day, by whom and on which ground did a case pass screening with a score of 52?"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import TextClause, text
from sqlalchemy.exc import DatabaseError

from engine import acts
from engine.chain import verify
from engine.errors import GuardsUnmet
from tests.world import World


@pytest.fixture
def number(world: World) -> str:
    """A case that passed with 52 points by a manager's override."""
    made = world.candidate()
    world.to_screening(made)
    world.do(made, acts.SetFacts(facts={"score": "52"}))
    with pytest.raises(GuardsUnmet) as refused:
        world.do(made, acts.Advance(transition="invite_to_dialogue"))
    assert [a.name for a in refused.value.blocks] == ["score_ok"]
    world.do(made, acts.SetFacts(facts={"score_override": "supplies forty of our partners"}), "mette")
    world.do(made, acts.Advance(transition="invite_to_dialogue"))
    return made


def test_history_answers_who_on_what_ground_and_when(world: World, number: str) -> None:
    entries = world.history(number)

    override = next(e for e in entries if any("score_override" in (c["new"] or {}) for c in e["changes"]))
    move = next(e for e in entries if e["transition"] == "invite_to_dialogue")
    assert override["actor"]["key"] == "mette"
    assert override["actor"]["roles"] == ["manager"]
    assert override["changes"][0]["new"]["score_override"] == "supplies forty of our partners"
    assert override["recorded_at"].startswith("2026-02-02")
    assert {g["name"]: g["yes"] for g in move["guards"]} == {"score_ok": True, "capacity_ok": True}
    assert move["version"]["number"] == 1
    invitation = next(m for m in world.messages() if m.code == "M01")
    assert invitation.text


def test_history_cannot_be_edited_or_deleted_by_anybody(world: World, number: str) -> None:
    for statement in (text("UPDATE history SET body = '{}'"), text("DELETE FROM history")):

        def tamper(tx: Any, statement: TextClause = statement) -> None:
            tx.line.core.execute(statement)

        with pytest.raises(DatabaseError):
            world.house.store.run(tamper)

    assert world.verify(number) is None


def test_a_changed_byte_is_named(world: World, number: str) -> None:
    entries = world.sealed(number)
    case = world.case(number)
    from dataclasses import replace

    for n, entry in enumerate(entries):
        forged = [*entries[:n], replace(entry, body=entry.body.replace("anne", "bent", 1)), *entries[n + 1 :]]
        if forged[n].body != entry.body:
            found = verify(number, forged, head=case.head, revision=case.revision)
            assert found is not None
            assert (found.entry, found.code) == (n + 1, "body")
    dropped = verify(number, entries[:-1], head=case.head, revision=case.revision)
    assert dropped is not None
    assert dropped.code == "tail"
    swapped = verify(number, [entries[1], entries[0], *entries[2:]], head=case.head, revision=case.revision)
    assert swapped is not None
    assert swapped.entry == 1
