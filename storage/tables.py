"""All tables together: importing this module fills the metadata that migrations are compared with."""

from storage import (
    account_tables,
    api_tables,
    bulk_tables,
    case_tables,
    outbox_tables,
    programme_tables,
    search_tables,
    view_tables,
)
from storage.columns import METADATA

TABLES = METADATA
APPEND_ONLY = ("history", "head", "version", "version_snapshot", "programme_entry")
PARTS = (account_tables, api_tables, bulk_tables, case_tables, outbox_tables, programme_tables, search_tables, view_tables)
FOREIGN = ("procrastinate_", search_tables.INDEX)  # tables of another package, and those SQLite keeps behind its index


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Tell Alembic whether a thing in the database is ours to compare."""
    return kind not in ("table", "index") or not str(name).startswith(FOREIGN)
