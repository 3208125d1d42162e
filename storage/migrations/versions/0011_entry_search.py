"""One index over all histories in the order in which they were recorded, for searching them."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it."""
    columns = ["recorded_at", "case_id", "no", "kind", "actor_key", "transition"]
    op.create_index("ix_history_recorded", "history", columns)


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_history_recorded", "history")
