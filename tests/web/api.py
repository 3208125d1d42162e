"""A person with a token, calling the API of a small installation in process."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

from handslag.tokens import fresh_token, hash_of
from storage import token_rows
from tests.web.conftest import Web

V1 = "/api/v1"


class Api:
    """A caller. Paths stand below /api/v1."""

    def __init__(
        self, web: Web, person: str = "", *, scope: str = "write", programme: str = "", lives: timedelta = timedelta(days=30)
    ) -> None:
        self.web = web
        self.client = TestClient(web.app, follow_redirects=False, base_url="http://localhost")
        self.token = ""
        if person:
            self.token = fresh_token()
            now = web.world.clock.now()
            web.world.house.store.run(
                lambda tx: token_rows.add_token(
                    tx, hash_of(self.token), person, "a test", scope=scope, programme=programme, now=now, expires_at=now + lives
                )
            )
            self.client.headers["authorization"] = f"Bearer {self.token}"

    def send(self, method: str, path: str, **given: Any) -> Response:
        """Call and return the answer, whatever it is."""
        answer: Response = self.client.request(method, V1 + path, **given)
        return answer

    def get(self, path: str, status: int = 200, **given: Any) -> Any:
        """Look at something and make sure of the status."""
        return self.call("GET", path, status, **given)

    def post(self, path: str, body: Any = None, status: int = 200, **given: Any) -> Any:
        """Do something and make sure of the status."""
        return self.call("POST", path, status, json={} if body is None else body, **given)

    def call(self, method: str, path: str, status: int, **given: Any) -> Any:
        """Call, make sure of the status, and return the JSON that was answered."""
        answer = self.send(method, path, **given)
        assert answer.status_code == status, answer.text
        kind = "application/problem+json" if status >= 400 else "application/json"
        assert answer.headers["content-type"] == kind
        return answer.json()
