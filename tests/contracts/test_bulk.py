"""A bulk move that several go on with at once, on both databases: each case is moved once, each person gets one mail."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.draft import Call
from engine.ports import Tx
from handslag import bulk
from handslag.acting import call_on
from handslag.bulk import Wanted, begin, go_on
from handslag.wiring import House
from storage import bulk_rows
from storage.outbox_reads import messages
from storage.reads import cases, history
from storage.schema import migrate
from tests.contracts import stage
from tests.contracts.databases import address, create_postgres
from tests.many import why

CASES = 60
TOGETHER = 4


def house_on(kind: str, folder: Path) -> House:
    """Return a town in which one contact looks after every case."""
    folder.mkdir()
    url = f"sqlite:///{folder / 'town.db'}" if kind == "sqlite" else address(create_postgres())
    migrate(url)
    house = stage.open_town(folder, url, now=stage.OPENED)
    stage.found(house, {"aalborg": "AAL"})
    contact = house.store.run(lambda tx: stage.contact_of(tx, "aalborg", 1))
    stage.open_cases(house, CASES, contact=contact)
    return house


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_several_go_on_with_one_bulk_move_and_nothing_is_doubled(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PART", 7)
    house = house_on(kind, tmp_path / "house")
    numbers = tuple(line.number for line in house.store.read(lambda tx: cases(tx, limit=CASES)))
    wanted = Wanted(programme="aalborg", person="anne", numbers=numbers, transition="finish", facts={})

    def call_of(tx: Tx, number: str) -> Call:
        return call_on(tx, number, "anne", house.clock.now(), house.tools.ids)

    def until_done() -> None:
        while go_on(house, bulk_id, call_of, why):
            pass

    plan = house.store.read(lambda tx: bulk.plan(tx, house, wanted, call_of))
    bulk_id = begin(house, wanted, call_of, plan.digest)
    with ThreadPoolExecutor(TOGETHER) as pool:
        for future in [pool.submit(until_done) for _ in range(TOGETHER)]:
            future.result()

    moves = [[e.kind for e in house.store.read(lambda tx, n=n: history(tx, n))].count("moved") for n in numbers]  # type: ignore[misc]
    mails = house.store.read(lambda tx: messages(tx, programme="aalborg"))
    counted = house.store.read(lambda tx: bulk_rows.counts(tx, bulk_id))
    house.close()
    assert counted == {"moved": CASES}
    assert moves == [1] * CASES
    assert len(mails) == 1
