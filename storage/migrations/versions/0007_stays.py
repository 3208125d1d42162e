"""Finished stays in phases, filled from the history of the cases that are there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, islice
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

from storage.migration_steps import tell

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ROWS_AT_ONCE = 1000
CHANGES = """
SELECT h.case_id, h.no, h.kind, h.source, h.target, h.happened_at, c.programme_id, c.version_id, c.facts, p.zone,
  CASE WHEN h.body LIKE '%"period":%' THEN h.body ELSE '{}' END AS body
FROM history h JOIN cases c ON c.id = h.case_id JOIN programme p ON p.id = c.programme_id
WHERE h.source <> h.target ORDER BY h.case_id, h.no
"""


def upgrade() -> None:
    """Make the table, fill it, and index it."""
    stay = op.create_table(
        "stay",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=False),
        sa.Column("to_phase", sa.String(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_stay_case_id_cases"),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name="fk_stay_programme_id_programme"),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name="fk_stay_version_id_version"),
        sa.PrimaryKeyConstraint("case_id", "no", name="pk_stay"),
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    stays, done = _stays(connection), 0
    while rows := list(islice(stays, ROWS_AT_ONCE)):
        connection.execute(stay.insert(), rows)
        done += len(rows)
        tell(f"{done} stays written")
    op.create_index("ix_stay_programme_id_phase_left_on", "stay", ["programme_id", "phase", "left_on"])
    op.create_index("ix_stay_programme_id_to_phase_left_on", "stay", ["programme_id", "to_phase", "left_on"])


def downgrade() -> None:
    """Drop it again; history has it all."""
    op.drop_table("stay")


def _stays(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    found = connection.execute(sa.text(CHANGES).execution_options(yield_per=ROWS_AT_ONCE)).mappings()
    for _case, changes in groupby(found, key=lambda row: row["case_id"]):
        entered, period = None, 1
        for change in changes:
            day = _local(change["happened_at"], change["zone"])
            left = _taken_over(change) or day
            yield {
                "case_id": change["case_id"],
                "no": change["no"],
                "programme_id": change["programme_id"],
                "version_id": change["version_id"],
                "phase": change["source"],
                "entered_on": entered or left,
                "left_on": left,
                "to_phase": change["target"],
                "period": period,
                "why": change["kind"],
            }
            entered, period = day, _period(change["body"]) or period


def _local(micros: int, zone: str) -> date:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)).astimezone(ZoneInfo(zone)).date()


def _period(body: str) -> int:
    """Return the period that an entry began, 0 where it began none."""
    changes = (change for change in json.loads(body).get("changes", ()) if change["kind"] == "case")
    return next((int(change["new"]["period"]) for change in changes if "period" in (change["new"] or ())), 0)


def _taken_over(change: Any) -> date | None:
    """Return the first day of an agreement that was taken over in force; both methods shipped so far call it signed_on."""
    begun = json.loads(change["facts"]).get("signed_on") if change["kind"] == "taken_over" else None
    return date.fromisoformat(str(begun)) if begun else None
