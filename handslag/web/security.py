"""What every request must pass and every answer carries: same origin, and the security headers; and how large a body may be."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
SAME_SITE = ("same-origin", "none")
FORM_LIMIT = 256 * 1024
UPLOAD_LIMIT = 20 * 1024 * 1024
UPLOAD_EXTRA = 64 * 1024  # the form around the file
CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "content-security-policy": CONTENT_SECURITY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cache-control": "no-store",
}
YEAR = 365 * 86_400


class SameOrigin:
    """Refuses a changing request that another site made, as Go's standard library does: Sec-Fetch-Site, else Origin."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let safe and own requests through."""
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS and not is_own(Headers(scope=scope)):
            refusal = PlainTextResponse("this request came from another site and was refused", status_code=403)
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)


def is_own(headers: Headers) -> bool:
    """Tell whether a changing request comes from our own pages, or from no page at all (neither header: no browser)."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in SAME_SITE
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host", "")


def is_surely_own(headers: Headers) -> bool:
    """Tell whether a request says of itself that one of our own pages made it."""
    return is_own(headers) and bool(headers.get("sec-fetch-site") == SAME_SITE[0] or headers.get("origin"))


class SafeHeaders:
    """Adds the security headers to every answer; a page that needs others sets them itself (a framed mail does)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add what is not there yet."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if scope["scheme"] == "https":
                    headers.setdefault("strict-transport-security", f"max-age={YEAR}")
            await send(message)

        await self.app(scope, receive, with_headers)
