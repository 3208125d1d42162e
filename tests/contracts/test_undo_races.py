"""An undo and a sender at the same moment: exactly one wins. Either the mail is claimed and the undo is refused, or the move is
undone and no mail leaves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Event

import pytest

from engine import acts, use_cases
from engine.delivery import claim
from engine.draft import Call
from engine.errors import UndoMailLeft
from engine.letters import Message
from engine.ports import Tx
from engine.use_cases import Outcome
from handslag.acting import actor_on
from handslag.wiring import House
from tests.contracts import stage
from tests.contracts.test_races import together

HOLD = timedelta(minutes=10)
LAST_MOMENT, LEAVES = stage.DUE + HOLD - timedelta(seconds=1), stage.DUE + HOLD
ROUNDS = 12


@pytest.fixture
def house(url: str, tmp_path: Path) -> Iterator[House]:
    """A town whose moves can be undone for ten minutes."""
    made = stage.open_town(tmp_path, url, now=stage.DUE, tick_s=3600)
    stage.found(made, {"aalborg": "AAL"})
    yield replace(made, tools=replace(made.tools, hold=HOLD))
    made.close()


def moved(house: House, count: int = 1) -> list[str]:
    """Cases that were moved ten minutes before their mails leave."""
    numbers = stage.open_cases(house, count)
    for number in numbers:
        _do(house, number, acts.Advance(transition="finish"))
    return numbers


def _do(house: House, number: str, act: acts.Act, *, late: bool = False) -> Outcome:
    return house.store.run(lambda tx: _perform(tx, house, number, act, late=late))


def _perform(tx: Tx, house: House, number: str, act: acts.Act, *, late: bool) -> Outcome:
    now = LAST_MOMENT if late else stage.DUE
    call = Call(actor=actor_on(tx.programme("aalborg"), tx.case(number), "anne", now), now=now, ids=house.tools.ids)
    return use_cases.perform(tx, house.tools, number, act, call)


def undo(house: House, number: str) -> Outcome:
    """Undo the move of a case in the last moment."""
    return _do(house, number, acts.Undo(entry=house.store.read(lambda tx: tx.case(number)).revision), late=True)


def take(house: House) -> Sequence[Message]:
    """Claim what leaves, as a worker does."""
    return house.store.run(lambda tx: claim(tx, LEAVES, LEAVES + timedelta(minutes=2), 50, "w"))


def standing(house: House, number: str) -> tuple[str, set[str]]:
    """The phase of a case, and the states of its mails."""

    def ask(tx: Tx) -> tuple[str, set[str]]:
        case = tx.case(number, whole=True)
        return case.phase, {tx.message(p.message).state for p in case.promises.values() if p.message}

    return house.store.read(ask)


def test_a_claimed_mail_is_in_the_way_of_an_undo(house: House) -> None:
    [number] = moved(house)
    assert len(take(house)) == 1

    with pytest.raises(UndoMailLeft):
        undo(house, number)

    assert standing(house, number) == ("done", {"claimed"})


def test_after_an_undo_nothing_is_claimed(house: House) -> None:
    [number] = moved(house)
    undo(house, number)

    assert take(house) == []
    assert standing(house, number) == ("asked", {"cancelled"})


def test_of_an_undo_and_a_claim_at_once_exactly_one_wins(house: House) -> None:
    numbers = moved(house, ROUNDS)
    start = Barrier(2)

    def undo_each() -> list[str]:
        won = []
        start.wait()
        for number in numbers:
            try:
                undo(house, number)
                won.append(number)
            except UndoMailLeft:
                pass
        return won

    def claim_one_by_one() -> list[str]:
        taken: list[str] = []
        start.wait()
        for _ in numbers:
            found = house.store.run(lambda tx: claim(tx, LEAVES, LEAVES + timedelta(minutes=2), 1, "w"))
            taken += [number for message in found for number, _ in message.promises]
        return taken

    undone, claimed = together(undo_each, claim_one_by_one)

    assert isinstance(undone, list), undone
    assert isinstance(claimed, list), claimed
    assert set(undone).isdisjoint(claimed)
    for number in numbers:
        wanted = ("asked", {"cancelled"}) if number in undone else ("done", {"claimed"} if number in claimed else {"queued"})
        assert standing(house, number) == wanted
    assert sorted([*undone, *claimed]) == sorted(numbers)


def test_a_claim_behind_the_back_of_an_undo_wins(house: House, kind: str) -> None:
    """The undo has looked at the case before the claim: on PostgreSQL it is run again and refused; SQLite lets nobody in."""
    [number] = moved(house)
    entry = house.store.read(lambda tx: tx.case(number)).revision
    looked, taken = Event(), Event()

    def undo_slowly() -> str:
        def use(tx: Tx) -> Outcome:
            tx.case(number)
            looked.set()
            if kind == "postgresql":
                assert taken.wait(60)
            return _perform(tx, house, number, acts.Undo(entry=entry), late=True)

        house.store.run(use)
        return "undone"

    def claim_meanwhile() -> str:
        assert looked.wait(60)
        found = take(house)
        taken.set()
        return f"claimed {len(found)}"

    ended = together(undo_slowly, claim_meanwhile)

    if kind == "postgresql":
        assert isinstance(ended[0], UndoMailLeft)
        assert (ended[1], standing(house, number)) == ("claimed 1", ("done", {"claimed"}))
    else:
        assert (ended, standing(house, number)) == (["undone", "claimed 0"], ("asked", {"cancelled"}))
