"""The one place that plugs the real parts into what the engine asks for; tests call the same function with other parts."""

from __future__ import annotations

import random
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from uuid_utils.compat import uuid7

from engine.declared import Version
from engine.ports import Channel, Clock, Ids
from engine.use_cases import Tools
from handslag.clock import SystemClock
from handslag.settings import Settings
from notifications.capture import CaptureChannel
from notifications.console import ConsoleChannel
from notifications.fence import Fence
from notifications.rendering import LetterRenderer
from notifications.retry import Retry
from notifications.smtp import SmtpAccess, SmtpChannel
from notifications.words import Words
from storage.store import SqlStore
from workflows.published import read_published


class RandomIds:
    """Fresh identifiers: time-ordered UUIDs and random salts."""

    def message(self) -> str:
        """Return a UUIDv7 as text."""
        return str(uuid7())

    def salt(self) -> str:
        """Return 16 random bytes as hex."""
        return secrets.token_hex(16)

    def join(self, recipient: str, programme: str, day: date) -> str:
        """Return a fresh id: outside a round of due work there is nothing to join."""
        return self.message()


class SeededIds(RandomIds):
    """Identifiers that come out the same on every run, for demonstrations and tests; never for real work."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - wanted: repeatable

    def message(self) -> str:
        """Return the next UUID of the seed."""
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def salt(self) -> str:
        """Return the next 16 bytes of the seed as hex."""
        return f"{self._random.getrandbits(128):032x}"


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """An installation with everything plugged in. folder: where its files are."""

    folder: Path
    settings: Settings
    store: SqlStore
    clock: Clock
    words: Words
    tools: Tools

    def channel(self) -> Channel:
        """Return the way out that the settings name. SMTP needs approval besides, which the worker asks for."""
        mail = self.settings.mail
        match mail.transport:
            case "smtp":
                return SmtpChannel(_access(self.settings))
            case "console":
                return ConsoleChannel(sys.stderr)
            case _:
                return CaptureChannel(Path(mail.capture_folder))

    def retry(self) -> Retry:
        """Return the rule for trying again."""
        return Retry(tuple(timedelta(seconds=s) for s in self.settings.mail.retry_pauses_s))

    def fence(self) -> Fence:
        """Return the allow list."""
        return Fence(self.settings.mail.allow_list)

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()


def load_version(files: Mapping[str, str]) -> Version:
    """Read the files of a published version; they were checked when they were published."""
    return read_published(files)


def open_house(folder: Path, settings: Settings, *, clock: Clock | None = None, ids: Ids | None = None) -> House:
    """Plug an installation together.

    settings: with absolute paths, as `load_settings` returns them. Raises: EnvironmentFault (driver, schema, file).
    """
    words = Words()
    database = settings.database
    return House(
        folder=folder,
        settings=settings,
        store=SqlStore(database.url, load_version=load_version, synchronous=database.synchronous),
        clock=clock or SystemClock(),
        words=words,
        tools=Tools(render=LetterRenderer(words), ids=ids or RandomIds()),
    )


def _access(settings: Settings) -> SmtpAccess:
    smtp = settings.mail.smtp
    return SmtpAccess(
        host=smtp.host,
        port=smtp.port,
        security=smtp.security,
        username=smtp.username,
        password=smtp.password.get_secret_value(),
        timeout_s=smtp.timeout_s,
        mails_per_connection=smtp.mails_per_connection,
        ca_file=smtp.ca_file,
    )
