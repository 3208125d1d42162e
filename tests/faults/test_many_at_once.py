"""Two hundred identical moves from several processes, and the last signatures of both sides in the same instant."""

from __future__ import annotations

import multiprocessing
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine import acts, use_cases
from engine.draft import Call
from engine.errors import HandslagError
from engine.ports import Tx
from handslag.acting import actor_on
from handslag.wiring import House
from tests.contracts import stage
from tests.contracts.checker import Facts, faults, rows_of
from tests.contracts.databases import fresh_postgres
from tests.world import World

PROCESSES, MOVES = 4, 50


def finish(house: House, number: str, revision: int) -> str:
    """Finish a case as it was seen; return what came of it."""

    def use(tx: Tx) -> None:
        case = tx.case(number)
        call = Call(actor=actor_on(tx.programme("aalborg"), case, "anne", stage.DUE), now=stage.DUE, ids=house.tools.ids)
        use_cases.perform(tx, house.tools, number, acts.Advance(transition="finish"), call, revision=revision)

    try:
        house.store.run(use)
    except HandslagError as error:
        return error.code
    return "done"


def storm(given: tuple[str, Path, str, int]) -> Counter[str]:
    """Fifty moves from one process, in twelve threads."""
    url, folder, number, revision = given
    house = stage.open_town(folder, url, now=stage.DUE)
    with ThreadPoolExecutor(12) as pool:
        ended = Counter(pool.map(lambda _: finish(house, number, revision), range(MOVES)))
    house.close()
    return ended


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_of_two_hundred_identical_moves_one_wins_and_the_rest_get_the_conflict(kind: str, tmp_path: Path) -> None:
    url = stage.town(kind, tmp_path / "db", 3)
    [(number, revision)] = rows_of(url, "SELECT number, revision FROM cases WHERE id = 2")
    given = (url, tmp_path, number, revision)
    with multiprocessing.get_context("forkserver").Pool(PROCESSES) as pool:
        ended = sum(pool.map(storm, [given] * PROCESSES, chunksize=1), Counter[str]())

    assert ended == {"done": 1, "case_conflict": PROCESSES * MOVES - 1}
    facts = Facts(url)
    assert faults(facts, []) == []
    assert rows_of(url, "SELECT count(*) FROM history WHERE transition = 'finish'") == [(1,)]
    assert len(facts.messages) == 1


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_last_signatures_of_both_sides_in_the_same_instant_make_it_active_once(kind: str, tmp_path: Path) -> None:
    folder = tmp_path / "handslag"
    folder.mkdir()
    if kind == "postgresql":
        (folder / "config.toml").write_text(f'[database]\nurl = "{fresh_postgres()}"\n', encoding="utf-8")
    world = World(folder, now="2026-02-02 08:00")
    number = world.candidate(financial_year_end="12-31")
    for step in (world.to_screening, world.to_dialogue, world.to_baseline, world.to_actions, world.to_drafting,
                 world.to_approval, world.to_signing):  # fmt: skip
        step(number)
    case = world.case(number)
    seats = [s.no for s in case.seats.values() if s.role.startswith("signatory") and s.ended_on is None]
    together = threading.Barrier(len(seats))

    def sign(seat: int) -> None:
        together.wait()
        world.do(number, acts.Sign(seat=seat), for_whom="the signatory")

    with ThreadPoolExecutor(len(seats)) as pool:
        for future in [pool.submit(sign, seat) for seat in seats]:
            future.result()
    world.work()

    kinds = Counter(entry["kind"] for entry in world.history(number))
    assert len(seats) >= 2
    assert kinds["signed"] == len(seats)
    assert [e["to"] for e in world.history(number)].count(world.case(number).phase) >= 1
    assert sum(e["from"] != e["to"] and e["to"] == "active" for e in world.history(number)) == 1
    assert world.case(number).phase == "active"
    assert world.verify(number) is None
    world.close()
