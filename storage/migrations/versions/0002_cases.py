"""Cases with their rows, their history and the notes of imports."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, those that others point at first."""
    _case_counter()
    _cases()
    _deadline()
    _head()
    _history()
    _import_note()
    _party()
    _private_text()
    _promise()
    _record()
    _seat()
    _wait()


def downgrade() -> None:
    """Drop them again, in the opposite order."""
    for table in (
        "wait",
        "seat",
        "record",
        "promise",
        "private_text",
        "party",
        "import_note",
        "history",
        "head",
        "deadline",
        "cases",
        "case_counter",
    ):
        op.drop_table(table)


def where(condition: str) -> dict[str, Any]:
    """Return a partial index's condition for both databases."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _case_counter() -> None:
    op.create_table(
        "case_counter",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name="fk_case_counter_programme_id_programme"),
        sa.PrimaryKeyConstraint("programme_id", "year", name="pk_case_counter"),
        sqlite_with_rowid=False,
    )


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("phase_since", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("last_happened_at", sa.BigInteger(), nullable=True),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name="fk_cases_programme_id_programme"),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name="fk_cases_version_id_version"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("number", name="uq_cases_number"),
    )
    op.create_index("ix_cases_programme_id_phase_id", "cases", ["programme_id", "phase", "id"])


def _deadline() -> None:
    op.create_table(
        "deadline",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("seat", sa.String(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("occurrence", sa.String(), nullable=False),
        sa.Column("record", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("overdue_at", sa.BigInteger(), nullable=True),
        sa.Column("missed_at", sa.BigInteger(), nullable=True),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("escalated_on", sa.Date(), nullable=True),
        sa.Column("questions", sa.Text(), nullable=False),
        sa.Column("sum", sa.Text(), nullable=False),
        sa.Column("wake_at", sa.BigInteger(), nullable=True),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_deadline_case_id_cases"),
        sa.PrimaryKeyConstraint("case_id", "no", name="pk_deadline"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_deadline_due",
        "deadline",
        ["due_on", "case_id", "no"],
        **where("state IN ('open', 'submitted', 'returned')"),
    )
    op.create_index("ix_deadline_wake", "deadline", ["wake_at", "case_id", "no"], **where("wake_at IS NOT NULL"))
    within_case = sa.text("(case_id + 0)")
    op.create_index("ix_deadline_open", "deadline", [within_case], **where("state IN ('open', 'submitted', 'returned')"))


def _head() -> None:
    op.create_table(
        "head",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("entry_no", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_head_case_id_cases"),
        sa.PrimaryKeyConstraint("day", "case_id", name="pk_head"),
        sqlite_with_rowid=False,
    )


def _history() -> None:
    op.create_table(
        "history",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("actor_key", sa.String(), nullable=False),
        sa.Column("transition", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_history_case_id_cases"),
        sa.PrimaryKeyConstraint("case_id", "no", name="pk_history"),
    )


def _import_note() -> None:
    op.create_table(
        "import_note",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_import_note_case_id_cases"),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name="fk_import_note_programme_id_programme"),
        sa.PrimaryKeyConstraint("programme_id", "key", name="pk_import_note"),
        sqlite_with_rowid=False,
    )


def _party() -> None:
    op.create_table(
        "party",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_party_case_id_cases"),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name="fk_party_organisation_organisation"),
        sa.PrimaryKeyConstraint("case_id", "no", name="pk_party"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_party_organisation", "party", ["organisation"])


def _private_text() -> None:
    op.create_table(
        "private_text",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("entry_no", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_private_text_case_id_cases"),
        sa.PrimaryKeyConstraint("case_id", "entry_no", "path", name="pk_private_text"),
        sqlite_with_rowid=False,
    )


def _promise() -> None:
    op.create_table(
        "promise",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("seat", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("about", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("held_until", sa.BigInteger(), nullable=True),
        sa.Column("resend_of", sa.Integer(), nullable=False),
        sa.Column("wake_at", sa.BigInteger(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_promise_case_id_cases"),
        sa.PrimaryKeyConstraint("case_id", "no", name="pk_promise"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_promise_wake", "promise", ["wake_at", "case_id", "no"], **where("state = 'planned'"))
    within_case = sa.text("(case_id + 0)")
    op.create_index("ix_promise_pending", "promise", [within_case], **where("state IN ('planned', 'queued')"))
    once = sa.text("(CASE WHEN about = 0 THEN entry ELSE 0 END)")
    op.create_index(
        "uq_promise_once", "promise", [within_case, "about", once, "step", "seat", "round", "resend_of"], unique=True
    )


def _record() -> None:
    op.create_table(
        "record",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("list", sa.String(), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("void_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_record_case_id_cases"),
        sa.PrimaryKeyConstraint("case_id", "no", name="pk_record"),
        sqlite_with_rowid=False,
    )


def _seat() -> None:
    op.create_table(
        "seat",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("contact", sa.Integer(), nullable=False),
        sa.Column("party", sa.Integer(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_seat_case_id_cases"),
        sa.PrimaryKeyConstraint("case_id", "no", name="pk_seat"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_seat_person", "seat", ["person", "role"], **where("ended_on IS NULL AND person <> ''"))


def _wait() -> None:
    op.create_table(
        "wait",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_wait_case_id_cases"),
        sa.PrimaryKeyConstraint("case_id", "no", name="pk_wait"),
        sqlite_with_rowid=False,
    )
