"""A demonstration that stands already: opened again with a clock that runs on, and doors for its people."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

from engine.ports import Tx
from handslag.clock import DemoClock
from handslag.demo.cast import LAST
from handslag.demo.founding import MARKER, remember
from handslag.demo.stage import WALL
from handslag.settings import load_settings
from handslag.wiring import House, open_house
from storage.account_rows import set_password
from storage.programme_reads import people
from storage.schema import migrate

EVENING = time(16)
STOOD_AT = "clock"


class Door(NamedTuple):
    """Somebody of the demonstration who may sign in."""

    person: str
    name: str
    programme: str
    roles: tuple[str, ...]


def stands(folder: Path) -> bool:
    """Tell whether a whole demonstration stands in a folder."""
    return (folder / MARKER).is_file() and "digest" in _marker(folder)


def reopen(folder: Path) -> House:
    """Open a demonstration with its clock running on from where it stood; one of an older Handslag is brought up to date.

    Raises: SettingsError, EnvironmentFault.
    """
    stood = _marker(folder).get(STOOD_AT)
    start = datetime.fromisoformat(stood) if stood else WALL.instant(LAST, EVENING)
    settings = load_settings(folder)
    migrate(settings.database.url)
    return open_house(folder, settings, clock=DemoClock(start))


def keep_clock(house: House) -> None:
    """Remember where the clock of a demonstration stands, so that its time never goes back."""
    remember(house.folder, {**_marker(house.folder), STOOD_AT: house.clock.now().astimezone(UTC).isoformat()})


def open_doors(house: House, hash_of: Any) -> tuple[str, Sequence[Door]]:
    """Give everybody of the demonstration one fresh password; return it with who they are. hash_of: makes what is stored."""
    password = secrets.token_urlsafe(9)
    stored, now = hash_of(password), house.clock.now()

    def give(tx: Tx) -> list[Door]:
        known = [line for line in people(tx) if line.active]
        for key in dict.fromkeys(line.key for line in known):
            set_password(tx, key, stored, now)
        return [Door(line.key, line.name, line.programme, line.roles) for line in known]

    return password, house.store.run(give)


def _marker(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except ValueError:  # a demonstration that was not built to its end
        return {}
    return found if isinstance(found, dict) else {}
