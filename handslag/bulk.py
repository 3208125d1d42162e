"""Bulk moves of an installation: planned, confirmed, carried out part by part, each part with its results in one transaction.

A part that has been committed is never done again, and one that was cut off is done by whoever goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.acts import Advance
from engine.bulk import Answered, Asked, CallOf, Together, carry_out, is_conflict, look
from engine.errors import CaseConflict, PlanChanged
from engine.ports import Tx
from handslag.wiring import House
from storage import bulk_rows
from storage.bulk_rows import WAITING, Bulk, BulkCase

PART = 100
MOST = 1_000
TRIES = 3
Said = Callable[[Tx, Answered], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A move asked of many cases of a programme by a person. numbers: at most `MOST`, in the order of doing."""

    programme: str
    person: str
    numbers: tuple[str, ...]
    transition: str
    reason: str = ""
    facts: Mapping[str, str]

    @property
    def act(self) -> Advance:
        """The act that each case is asked for."""
        return Advance(transition=self.transition, reason=self.reason, facts=self.facts)


def plan(tx: Tx, house: House, wanted: Wanted, call_of: CallOf) -> Together:
    """Return what a bulk move would do; leaves no trace."""
    return look(tx, house.tools, [Asked(number=number) for number in wanted.numbers], wanted.act, call_of)


def begin(house: House, wanted: Wanted, call_of: CallOf, confirm: str) -> int:
    """Note a confirmed bulk move and return its number; nothing has moved yet.

    confirm: the digest of the plan that was shown. Raises: PlanChanged.
    """

    def write(tx: Tx) -> int:
        found = plan(tx, house, wanted, call_of)
        if found.digest != confirm:
            raise PlanChanged("what would happen has changed since it was looked at; look again", digest=found.digest)
        cases = [_waiting(place, answer) for place, answer in enumerate(found.able, start=1)]
        return bulk_rows.start(
            tx, wanted.programme, wanted.person, wanted.transition, wanted.reason, wanted.facts, cases, house.clock.now()
        )  # fmt: skip

    return house.store.run(write)


def _waiting(place: int, answer: Answered) -> BulkCase:
    assert answer.scene is not None
    case = answer.scene.case
    return BulkCase(place, case.number, case.title, case.revision, WAITING, 0, "")


def go_on(house: House, bulk_id: int, call_of: CallOf, said: Said) -> int:
    """Do the next part of a bulk move; return how many cases it settled. said: makes the sentence of what was in the way."""

    def write(tx: Tx) -> int:
        wanted = bulk_rows.bulk(tx, bulk_id)
        cases = bulk_rows.take(tx, bulk_id, house.clock.now(), PART)
        done = carry_out(tx, house.tools, _asked(cases), _act(wanted), call_of, run=f"bulk {bulk_id}")
        for case, answer in zip(cases, done.answers, strict=True):
            bulk_rows.note(tx, bulk_id, _settled(tx, case, answer, said))
        return len(cases)

    for _ in range(TRIES - 1):
        try:
            return house.store.run(write)
        except CaseConflict:  # somebody moved one of them while this part was being written: look at it anew
            continue
    return house.store.run(write)


def _asked(cases: Sequence[BulkCase]) -> list[Asked]:
    return [Asked(number=case.number, revision=case.revision) for case in cases]


def _act(wanted: Bulk) -> Advance:
    return Advance(transition=wanted.transition, reason=wanted.reason, facts=wanted.facts)


def _settled(tx: Tx, case: BulkCase, answer: Answered, said: Said) -> BulkCase:
    if answer.outcome is not None:
        return case._replace(state="moved", entry=answer.outcome.decisions[0].entry.no)
    state = "changed" if is_conflict(answer.error) else "refused"
    return case._replace(state=state, sentence=said(tx, answer))
