"""Which of a database's complaints pass by themselves, so that a transaction may simply be run again; which a person mends."""

from __future__ import annotations

_SQLITE_BUSY = frozenset({"SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_BUSY_RECOVERY", "SQLITE_LOCKED"})
_PG_AGAIN = frozenset({"40001", "40P01", "55P03"})  # serialization failure, deadlock, lock not available
# The server goes down, crashed, is starting; the connection is gone or could not be made.
_PG_LOST = frozenset({"57P01", "57P02", "57P03", "08000", "08001", "08003", "08004", "08006", "53300"})
_MENDED_BY_PEOPLE = {
    "SQLITE_FULL": "has no room left",
    "SQLITE_IOERR": "has no room left, or its disk is failing",
    "SQLITE_READONLY": "may not be written",
    "SQLITE_CORRUPT": "is damaged; look at handslag restore",
    "SQLITE_NOTADB": "is damaged; look at handslag restore",
    "53100": "has no room left",
    "58030": "has no room left, or its disk is failing",
    "XX001": "is damaged",
    "XX002": "is damaged",
}


def what_is_wrong(error: BaseException) -> str:
    """Say what is wrong with a database that a person has to mend, e.g. `has no room left`; empty for anything else."""
    cause = getattr(error, "orig", error)
    name = str(getattr(cause, "sqlite_errorname", "") or getattr(cause, "sqlstate", "") or "")
    kind = "_".join(name.split("_")[:2])  # SQLITE_IOERR_WRITE and its like
    return _MENDED_BY_PEOPLE.get(kind, "")


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
