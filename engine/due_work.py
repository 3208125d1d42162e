"""The system's own work on what is due: firing promises whose time has come, marking deadlines whose last day has passed.

What becomes of the mails that it writes is told in `engine.delivery`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engine.actor import system
from engine.acts import Act, Fire, MarkMissed
from engine.draft import Call, Scene
from engine.ports import DueItem, Ids, Tx
from engine.use_cases import Outcome, Tools, consider, scenes_of, write


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """What one round of due work did. failed: rows that raised, with the error, for pushing ahead; more: whether to go on."""

    fired: int
    missed: int
    failed: tuple[tuple[DueItem, Exception], ...] = ()
    more: bool = False


def fire_due(tx: Tx, tools: Tools, now: datetime, limit: int) -> Worked:
    """Act on due promises, earliest first: one entry per case, truth asked in this transaction.

    A case that raises is left as it was and reported; it cannot block the rest.
    """
    items = tx.due_promises(now, limit)
    call = Call(actor=system("due"), now=now, ids=_Joining(tx, tools.ids))
    failed = _each_case(tx, tools, items, call, lambda of_case: Fire(promises=of_case))
    return Worked(fired=len(items) - len(failed), missed=0, failed=failed, more=len(items) == limit)


def mark_missed(tx: Tx, tools: Tools, now: datetime, limit: int) -> Worked:
    """Mark open deadlines whose last day has passed, one entry per case."""
    items = tx.overdue_deadlines(now, limit)
    call = Call(actor=system("last day passed"), now=now, ids=tools.ids)
    failed = _each_case(tx, tools, items, call, lambda of_case: MarkMissed(deadlines=of_case))
    return Worked(fired=0, missed=len(items) - len(failed), failed=failed, more=len(items) == limit and not failed)


def _each_case(
    tx: Tx, tools: Tools, items: Sequence[DueItem], call: Call, act_of: Callable[[tuple[int, ...]], Act]
) -> tuple[tuple[DueItem, Exception], ...]:
    """Do the system's act to every case among the items; all are decided before the first is written."""
    failed: list[tuple[DueItem, Exception]] = []
    ready: list[tuple[Scene, Outcome]] = []
    by_case = _by_case(items)
    for scene, of_case in zip(scenes_of(tx, tuple(by_case)), by_case.values(), strict=True):
        try:
            act = act_of(tuple(item.no for item in of_case))
            ready.append((scene, consider(tx, tools, scene, act, call)))
        except Exception as error:  # reported whole; one bad case must not stop the queue
            failed += [(item, error) for item in of_case]
    for scene, outcome in ready:
        write(tx, tools, scene, outcome, call)
    return tuple(failed)


def _by_case(items: Iterable[DueItem]) -> dict[str, list[DueItem]]:
    found: dict[str, list[DueItem]] = {}
    for item in items:
        found.setdefault(item.case, []).append(item)
    return found


class _Joining:
    """Ids that let reminders of one round join each other, and the unsent mail of the same person and day."""

    def __init__(self, tx: Tx, ids: Ids) -> None:
        self._tx, self._ids = tx, ids
        self._known: dict[tuple[str, str, object], str] = {}

    def message(self, recipient: str = "", document: str = "") -> str:
        return self._ids.message(recipient, document)

    def salt(self) -> str:
        return self._ids.salt()

    def join(self, recipient: str, programme: str, day: date) -> str:
        key = (recipient, programme, day)
        if key not in self._known:
            standing = self._tx.open_message(recipient, programme, day)
            self._known[key] = standing.id if standing else self._ids.message()
        return self._known[key]
