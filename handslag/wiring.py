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
from engine.errors import EnvironmentFault
from engine.ports import Channel, Clock, Ids
from engine.use_cases import Tools
from handslag.clock import SystemClock
from handslag.dispatch.local import LocalDispatcher
from handslag.dispatch.shift import Rounds
from handslag.settings import Settings
from notifications.capture import CaptureChannel
from notifications.console import ConsoleChannel
from notifications.fence import Fence
from notifications.rendering import LetterRenderer
from notifications.retry import Retry
from notifications.smtp import SmtpAccess, SmtpChannel
from notifications.words import Words
from storage.connect import is_sqlite, libpq_address, parse_url
from storage.group_commit import GroupStore
from storage.store import SqlStore
from storage.transaction import SqlTx
from workflows.published import YamlSnapshots, read_published


class RandomIds:
    """Fresh identifiers: time-ordered UUIDs and random salts."""

    def message(self, recipient: str = "", document: str = "") -> str:
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
        self._random = random.Random(seed)

    def message(self, recipient: str = "", document: str = "") -> str:
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
    dispatcher: Rounds

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
    clock = clock or SystemClock()
    dispatcher = _dispatcher(settings.database.url)
    return House(
        folder=folder,
        settings=settings,
        store=_store(settings, dispatcher, clock),
        clock=clock,
        words=words,
        tools=Tools(
            render=LetterRenderer(words),
            ids=ids or RandomIds(),
            hold=timedelta(minutes=settings.sending.hold_minutes),
        ),
        dispatcher=dispatcher,
    )


def _dispatcher(url: str) -> Rounds:
    """Return what makes workers look: within this process on SQLite, through the database on PostgreSQL."""
    parsed = parse_url(url)
    if is_sqlite(parsed):
        return LocalDispatcher()
    try:
        from handslag.dispatch.shared import ProcrastinateDispatcher  # an extra: not there on a default installation
    except ModuleNotFoundError as error:
        raise EnvironmentFault(
            'PostgreSQL needs its driver and Procrastinate; run: pip install "handslag[postgres]"'
        ) from error
    return ProcrastinateDispatcher(libpq_address(parsed))


def _store(settings: Settings, dispatcher: Rounds, clock: Clock) -> SqlStore:
    """Return the store, which rings at the end of every transaction that leaves something due now."""
    database = settings.database

    def bell(tx: SqlTx) -> None:
        if tx.soonest is not None and tx.soonest <= clock.now():
            dispatcher.ring(tx)

    made = GroupStore if is_sqlite(parse_url(database.url)) else SqlStore
    return made(database.url, load_version=load_version, snapshots=YamlSnapshots(), synchronous=database.synchronous, bell=bell)


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
        connections=smtp.connections,
        ca_file=smtp.ca_file,
    )
