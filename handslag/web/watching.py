"""Every request is counted and logged by the template of its route: no address, question or body, for links are secrets."""

from __future__ import annotations

import logging
import time
from uuid import uuid4

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handslag.web.metrics import Figures

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_log = logging.getLogger(__name__)


class Watched:
    """Gives each request an id, which its answer carries, and notes what became of it."""

    def __init__(self, app: ASGIApp, figures: Figures) -> None:
        self.app, self.figures = app, figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and note."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status, key = time.perf_counter(), 500, uuid4().hex

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = key
            await send(message)

        scope.setdefault("state", {})
        try:
            await self.app(scope, receive, noting)
        finally:
            seconds = time.perf_counter() - began
            method = scope["method"] if scope["method"] in METHODS else "other"
            self.figures.count(method, route_of(scope), status, seconds)
            facts = {"method": method, "route": route_of(scope), "status": status, "ms": round(seconds * 1000, 1)}
            _log.info("request", extra={**facts, "person": scope["state"].get("person", ""), "request": key})


def route_of(scope: Scope) -> str:
    """Return the template of the route that answered, `none` where there was none."""
    path = getattr(scope.get("route"), "path", "")
    return f"{scope.get('root_path', '')}{path}" if path else "none"
