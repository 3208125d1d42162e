"""What a worker brings to a dispatcher: how to look, when to look next, and when to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from engine.ports import Clock, Dispatcher


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One worker at work.

    look: works off what is due now; never raises. next_moment: when something falls due next, None where nothing does or where
    it is due already. bells: how many workers should be called to look now. tick: look at least so often.
    """

    name: str
    clock: Clock
    tick: timedelta
    stopping: asyncio.Event
    look: Callable[[], Awaitable[None]]
    next_moment: Callable[[], Awaitable[datetime | None]]
    bells: Callable[[], Awaitable[int]]


class Rounds(Dispatcher, Protocol):
    """A dispatcher that a worker can work under."""

    async def run(self, shift: Shift) -> None:
        """Call the worker to look whenever there may be work, until `shift.stopping` is set; then finish the look in hand."""
