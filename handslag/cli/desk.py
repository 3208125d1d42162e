"""The desk at which a command works: which installation, who acts, what time it is. Opens the heavy parts when asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer

from engine.errors import Refused
from engine.ports import Tx
from handslag.cli.given import bad, read_instant
from handslag.cli.options import META

if TYPE_CHECKING:  # the one place: these take a second to import, and `--help` must not wait for them
    from handslag.settings import Settings
    from handslag.wiring import House

T = TypeVar("T")


class Desk:
    """What the options of the top say, and the installation behind them."""

    def __init__(self, context: typer.Context) -> None:
        self._context = context
        self.folder = Path(context.meta.get(META["folder"]) or ".").expanduser()
        self.as_json = bool(context.meta.get(META["as_json"]))
        self.given_now = str(context.meta.get(META["now"]) or "")
        self.given_person = str(context.meta.get(META["as_person"]) or "")

    @property
    def who(self) -> str:
        """Key of the person who acts. Raises: BadInput where nobody is named."""
        if not self.given_person:
            raise bad("--as", "say who is acting: --as PERSON, or the variable HANDSLAG_AS", code="missing")
        return self.given_person

    @cached_property
    def settings(self) -> Settings:
        """The settings of the installation. Raises: SettingsError."""
        from handslag.settings import load_settings

        return load_settings(self.folder)

    @cached_property
    def house(self) -> House:
        """The installation, plugged together; closed when the command ends. Raises: EnvironmentFault."""
        from handslag.logs import set_up_logging
        from handslag.wiring import open_house

        set_up_logging(level=self.settings.logging.level, form=self.settings.logging.format)
        house = open_house(self.folder, self.settings)
        self._context.call_on_close(house.close)
        return house

    def read(self, question: Callable[[Tx], T]) -> T:
        """Ask a question that sees one state of the database and writes nothing."""
        return self.house.store.read(question)

    def run(self, use_case: Callable[[Tx], T]) -> T:
        """Run a use case and commit it."""
        return self.house.store.run(use_case)

    def now(self, zone: str = "") -> datetime:
        """Return the instant at which this command acts. zone: of a `--now` that names none; empty: that of the programmes.

        Raises: Refused where the clock of this installation cannot be moved; BadInput.
        """
        if not self.given_now:
            return self.house.clock.now()
        if not self.settings.clock.movable:
            raise Refused("--now is for rehearsals: this installation's clock is real (config.toml: [clock] movable = false)")
        return read_instant(self.given_now, "--now", lambda: zone or self._zone())

    def at_now(self) -> House:
        """Return the installation with its clock standing at `--now`, or as it is."""
        from handslag.clock import MovedClock

        return replace(self.house, clock=MovedClock(self.now())) if self.given_now else self.house

    def _zone(self) -> str:
        from storage.programme_reads import programmes

        zones = {line.zone for line in self.read(programmes)}
        if len(zones) > 1:
            raise bad("--now", f"programmes live in {', '.join(sorted(zones))}; add the offset: 2026-04-10T09:00+02:00")
        return zones.pop() if zones else "UTC"
