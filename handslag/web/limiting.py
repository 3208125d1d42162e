"""How much one caller may ask in a minute: the only module that imports limits. Counted in this process, forgotten with it.

Who is signed in is counted by person, a token by itself, anybody else by address: the one uvicorn tells, which is the
forwarded one only where it trusts the proxy. What is heavier counts twice, the second time against a lower limit.
"""

from __future__ import annotations

import math

from fastapi import Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from engine.errors import HandslagError
from handslag.clock import SystemClock
from handslag.settings import WebSettings
from handslag.web.exporting import NAMES
from handslag.web.sessions import signed_in
from handslag.web.visit import Visit
from handslag.wiring import House

HEAVY = ("/search", "/audit", "/audit/verify")


class TooMany(HandslagError):
    """One caller asks too much in a minute; `wait_s` says when to come back."""

    code = "too_many"

    @property
    def headers(self) -> dict[str, str]:
        """What the answer says to programs."""
        return {"retry-after": str(self.values.get("wait_s", 60))}


class Limits:
    """The limits of one application, and what was asked of it in the last minute."""

    def __init__(self, settings: WebSettings) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._most = {
            "page": settings.requests_per_minute,
            "api": settings.api_requests_per_minute,
            "heavy": settings.heavy_requests_per_minute,
        }

    def count(self, kind: str, who: str) -> None:
        """Count a request. kind: page, api or heavy. Raises: TooMany, and then it is not counted."""
        most = self._most[kind]
        if not most:
            return
        item = RateLimitItemPerMinute(most)
        if not self._window.hit(item, kind, who):
            # Not by the installation's clock, which a demonstration moves: limits reads the machine's.
            left = self._window.get_window_stats(item, kind, who).reset_time - SystemClock().now().timestamp()
            wait = min(60, max(1, math.ceil(left)))
            raise TooMany(f"at most {most} requests a minute; come back in {wait} s", wait_s=wait)


def limits_of(request: Request) -> Limits:
    """Return the limits of the application."""
    limits: Limits = request.app.state.limits
    return limits


def address_of(request: Request) -> str:
    """Return how a caller is counted whom nobody knows."""
    return f"address {request.client.host if request.client else ''}"


def limit_heavy(visit: Visit) -> None:
    """Count a heavier call of the API. Raises: TooMany."""
    who = f"token {visit.token}" if visit.token else f"person {visit.person}"
    limits_of(visit.request).count("heavy", who)


def limit_page(request: Request) -> None:
    """Count a request for a page, before anything else is done about it. Raises: TooMany."""
    house: House = request.app.state.house
    signed = signed_in(house, request, house.clock.now())
    who = f"person {signed.person}" if signed else address_of(request)
    limits = limits_of(request)
    limits.count("page", who)
    path = getattr(request.scope.get("route"), "path", "")
    if path in HEAVY or request.query_params.get("as") in NAMES:
        limits.count("heavy", who)
