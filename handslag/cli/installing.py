"""Making an installation: what is there already, what is missing, and the steps that make it whole."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from engine.errors import Refused
from engine.ports import Tx
from handslag.cli.publishing import check_folder, publish_folder, shipped_workflows
from handslag.config_text import default_config_text
from handslag.settings import CONFIG_FILE, Settings, load_settings
from handslag.wiring import House
from storage import schema
from storage.connect import file_of, is_sqlite, parse_url
from storage.migration_steps import Tell, silent

KEY_FILE = "audit.key"
PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700


class Installing:
    """What `init` will do in a folder; looking changes nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_new = not (folder / CONFIG_FILE).exists()
        self.settings: Settings = load_settings(folder)
        self.stands_at = _revision(self.settings.database.url)

    def said(self) -> Iterator[str]:
        """Yield a line for each step that is to be made."""
        if not self.folder.exists():
            yield f"make the folder {self.folder} (private)"
        for name in self._missing():
            yield f"write {self.folder / name} (private)"
        url = parse_url(self.settings.database.url).render_as_string(hide_password=True)
        if not self.stands_at:
            yield f"make the database {url}"
        elif self.stands_at != schema.head():
            yield f"bring the database {url} from schema {self.stands_at} to {schema.head()} (in one transaction):"
            yield from (f"  {step.revision}: {step.does}" for step in schema.pending(self.settings.database.url))
        yield "publish the workflows that come with Handslag, where they are not published yet"

    def make_files(self) -> None:
        """Make folder, configuration and the key of the signed heads; what is there stays."""
        self.folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        contents = {CONFIG_FILE: default_config_text(), KEY_FILE: f"{secrets.token_hex(32)}\n"}
        for name in self._missing():
            write_private(self.folder / name, contents[name])

    def make_database(self, tell: Tell) -> None:
        """Make or migrate the database. tell: hears of each step of a migration and how far it is."""
        schema.migrate(self.settings.database.url, tell if self.stands_at else silent)

    def publish_shipped(self, house: House) -> list[str]:
        """Publish what comes with Handslag; return a line for each workflow."""
        return [_publish(house, path) for path in shipped_workflows()]

    def next_steps(self) -> list[str]:
        """Return what to do next, as commands."""
        at = "" if self.folder.resolve() == Path.cwd() else f" --folder {self.folder}"
        return [
            f"  handslag{at} programme add aalborg          a programme that comes with Handslag, or a file of yours",
            f"  handslag{at} programme show aalborg --as henrik",
            f"  handslag{at} doctor",
        ]

    def _missing(self) -> list[str]:
        return [name for name in (CONFIG_FILE, KEY_FILE) if not (self.folder / name).exists()]


def write_private(path: Path, text: str) -> None:
    """Write a new file that only its owner can read."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def _publish(house: House, path: Path) -> str:
    checked = check_folder(house.tools.render, path)

    def publish(tx: Tx) -> str:
        made = publish_folder(tx, house, checked, path)
        return f"{made.name}: {'published' if made.is_new else 'published already'}"

    try:
        return house.store.run(publish)
    except Refused as refused:
        return f"{path.name}: {refused.sentence}"


def _revision(url: str) -> str:
    parsed = parse_url(url)
    if is_sqlite(parsed) and not file_of(parsed).exists():
        return ""
    return schema.revision(url)
