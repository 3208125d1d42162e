"""Who changed what in a programme, and accounts elsewhere that stand for one here."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    _programme_entry()
    _identity()


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("identity")
    op.drop_table("programme_entry")


def _programme_entry() -> None:
    op.create_table(
        "programme_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("surface", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name="fk_programme_entry_programme_id_programme"),
        sa.PrimaryKeyConstraint("id", name="pk_programme_entry"),
    )
    op.create_index("ix_programme_entry_programme_id", "programme_entry", ["programme_id"])


def _identity() -> None:
    op.create_table(
        "identity",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("linked_by", sa.String(), nullable=False),
        sa.Column("linked_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_identity_account_id_account"),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_identity"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_identity_account_id", "identity", ["account_id"])
