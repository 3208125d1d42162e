"""Bulk moves: what was asked of many cases, and what became of each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "bulk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("transition", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("touched_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name="fk_bulk_programme_id_programme"),
        sa.PrimaryKeyConstraint("id", name="pk_bulk"),
    )
    op.create_table(
        "bulk_case",
        sa.Column("bulk_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["bulk_id"], ["bulk.id"], name="fk_bulk_case_bulk_id_bulk"),
        sa.PrimaryKeyConstraint("bulk_id", "place", name="pk_bulk_case"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_bulk_case_state", "bulk_case", ["bulk_id", "state", "place"])


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("bulk_case")
    op.drop_table("bulk")
