"""After a restore nothing leaves by itself: what fell due meanwhile is listed, and a person releases it or ends it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.errors import EnvironmentFault
from handslag.releasing import fallen_due, skip_fallen_due
from handslag.settings import load_settings
from handslag.wiring import SeededIds, open_house
from storage import approval
from storage.backup import backup, restore
from storage.outbox_reads import messages
from tests.world import World


def test_what_fell_due_after_a_restore_ends_as_restored_when_a_person_says_so(world: World, tmp_path: Path) -> None:
    number = world.active()
    saved = backup(world.house.settings.database.url, tmp_path / "saved.db")
    world.go("2026-03-20 09:00")
    folder = tmp_path / "anew"
    folder.mkdir()
    settings = load_settings(folder)
    restore(saved, settings.database.url)
    house = open_house(folder, settings, clock=world.clock, ids=SeededIds(8))
    now = world.clock.now()

    with pytest.raises(EnvironmentFault):
        house.store.read(approval.check)
    found = house.store.read(lambda tx: fallen_due(tx, now))
    ended = skip_fallen_due(house, "mette", now, "restored from the copy of Monday")

    assert ended == sum(len(promises) for promises in found.values()) > 5
    case = house.store.read(lambda tx: tx.case(number, whole=True))
    assert {case.promises[no].why for no in found[number]} == {"restored"}
    assert house.store.read(lambda tx: fallen_due(tx, now)) == {}
    states = {line.state for line in house.store.read(lambda tx: messages(tx, limit=1000))}
    assert states == {"cancelled"}
    house.close()


def test_sending_approved_at_one_place_does_not_hold_at_another(world: World, tmp_path: Path) -> None:
    world.house.store.run(lambda tx: approval.approve(tx, by="Mette Krog", at=datetime(2026, 2, 2, tzinfo=UTC)))
    saved = backup(world.house.settings.database.url, tmp_path / "saved.db")
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "handslag.db").write_bytes(saved.read_bytes())
    settings = load_settings(folder)
    house = open_house(folder, settings, clock=world.clock, ids=SeededIds(8))

    with pytest.raises(EnvironmentFault, match="elsewhere"):
        house.store.read(approval.check)
    house.close()
