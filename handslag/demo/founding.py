"""The folder of a demonstration: made with a marker file, recognised by it, and removed only with it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from engine.errors import Refused
from engine.ports import Tx
from engine.programme import Absence
from handslag.clock import MovedClock
from handslag.config_text import default_config_text
from handslag.settings import CONFIG_FILE, load_settings
from handslag.wiring import House, SeededIds, load_version, open_house
from storage.schema import migrate
from workflows.folder import digest, read_folder
from workflows.programmes import read_programme

MARKER = ".handslag-demo"
KEY_FILE = "audit.key"
SEED = 20250602
WORKFLOWS = {"aalborg": "aalborg-climate-partnership", "amsterdam": "local-green-deal"}


def make_way(folder: Path, *, reset: bool) -> None:
    """Make sure that `folder` can be filled; `reset` removes an earlier demonstration there, and nothing else.

    Raises: Refused where something is there that must not be touched.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder / MARKER).is_file():
        raise Refused(f"{folder} holds something that no demonstration made; name another folder: handslag --folder DIR demo")
    if not reset:
        raise Refused(
            f"there is a demonstration in {folder} already; look around in it, or build it anew (all that was done in it is"
            " lost) with: handslag demo --reset"
        )
    shutil.rmtree(folder)


def found_house(folder: Path, clock: MovedClock) -> House:
    """Make the installation of a demonstration: movable clock, captured mails, ids that come out the same each time."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(folder / MARKER, "Made by `handslag demo`; `handslag demo --reset` removes this folder.\n")
    _write(folder / CONFIG_FILE, _config())
    _write(folder / KEY_FILE, f"{SEED:064x}\n")
    settings = load_settings(folder)
    migrate(settings.database.url)
    # What a power cut could take from a demonstration is built anew in a minute.
    fast = settings.model_copy(update={"database": settings.database.model_copy(update={"synchronous": "NORMAL"})})
    return open_house(folder, fast, clock=clock, ids=SeededIds(SEED))


def _config() -> str:
    text = default_config_text()
    assert "\nmovable = false\n" in text, "the setting that the demonstration needs has another name now"
    return text.replace("\nmovable = false\n", "\nmovable = true\n")


def _write(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def furnish(house: House, programmes: Iterable[str], now: datetime, absences: Iterable[tuple[str, Absence]]) -> None:
    """Publish the workflows and add the programmes, with the absences that are known."""
    for key in programmes:
        _publish(house, WORKFLOWS[key], now)
        text = (_shipped() / "programmes_library" / f"{key}.yaml").read_text(encoding="utf-8")
        file = read_programme(text, f"{key}.yaml", now.year - 1)
        house.store.run(lambda tx, file=file: tx.add_programme(file))  # type: ignore[misc]
        for programme, absence in absences:
            if programme == key:
                house.store.run(lambda tx, a=absence, p=key: tx.save_absence(p, a))  # type: ignore[misc]


def _publish(house: House, name: str, now: datetime) -> None:
    found = read_folder(_shipped() / "library" / name)
    version = load_version(found)

    def publish(tx: Tx) -> bool:
        return tx.publish(version.key, version.number, found, digest(found), now)

    house.store.run(publish)


def _shipped() -> Path:
    return Path(str(files("workflows")))


def remember(folder: Path, facts: dict[str, object]) -> None:
    """Write into the marker what the demonstration came to."""
    (folder / MARKER).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
