"""Runs the migrations on the connection, and in the transaction, that `storage.schema` hands in."""

from __future__ import annotations

from alembic import context

from storage.tables import TABLES

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=TABLES,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
