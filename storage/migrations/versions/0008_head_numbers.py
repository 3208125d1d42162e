"""Signed heads keep the number of the case they are about, so that a list can be verified after a case is gone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the number, filled from the cases; the trigger against changes is made anew after every upgrade."""
    on = "" if op.get_bind().dialect.name == "sqlite" else " ON head"
    op.execute(f"DROP TRIGGER IF EXISTS head_refuses_update{on}")
    op.add_column("head", sa.Column("number", sa.String(), nullable=False, server_default=""))
    op.execute("UPDATE head SET number = (SELECT number FROM cases WHERE cases.id = head.case_id)")
    op.create_index("ix_head_case_id", "head", ["case_id"])


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_head_case_id", "head")
    op.drop_column("head", "number")
