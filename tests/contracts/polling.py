"""Waiting for a condition, with an end: the only place where tests of processes sleep."""

from __future__ import annotations

import time
from collections.abc import Callable

LONGEST_S = 90.0


def eventually(holds: Callable[[], bool], told: Callable[[], object] = lambda: "") -> None:
    """Return as soon as a condition holds; fail, telling how things stand, where it does not within `LONGEST_S`."""
    end = time.monotonic() + LONGEST_S
    while not holds():
        assert time.monotonic() < end, f"waited {LONGEST_S:.0f} s in vain; {told()}"
        time.sleep(0.05)
