"""Connections: one engine for writing and one for reading per database; what each database needs to hear at the door.

SQLite: the driver's own transactions are switched off, because it would begin one only at the first write and lose
updates silently; instead every writing transaction starts with BEGIN IMMEDIATE and every reading one with plain BEGIN,
on connections that refuse to write. PostgreSQL: REPEATABLE READ, so that a transaction sees one state and a write on
stale rows is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from engine.errors import EnvironmentFault

BUSY_MS = 5000
PAGES_BEFORE_CHECKPOINT = 4000
POOL = 10
CONNECT_S = 5
# A caller whose machine or network vanished in the middle of a transaction holds its case's row: the server lets go of it after
# so long. And we ask a silent server whether it is still there, rather than wait for hours.
IDLE_S = 60
ASK_S, ASK_AGAIN_S, ASK_TIMES = 30, 10, 3
SYNCHRONOUS = ("FULL", "NORMAL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """The two ways into one database."""

    url: URL
    writing: Engine
    reading: Engine

    def close(self) -> None:
        """Let go of every pooled connection."""
        self.writing.dispose()
        self.reading.dispose()


def parse_url(url: str) -> URL:
    """Read a database URL: `sqlite:///path` or `postgresql+psycopg://…`.

    Raises: EnvironmentFault for another database, or for SQLite without a file.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise EnvironmentFault(f"{url!r} is no database address; write sqlite:///path/to/handslag.db") from error
    match parsed.drivername:
        case "sqlite":
            if not parsed.database or parsed.database == ":memory:":
                raise EnvironmentFault("SQLite needs a file; write sqlite:///path/to/handslag.db")
        case "postgresql" | "postgresql+psycopg":
            parsed = parsed.set(drivername="postgresql+psycopg")
        case other:
            raise EnvironmentFault(f"Handslag keeps its cases in sqlite or postgresql+psycopg, not in {other!r}")
    return parsed


def file_of(url: URL) -> Path:
    """Return the resolved path of a SQLite database."""
    return Path(str(url.database)).resolve()


def libpq_address(url: URL) -> str:
    """Return the address of a PostgreSQL database as the driver itself wants it, with its password."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def is_sqlite(url: URL) -> bool:
    """Tell whether the URL names a SQLite file."""
    return url.get_backend_name() == "sqlite"


def connect(url: str, *, synchronous: str = "FULL", create: bool = False) -> Engines:
    """Make the engines of a database; `create` makes the SQLite file (mode 0600) and its folder where missing.

    Raises: EnvironmentFault where the file or the driver is missing, or `synchronous` is neither FULL nor NORMAL.
    """
    if synchronous not in SYNCHRONOUS:
        raise EnvironmentFault(f"synchronous is {synchronous!r}; it is one of {', '.join(SYNCHRONOUS)}")
    parsed = parse_url(url)
    if is_sqlite(parsed):
        _ready_file(file_of(parsed), create=create)
        return Engines(
            url=parsed,
            writing=_sqlite(parsed, begin="BEGIN IMMEDIATE", pragmas=(f"synchronous={synchronous}",)),
            reading=_sqlite(parsed, begin="BEGIN", pragmas=("query_only=ON",)),
        )
    return _postgresql(parsed)


def connect_to_migrate(url: str) -> Engine:
    """Make an engine for changing the schema, creating the SQLite file where missing.

    Foreign keys are off on SQLite, because Alembic rebuilds tables and dropping the old one would take its rows' children.
    """
    parsed = parse_url(url)
    if not is_sqlite(parsed):
        return _postgresql(parsed).writing
    _ready_file(file_of(parsed), create=True)
    return _sqlite(parsed, begin="BEGIN IMMEDIATE", pragmas=("synchronous=FULL", "foreign_keys=OFF"))


def _ready_file(path: Path, *, create: bool) -> None:
    if path.exists():
        return
    if not create:
        raise EnvironmentFault(f"there is no database at {path}; run: handslag init", path=str(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise EnvironmentFault(f"cannot make {path}: {error.strerror}", path=str(path)) from error


def _sqlite(url: URL, *, begin: str, pragmas: tuple[str, ...]) -> Engine:
    made = create_engine(url, max_overflow=-1)
    wanted = ("journal_mode=WAL", f"busy_timeout={BUSY_MS}", "foreign_keys=ON",
              f"wal_autocheckpoint={PAGES_BEFORE_CHECKPOINT}", *pragmas)  # fmt: skip

    def greet(raw: Any, _record: Any) -> None:
        raw.isolation_level = None
        for pragma in wanted:
            raw.execute(f"PRAGMA {pragma}")

    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(made, "connect", greet)
    event.listen(made, "begin", start)
    return made


def _postgresql(url: URL) -> Engines:
    try:
        made = create_engine(
            url,
            isolation_level="REPEATABLE READ",
            pool_pre_ping=True,
            pool_size=POOL,
            max_overflow=POOL,
            connect_args={
                "connect_timeout": CONNECT_S,
                "keepalives_idle": ASK_S,
                "keepalives_interval": ASK_AGAIN_S,
                "keepalives_count": ASK_TIMES,
            },
        )
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise EnvironmentFault('PostgreSQL needs its driver; run: pip install "handslag[postgres]"') from error
    event.listen(made, "connect", _greet_postgresql)
    return Engines(url=url, writing=made, reading=made.execution_options(postgresql_readonly=True))


def _greet_postgresql(raw: Any, _record: Any) -> None:
    # Told here and not in the connection's options, which poolers such as PgBouncer refuse.
    raw.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_S}s'")
    raw.commit()
