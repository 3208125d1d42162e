"""Backup and restore of a SQLite database, while others work on it. PostgreSQL has its own tools.

A restored database never sends by itself: its approval is taken away, whatever it said when it was saved.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy.engine import URL

from engine.errors import EnvironmentFault
from storage.connect import BUSY_MS, file_of, is_sqlite, parse_url

_REVOKE = "UPDATE installation SET place = '', approved_by = '', approved_at = NULL"
PAGES_AT_ONCE = 1000


def backup(url: str, target: Path) -> Path:
    """Write a consistent copy of the database to a new file (mode 0600) and return its path.

    Raises: EnvironmentFault where there is no database, the file exists already, or cannot be written.
    """
    source = _file(url)
    if not source.exists():
        raise EnvironmentFault(f"there is no database at {source}")
    if target.exists():
        raise EnvironmentFault(f"{target} exists already; name a new file")
    with _new_file(target) as made:
        _copy(source, made)
    return target.resolve()


def restore(source: Path, url: str) -> Path:
    """Make the database anew from a backup, with sending switched off; return its path.

    Raises: EnvironmentFault where the backup is no sound Handslag database, or a database stands there already.
    """
    target = _file(url)
    # A log left over from another database would be played into the new one, so it counts as a database too.
    for there in (target, target.with_name(f"{target.name}-wal"), target.with_name(f"{target.name}-journal")):
        if there.exists():
            raise EnvironmentFault(f"a database stands at {there}; move it away first")
    if not source.exists():
        raise EnvironmentFault(f"there is no backup at {source}")
    with _new_file(target) as made:
        _copy(source, made)
        with closing(_open(made)) as restored, restored:
            restored.execute(_REVOKE)
    return target


def _copy(source: Path, target: Path) -> None:
    try:
        with closing(_open(source)) as old, closing(_open(target)) as new:
            old.backup(new, pages=PAGES_AT_ONCE)
            _assert_sound(new, source)
    except sqlite3.Error as error:
        raise EnvironmentFault(f"cannot copy {source}: {error}") from error


def _assert_sound(copy: sqlite3.Connection, source: Path) -> None:
    said = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if said != "ok":
        raise EnvironmentFault(f"{source} is damaged: {said}")
    if copy.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('installation', 'history')").fetchone()[0] != 2:
        raise EnvironmentFault(f"{source} is no Handslag database")


@contextmanager
def _new_file(target: Path) -> Iterator[Path]:
    """Hand out a file beside the target; it takes the target's name only when all is done."""
    made = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        made.unlink(missing_ok=True)
        made.touch(mode=0o600)
        yield made
        with made.open("rb") as written:
            os.fsync(written.fileno())
        made.replace(target)
    except OSError as error:
        raise EnvironmentFault(f"cannot write {target}: {error.strerror}") from error
    finally:
        made.unlink(missing_ok=True)


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY_MS / 1000)


def _file(url: str) -> Path:
    parsed: URL = parse_url(url)
    if not is_sqlite(parsed):
        raise EnvironmentFault("PostgreSQL is saved with pg_dump and restored with pg_restore; then run: handslag init")
    return file_of(parsed)
