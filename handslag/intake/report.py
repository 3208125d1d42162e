"""What an import did, row by row, or would have done."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import Fault

OPENED, TAKEN_OVER, ALREADY_THERE, HELD_BACK, REFUSED = "opened", "taken_over", "already_there", "held_back", "refused"
_PLACE = re.compile(r"(?P<file>.*?):(?P<line>\d+):(?P<column>.*)", re.DOTALL)
OUTCOMES = (OPENED, TAKEN_OVER, ALREADY_THERE, HELD_BACK, REFUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowReport:
    """What became of one row. case: its number, empty where there is none (yet).

    unmet: (guard, sentence) on the way into the phase, listed because the case was taken over; notes: worth knowing.
    """

    line: int
    name: str
    outcome: str
    case: str = ""
    phase: str = ""
    faults: tuple[Fault, ...] = ()
    unmet: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """A whole import. orphans: faults of records that belong to no company of the file.

    held_back: good rows stayed out because others were bad (`--all-or-nothing`).
    """

    file: str
    programme: str
    workflow: str
    rows: tuple[RowReport, ...]
    orphans: tuple[Fault, ...] = ()
    dry_run: bool = False

    @property
    def counts(self) -> Mapping[str, int]:
        """How many rows ended in which way; `refused` counts records that belong to no company too."""
        found = Counter(row.outcome for row in self.rows)
        found[REFUSED] += len({(part["file"], part["line"]) for part in map(_parts, self.orphans)})
        return {outcome: found[outcome] for outcome in OUTCOMES}

    @property
    def has_refused(self) -> bool:
        """Whether anything in the file was refused."""
        return self.counts[REFUSED] > 0

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every fault, in the order of the rows, those that are nobody's last."""
        return (*(fault for row in self.rows for fault in row.faults), *self.orphans)

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {
            "file": self.file,
            "programme": self.programme,
            "workflow": self.workflow,
            "dry_run": self.dry_run,
            "counts": dict(self.counts),
            "rows": [_row_json(row) for row in self.rows],
            "orphans": [_fault_json(fault) for fault in self.orphans],
        }


def _row_json(row: RowReport) -> dict[str, Any]:
    return {
        "line": row.line,
        "name": row.name,
        "outcome": row.outcome,
        "case": row.case,
        "phase": row.phase,
        "faults": [_fault_json(fault) for fault in row.faults],
        "unmet": [{"guard": guard, "sentence": sentence} for guard, sentence in row.unmet],
        "notes": list(row.notes),
    }


def _fault_json(fault: Fault) -> dict[str, Any]:
    return {**_parts(fault), "code": fault.code, "sentence": fault.sentence}


def _parts(fault: Fault) -> dict[str, Any]:
    """Take a place apart; a colon may stand in the file's name, and in a header."""
    found = _PLACE.fullmatch(fault.place)
    if found is None:
        return {"file": fault.place, "line": 0, "column": ""}
    return {"file": found["file"], "line": int(found["line"]), "column": found["column"]}
