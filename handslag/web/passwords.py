"""Passwords: the only module that imports argon2. A hash takes 0.2 s and 64 MB on purpose, so few are made at once."""

from __future__ import annotations

from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

LEAST_LENGTH = 12
MOST_LENGTH = 200
_AT_ONCE = BoundedSemaphore(2)
_HASHER = PasswordHasher()


def hashed(password: str) -> str:
    """Return the argon2 text of a password."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def matches(stored: str, password: str) -> bool:
    """Tell whether a password is the stored one; nobody's (`stored` empty) takes as long as a wrong one."""
    with _AT_ONCE:
        try:
            _HASHER.verify(stored or _nobody(), password)
        except (Argon2Error, InvalidHashError):
            return False
    return bool(stored)


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody signs in with this")
