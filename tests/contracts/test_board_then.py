"""The board as it stood, on both databases: the last change of phase before an instant, by either time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from storage.board_then import board_then
from storage.store import SqlStore
from tests.contracts.cast import HOUR, NOW, TODAY, open_case, settle_in, step


def test_phases_then_and_now(store: SqlStore) -> None:
    settle_in(store)
    settle_in(store, "utrecht", "UTR")
    one, two = open_case(store, phase_since=TODAY), open_case(store, phase_since=TODAY)
    open_case(store, programme="utrecht", phase_since=TODAY)
    store.run(lambda tx: step(tx, one, actor="bob", transition="sign", phase="signed"))

    def found(at: datetime, **wanted: Any) -> list[tuple[str, str, int]]:
        return [tuple(line[1:]) for line in store.read(lambda tx: board_then(tx, "aalborg", at, limit=5, **wanted))]  # type: ignore[misc]

    stood = [(one.number, "signed", 1), (two.number, "talks", 1)]
    for happened in (False, True):
        assert found(NOW + 1000 * HOUR, happened=happened) == stood
        assert found(NOW - 1000 * HOUR, happened=happened) == []
    assert found(NOW + 1000 * HOUR, phase="talks") == stood[1:]
    assert found(NOW + 1000 * HOUR, phase="talks", before=two.id) == []
