"""What only the API refuses."""

from __future__ import annotations

from engine.errors import CaseConflict, HandslagError, NotPermitted


class Unauthenticated(HandslagError):
    """No token, or one that is over, was revoked or never was; nor a signed-in browser of the same origin."""

    code = "unauthenticated"


class TokenTooNarrow(NotPermitted):
    """The token is for reading only; what the person may do does not matter then."""

    code = "token_scope"


class Stale(CaseConflict):
    """The case has passed the revision named in If-Match; `meanwhile` says who changed what since."""


class KeyReused(HandslagError):
    """The idempotency key stands for another request of the same person."""

    code = "key_reused"
