"""Killing a move, a signature and a firing before any statement: all is written or nothing is, and working on mends it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine import acts
from handslag.worker import fire_all
from tests.journeys.model.killing import Tables, database, kill_everywhere, tables
from tests.world import World

Ledger = Counter[tuple[int, str, str]]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An installation on the morning of 2 February 2026."""
    made = World(tmp_path / "handslag", now="2026-02-02 08:00")
    yield made
    made.close()


def _ready_to_invite(world: World) -> str:
    number = world.candidate()
    world.to_screening(number)
    return number


def _one_signature_short(world: World) -> str:
    number = world.candidate(financial_year_end="12-31")
    for step in (world.to_screening, world.to_dialogue, world.to_baseline, world.to_actions, world.to_drafting,
                 world.to_approval, world.to_signing):  # fmt: skip
        step(number)
    seats = [s for s in world.case(number).seats.values() if s.role.startswith("signatory") and s.ended_on is None]
    world.do(number, acts.Sign(seat=seats[0].no), for_whom="the signatory")
    return number


def _invite(number: str) -> Callable[[World], object]:
    act = acts.Advance(transition="invite_to_dialogue", facts={"score": "72", "tier": "standard"})
    return lambda world: world.do(number, act)


def _last_signature(number: str) -> Callable[[World], object]:
    def sign(world: World) -> None:
        owed = next(d for d in world.case(number).open_deadlines() if d.rule == "sign")
        world.do(number, acts.Sign(seat=int(owed.seat.partition("#")[2])), for_whom="the signatory")

    return sign


@pytest.mark.parametrize(
    ("prepare", "act_of", "stride"), [(_ready_to_invite, _invite, 1), (_one_signature_short, _last_signature, 5)]
)
def test_move_killed_anywhere_leaves_all_of_it_or_nothing(
    world: World, prepare: Callable[[World], str], act_of: Callable[[str], Callable[[World], object]], stride: int
) -> None:
    number = prepare(world)
    before, seen = tables(database(world)), list[Tables]()

    for _ in kill_everywhere(world, act_of(number), stride=stride):
        seen.append(tables(database(world)))
        assert world.verify(number) is None

    after = seen[-1]
    assert after != before
    assert all(found in (before, after) for found in seen)
    assert seen.index(after) >= len(seen) - 2, "only its COMMIT, the last statement, makes a move so"


def _ledger(world: World, number: str) -> Ledger:
    return Counter((p.about, f"{p.step} {p.seat}", f"{p.state} {p.why}") for p in world.promises(number))


def _mails(world: World) -> Counter[tuple[str, str, str]]:
    return Counter((m.recipient, m.code, m.state) for m in world.messages())


def test_firing_killed_anywhere_loses_and_doubles_nothing(world: World) -> None:
    number = world.active()
    world.work()
    world.go("2026-03-26 09:00")
    wanted = None
    states = list[tuple[Ledger, Counter[tuple[str, str, str]]]]()

    for _, alive in kill_everywhere(world, lambda w: fire_all(w.house, w.clock.now()), stride=9):
        assert world.verify(number) is None
        fire_all(world.house, world.clock.now())
        states.append((_ledger(world, number), _mails(world)))
        wanted = states[-1] if alive else None

    assert wanted is not None
    assert any(state.startswith("queued") for _, _, state in wanted[0])
    assert all(state == wanted for state in states)


def test_sending_killed_anywhere_captures_every_mail_and_ends_every_promise(world: World) -> None:
    number = world.candidate()
    world.to_screening(number)
    world.to_dialogue(number)
    wanted = None
    states = list[tuple[Ledger, Counter[tuple[str, str, str]]]]()

    for _, alive in kill_everywhere(world, World.work, stride=5):
        world.clock.advance(world.house.retry().pauses[0] * 30)  # whatever was claimed has lapsed
        world.work()
        states.append((_ledger(world, number), _mails(world)))
        wanted = states[-1] if alive else None

    assert wanted is not None
    assert {state for _, _, state in wanted[1]} == {"sent"}
    assert all(state == wanted for state in states)
