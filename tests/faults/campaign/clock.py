"""One clock for many processes: the machine's, moved by what stands in a file, so that it can be stepped while all run."""

from __future__ import annotations

import mmap
import struct
from datetime import datetime, timedelta
from pathlib import Path

from handslag.clock import SystemClock


class SharedClock:
    """The machine's clock plus an offset of eight bytes that every process sees."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), 8)

    def now(self) -> datetime:
        (offset,) = struct.unpack("d", self._shared[:8])
        return SystemClock().now() + timedelta(seconds=offset)


class Stepper(SharedClock):
    """The clock in the hands of who steps it. latest: the latest instant that it has ever shown."""

    def __init__(self, path: Path, start: datetime) -> None:
        path.write_bytes(struct.pack("d", (start - SystemClock().now()).total_seconds()))
        super().__init__(path)
        self.latest = start

    def step(self, by: timedelta) -> None:
        """Move the clock for everybody."""
        self.note()
        (offset,) = struct.unpack("d", self._shared[:8])
        self._shared[:8] = struct.pack("d", offset + by.total_seconds())
        self.note()

    def note(self) -> datetime:
        """Remember how late it has been."""
        self.latest = max(self.latest, self.now())
        return self.latest
