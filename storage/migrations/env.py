"""Runs the migrations on the connection, and in the transaction, that `storage.schema` hands in."""

from __future__ import annotations

from alembic import context

from storage.tables import TABLES, is_ours

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=TABLES,
    render_as_batch=True,
    include_name=is_ours,
)
with context.begin_transaction():
    context.run_migrations()
