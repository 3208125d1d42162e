"""Which of a database's complaints pass by themselves, so that a transaction may simply be run again."""

from __future__ import annotations

_SQLITE_BUSY = frozenset({"SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_BUSY_RECOVERY", "SQLITE_LOCKED"})
_PG_AGAIN = frozenset({"40001", "40P01", "55P03"})  # serialization failure, deadlock, lock not available
# The server goes down, crashed, is starting; the connection is gone or could not be made.
_PG_LOST = frozenset({"57P01", "57P02", "57P03", "08000", "08001", "08003", "08004", "08006", "53300"})


def is_passing(error: BaseException) -> bool:
    """Tell whether the same transaction may well succeed if it is run again; nothing of it stands."""
    cause = getattr(error, "orig", error)
    if getattr(cause, "sqlite_errorname", "") in _SQLITE_BUSY or getattr(cause, "sqlstate", "") in _PG_AGAIN:
        return True
    return is_lost(error)


def is_lost(error: BaseException) -> bool:
    """Tell whether the connection to the server is gone (PostgreSQL only)."""
    cause = getattr(error, "orig", error)
    if not type(cause).__module__.startswith("psycopg"):
        return False
    # A connection that breaks off has no code of the server, only the driver's class.
    state = getattr(cause, "sqlstate", None)
    return state in _PG_LOST or (state is None and "OperationalError" in {kind.__name__ for kind in type(cause).__mro__})
