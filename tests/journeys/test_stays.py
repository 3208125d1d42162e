"""The table of stays and the history it comes from: an upgrade of an older installation finds what a newer one has written."""

from __future__ import annotations

from datetime import date
from typing import Any

from alembic import command
from sqlalchemy import text

from engine import acts
from storage import schema
from storage.connect import connect_to_migrate
from tests.world import World

BEFORE = "0006"


def stays(world: World) -> list[tuple[Any, ...]]:
    def use(tx: Any) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in tx.line.core.execute(text("SELECT * FROM stay ORDER BY case_id, no"))]

    return world.house.store.read(use)


def made_again(world: World) -> list[tuple[Any, ...]]:
    """Take the table away as in an older installation, upgrade, and return what the upgrade finds."""
    engine = connect_to_migrate(world.house.settings.database.url)
    with engine.begin() as connection:
        config = schema._config()
        config.attributes["connection"] = connection
        command.downgrade(config, BEFORE)
    engine.dispose()
    schema.migrate(world.house.settings.database.url)
    return stays(world)


def test_the_upgrade_finds_what_moves_corrections_and_renewals_have_written(world: World) -> None:
    number = world.active()
    world.walk("2026-03-02 08:00")
    world.do(number, acts.Advance(transition="pause", reason="rebuilding", facts={"restart_on": "2026-06-01"}), "mette")
    world.walk("2026-03-20 23:30")  # the 21st in Aalborg
    world.do(number, acts.Advance(transition="resume"), "mette")
    other = world.open_case(acts.OpenCase(title="Hasseris Byg", people={"coordinator": "anne", "deputy": "bo"}))
    world.do(other, acts.Correct(phase="dialogue", reason="the talks had begun"), "mette")
    written = stays(world)

    assert ("paused", date(2026, 3, 2), date(2026, 3, 21)) in [(row[4], _day(row[5]), _day(row[6])) for row in written]
    assert made_again(world) == written


def test_an_agreement_taken_over_counts_from_its_own_first_day(world: World) -> None:
    company = world.organisation()
    facts = {"signed_on": "2024-05-01", "ends_on": "2027-05-01", "financial_year_end": "12-31"}
    act = acts.OpenCase(
        title=company.name,
        parties=(acts.PartyGiven(organisation=company.id),),
        people={"coordinator": "anne"},
        facts=facts,
        phase="active",
        source="old list",
    )
    world.open_case(act)

    written = stays(world)

    assert [(row[4], _day(row[6]), row[7]) for row in written] == [("", date(2024, 5, 1), "active")]
    assert made_again(world) == written


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
