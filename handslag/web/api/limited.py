"""How large a body may be: the framework's own limit answers plain text, ours is refused like everything else."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handslag.web.security import FORM_LIMIT, UPLOAD_LIMIT


class LimitedBody:
    """Stops reading a body that is larger than its call may have; files may be larger than the rest."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count while the body is read."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = UPLOAD_LIMIT if scope["method"] == "PUT" else FORM_LIMIT
        said = Headers(scope=scope).get("content-length", "")
        read = int(said) if said.isascii() and said.isdigit() and len(said) < 16 else 0
        counted = 0

        async def counting() -> Message:
            nonlocal counted
            message = await receive()
            counted += len(message.get("body", b""))
            if max(read, counted) > limit:
                raise HTTPException(413)
            return message

        await self.app(scope, counting, send)
