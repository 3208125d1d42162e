"""Procrastinate's own tables on PostgreSQL, read from the installed package; nothing on SQLite."""

from __future__ import annotations

from importlib import import_module

from alembic import op

from engine.errors import EnvironmentFault

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_OURS = """
SELECT format('DROP %s IF EXISTS %s CASCADE', what, name) FROM (
  SELECT 1 AS turn, 'TABLE' AS what, c.oid::regclass::text AS name FROM pg_class c
  WHERE c.relkind = 'r' AND c.relname LIKE 'procrastinate\\_%'
  UNION ALL
  SELECT 2, 'FUNCTION', p.oid::regprocedure::text FROM pg_proc p WHERE p.proname LIKE 'procrastinate\\_%'
  UNION ALL
  SELECT 3, 'TYPE', t.oid::regtype::text FROM pg_type t
  WHERE t.typname LIKE 'procrastinate\\_%' AND (t.typtype = 'e' OR (t.typtype = 'c' AND t.typrelid IN
    (SELECT oid FROM pg_class WHERE relkind = 'c')))
) AS found ORDER BY turn
"""


def upgrade() -> None:
    """Run the schema that the installed Procrastinate ships. Raises: EnvironmentFault where it is not installed."""
    if op.get_bind().dialect.name != "postgresql":
        return
    try:
        shipped = import_module("procrastinate.schema").SchemaManager.get_schema()
    except ModuleNotFoundError as error:
        raise EnvironmentFault('PostgreSQL needs Procrastinate; run: pip install "handslag[postgres]"') from error
    # On the driver's cursor without parameters: several statements at once, and per cent signs are no placeholders.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(shipped)
    cursor.close()


def downgrade() -> None:
    """Drop whatever carries its name, in an order in which nothing is in use."""
    if op.get_bind().dialect.name != "postgresql":
        return
    found = op.get_bind().exec_driver_sql(_OURS.replace("%", "%%")).scalars().all()
    for statement in found:
        op.get_bind().exec_driver_sql(statement)
