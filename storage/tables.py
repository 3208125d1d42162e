"""All tables together: importing this module fills the metadata that migrations are compared with."""

from storage import case_tables, outbox_tables, programme_tables
from storage.columns import METADATA

TABLES = METADATA
APPEND_ONLY = ("history", "head", "version")
PARTS = (case_tables, outbox_tables, programme_tables)
