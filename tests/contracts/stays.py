"""Moving a case of the contract's cast to another phase, so many weeks after it was opened."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from engine.case import Case
from engine.ports import Tx
from storage.store import SqlStore
from tests.contracts.cast import TODAY, entry


def to(store: SqlStore, case: Case, phase: str, weeks: int, *, kind: str = "moved", **scalars: Any) -> Case:
    """Write the entry of a move (or another kind) into a phase and return the case after it."""

    def use_case(tx: Tx) -> Case:
        no = case.revision + 1
        sealed = entry(no, kind=kind, previous=case.head)
        day = TODAY + timedelta(weeks=weeks)
        after = replace(case, revision=no, head=sealed.hash, last_happened_at=sealed.happened_at, phase=phase,
                        phase_since=day, **scalars)  # fmt: skip
        tx.write(case, after, [], sealed)
        return after

    return store.run(use_case)
