"""The model's own reading of a workflow: the YAML as it stands, nothing compiled."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML


@dataclass(frozen=True)
class Step:
    """One rung: how far from the due date, which mail to whom, which task, whether the manager's list."""

    at: str
    mail: str
    to: tuple[str, ...]
    task: str
    escalates: bool

    @property
    def name(self) -> str:
        """As the ledger names it."""
        count, unit = self.at.split()
        return f"{int(count):+d} {unit} {self.mail or self.task}"


class Method:
    """A declared method, asked by key."""

    def __init__(self, folder: Path) -> None:
        self.raw: dict[str, Any] = YAML(typ="safe", pure=True).load((folder / "workflow.yaml").read_text("utf-8"))
        self.urgent = {
            path.name.split(".")[0] for path in (folder / "mails").iterdir() if "urgent: true" in path.read_text("utf-8")
        }

    def __getitem__(self, key: str) -> Any:
        return self.raw.get(key) or {}

    def ladder(self, owner: dict[str, Any]) -> list[Step]:
        """The rungs of a phase, task, record list or follow-up."""
        rungs = owner.get("ladder") or []
        rungs = self.raw["ladders"][rungs] if isinstance(rungs, str) else rungs
        return [
            Step(
                at=r["at"],
                mail=r.get("mail", ""),
                to=tuple(r.get("to", ["owner"])),
                task=r.get("task", ""),
                escalates=bool(r.get("escalates")),
            )
            for r in rungs
        ]

    def declared(self, kind: str, rule: str) -> dict[str, Any]:
        """What declares a deadline."""
        home = {"phase": "phases", "task": "tasks", "record": "records", "followup": "followups"}[kind]
        found: dict[str, Any] = self.raw[home][rule]
        return found

    def moves_out(self, phase: str) -> dict[str, dict[str, Any]]:
        """Transitions from a phase."""
        return {k: t for k, t in self.raw["transitions"].items() if phase in as_list(t["from"])}


def as_list(value: Any) -> list[str]:
    """One or several."""
    return list(value) if isinstance(value, list) else [value]
