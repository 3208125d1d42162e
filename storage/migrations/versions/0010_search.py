"""What cases are found by, with the full-text index over it; filled for the cases that are there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage import search_filling, search_index
from storage.migration_steps import tell

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, fill it, and make the index over what is there, which is faster than the other way around."""
    op.create_table(
        "case_words",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_words_case_id_cases"),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name="fk_case_words_programme_id_programme"),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_words"),
    )
    op.create_index("ix_case_words_programme_id", "case_words", ["programme_id", "case_id"])
    commented = sa.text("kind = 'commented'")
    op.create_index("ix_history_comments", "history", ["case_id", "no"], sqlite_where=commented, postgresql_where=commented)
    search_filling.fill(op.get_bind(), tell)
    search_index.make(op.get_bind())


def downgrade() -> None:
    """Drop them again, in the opposite order."""
    search_index.drop(op.get_bind())
    op.drop_index("ix_history_comments", "history")
    op.drop_table("case_words")
