"""Runs the migrations on the connection, and in the transaction, that `storage.schema` hands in."""

from __future__ import annotations

from typing import Any

from alembic import context

from storage.migration_steps import silent
from storage.tables import TABLES, is_ours

tell = context.config.attributes.get("tell", silent)


def applied(ctx: Any, step: Any, heads: Any, run_args: Any) -> None:
    """Say which revision has been reached."""
    tell(f"schema {step.up_revision_id}: {step.up_revision.doc}")


context.configure(
    connection=context.config.attributes["connection"],
    on_version_apply=applied,
    tell=tell,
    target_metadata=TABLES,
    render_as_batch=True,
    include_name=is_ours,
)
with context.begin_transaction():
    context.run_migrations()
