"""Indexes for screens over very many cases, where nothing tells the database how many there are.

The cases of a programme in the order of lists, the versions that have cases, the open deadlines that slipped; and the one of
what is open in a case now holds the day and the state too, so that asking "is anything late here" reads no row.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
OPEN = "state IN ('open', 'submitted', 'returned')"


def upgrade() -> None:
    """Make them."""
    op.create_index("ix_cases_version_id", "cases", ["version_id"])
    op.create_index("ix_cases_programme_id_id", "cases", ["programme_id", "id"])
    op.create_index("ix_deadline_slipped", "deadline", ["case_id"], **_where(f"{OPEN} AND (extended OR state = 'returned')"))
    op.drop_index("ix_deadline_open", "deadline")
    op.create_index("ix_deadline_open", "deadline", [sa.text("(case_id + 0)"), "due_on", "state"], **_where(OPEN))


def downgrade() -> None:
    """Take them away, and make the one of what is open as it was."""
    op.drop_index("ix_deadline_open", "deadline")
    op.create_index("ix_deadline_open", "deadline", [sa.text("(case_id + 0)")], **_where(OPEN))
    op.drop_index("ix_deadline_slipped", "deadline")
    op.drop_index("ix_cases_programme_id_id", "cases")
    op.drop_index("ix_cases_version_id", "cases")


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
