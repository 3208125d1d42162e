"""Permission to send real mail: given by a person for one installation at one place, and for nothing else.

A copied or restored database stands at another place, so its permission does not hold there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from engine.errors import EnvironmentFault
from engine.ports import Tx
from storage.columns import table_of
from storage.connect import file_of
from storage.programme_tables import InstallationRow
from storage.reads import line_of
from storage.statements import Line

INSTALLATION = table_of(InstallationRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who may send from where. place: where we stand now; approved_place: where sending was approved, empty for nowhere."""

    installation: str
    place: str
    approved_place: str
    approved_by: str
    approved_at: datetime | None

    @property
    def holds(self) -> bool:
        """Whether real mail may leave from here."""
        return bool(self.approved_place) and self.approved_place == self.place


def approval(tx: Tx) -> Approval:
    """Return how sending stands. Raises: EnvironmentFault where the database was never initialised."""
    line = line_of(tx)
    row = line.core.execute(select(INSTALLATION)).mappings().first()
    if row is None:
        raise EnvironmentFault("the database has no installation id; run: handslag init")
    return Approval(
        installation=row["key"],
        place=place(line),
        approved_place=row["place"],
        approved_by=row["approved_by"],
        approved_at=row["approved_at"],
    )


def approve(tx: Tx, *, by: str, at: datetime) -> Approval:
    """Allow real sending from here."""
    line = line_of(tx)
    line.core.execute(update(INSTALLATION).values(place=place(line), approved_by=by, approved_at=at))
    return approval(tx)


def revoke(tx: Tx) -> None:
    """Forbid real sending."""
    line_of(tx).core.execute(update(INSTALLATION).values(place="", approved_by="", approved_at=None))


def check(tx: Tx) -> None:
    """Make sure that real mail may leave from here. Raises: EnvironmentFault saying why not."""
    found = approval(tx)
    if not found.approved_place:
        raise EnvironmentFault("sending real mail is not approved for this installation", place=found.place)
    if not found.holds:
        raise EnvironmentFault(
            f"sending was approved at {found.approved_place}, but this database is at {found.place}; approve it here",
            place=found.place,
            approved=found.approved_place,
        )


def place(line: Line) -> str:
    """Return where the database is: the resolved path, or the PostgreSQL cluster's system identifier, database and table.

    The table's own number (`oid`) is new wherever the table is made anew, so what pg_restore brings back stands at another
    place, even under the same name in the same cluster.
    """
    if line.dialect.name == "sqlite":
        return f"sqlite:{file_of(line.core.engine.url)}"
    asked = "SELECT system_identifier, current_database(), 'installation'::regclass::oid FROM pg_control_system()"
    found = line.core.exec_driver_sql(asked).one()
    return f"postgresql:{found[0]}/{found[1]}/{found[2]}"
