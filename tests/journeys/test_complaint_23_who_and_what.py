"""Complaint 23: history does not say who or what acted, or skips a kind of move."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.journeys.model.paths import INTO_FORCE, LGD, PATHS
from tests.world import AALBORG, LIBRARY, World

FORCE, LFORCE = INTO_FORCE[AALBORG], INTO_FORCE[LGD]
WALKS = [
    (AALBORG, ("decline",)),
    (AALBORG, (*FORCE[:6], "send_back", "request_approval", "request_signatures", "redraft", "request_approval",
               "request_signatures", "activate", "enter_recovery", "recover", "pause", "resume", "start_renewal",
               "renegotiate", "stop_renegotiating", "expire", "renew_late")),
    (AALBORG, (*FORCE, "enter_recovery", "terminate")),
    (AALBORG, (*FORCE, "withdraw")),
    (AALBORG, (*FORCE, "withdraw_by_agreement")),
    (AALBORG, (*FORCE, "complete_by_merger")),
    (AALBORG, (*FORCE, "start_renewal", "complete")),
    (LGD, ("decline",)),
    (LGD, (*LFORCE[:4], "redraft", "request_signatures", "activate", "start_renewal", "renew", "stop_renegotiating", "expire")),
    (LGD, (*LFORCE, "start_renewal", "complete")),
    (LGD, (*LFORCE, "withdraw")),
]  # fmt: skip


def test_the_walks_make_every_move_there_is() -> None:
    for workflow, paths in PATHS.items():
        raw = YAML(typ="safe", pure=True).load((LIBRARY / workflow / "workflow.yaml").read_text("utf-8"))

        assert set(paths) == set(raw["transitions"]), workflow
        assert {step for key, walk in WALKS if key == workflow for step in walk} == set(paths), workflow


@pytest.mark.parametrize(("workflow", "walk"), WALKS, ids=[f"{w[:3]}-{s[-1]}" for w, s in WALKS])
def test_every_move_has_its_entry_and_its_mails(workflow: str, walk: tuple[str, ...], tmp_path: Path) -> None:
    """Every row names actor or rule, trigger, from, to, definition version and reason, and a test walks every move of every
    workflow, backwards ones included, and finds its row and its mail on the timeline.
    """
    world = World(tmp_path / "handslag", now="2026-02-02 08:00", workflow=workflow)
    raw = YAML(typ="safe", pure=True).load((LIBRARY / workflow / "workflow.yaml").read_text("utf-8"))
    number = world.candidate(**({"financial_year_end": "12-31"} if workflow == AALBORG else {}))

    for key in walk:
        PATHS[workflow][key](world, number)

    entries = world.history(number)
    moves = [e for e in entries if e["transition"]]
    assert [e["transition"] for e in moves] == list(walk)
    assert entries[0]["kind"] == "opened"
    messages = {m.id: m for m in world.messages()}
    for entry in moves:
        declared = raw["transitions"][entry["transition"]]
        sources = declared["from"] if isinstance(declared["from"], list) else [declared["from"]]
        assert entry["from"] in sources
        assert entry["to"] == declared["to"]
        assert entry["actor"]["name"]
        assert entry["actor"]["kind"] in {"person", "system"}
        if "automatic" in declared:
            assert (entry["actor"]["kind"], entry["actor"]["key"]) == ("system", entry["transition"])
        assert (entry["version"]["key"], entry["version"]["number"]) == (workflow, 1)
        assert bool(entry["reason"]) or not declared.get("reason_required")
        promised = [
            p for p in world.promises(number) if p.entry == entry["no"] and p.step.startswith(f"{entry['transition']} ")
        ]
        for mail in declared.get("mails") or ():
            ours = [p for p in promised if p.code == mail["code"]]
            assert ours or mail["to"] == ["intermediary"], f"{entry['transition']} {mail['code']}"  # nobody brought this case
            assert all(messages[p.message].text for p in ours if p.state in {"queued", "sent"})
            assert all(p.why for p in ours if p.state in {"skipped", "cancelled"})
    assert world.verify(number) is None
    world.close()
