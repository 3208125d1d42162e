"""Pages served to a browser over loopback."""

from __future__ import annotations

import socket
import threading
from typing import Any

import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page

from tests.web.conftest import Web


class Serving:
    """A server on a free port of this machine, in a thread of its own. app: other pages over the same world."""

    def __init__(self, web: Web, app: FastAPI | None = None) -> None:
        self.web = web
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._server = uvicorn.Server(uvicorn.Config(app or web.app, log_config=None, lifespan="off"))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]})
        self._thread.start()

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def page(self, browser: Browser, person: str = "", **context: Any) -> Page:
        """Return a page of a person, of nobody if unnamed, in a context of its own."""
        made = browser.new_context(base_url=self.url, **context)
        if person:
            made.add_cookies([{"name": "handslag", "value": self.web.token(person), "url": self.url}])
        made.set_default_timeout(8000)
        return made.new_page()
