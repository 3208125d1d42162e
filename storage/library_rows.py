"""What is stored once and read often: published versions, documents, and the notes of imports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite

from engine.declared import Version
from engine.errors import NotFound, Refused
from engine.ports import Document
from storage.case_rows import VERSIONS, case_id, programme_id
from storage.columns import table_of
from storage.programme_tables import DocumentRow, ImportNoteRow
from storage.statements import Line

DOCUMENTS = table_of(DocumentRow)
IMPORTS = table_of(ImportNoteRow)
LoadVersion = Callable[[Mapping[str, str]], Version]


def publish(line: Line, key: str, number: int, files: Mapping[str, str], digest: str, at: datetime) -> bool:
    """Store a version; False where the same content is there. Raises: Refused where other content has the number."""
    same = (VERSIONS.c["key"] == key) & (VERSIONS.c["number"] == number)
    there = line.core.execute(select(VERSIONS.c["hash"]).where(same)).scalar()
    if there == digest:
        return False
    if there is not None:
        sentence = f"{key} v{number} is published with other content; a published version never changes, publish v{number + 1}"
        raise Refused(sentence, key=key, number=number)
    row = {"key": key, "number": number, "hash": digest, "files": dict(files), "published_at": at}
    line.core.execute(insert(VERSIONS).values(row))
    return True


def save_document(line: Line, document: Document, at: datetime) -> None:
    """Store a file; the same content again changes nothing, its first name stays."""
    row = {"hash": document.hash, "name": document.name, "media_type": document.media_type}
    insert_once(line, DOCUMENTS, {**row, "content": document.content, "stored_at": at})


def document(line: Line, digest: str) -> Document:
    """Return a stored file. Raises: NotFound."""
    columns = [DOCUMENTS.c[name] for name in ("hash", "name", "media_type", "content")]
    found = line.core.execute(select(*columns).where(DOCUMENTS.c["hash"] == digest)).mappings().first()
    if found is None:
        raise NotFound(f"there is no document {digest}", document=digest)
    return Document(**found)


def note_import(line: Line, programme: str, key: str, case: str) -> bool:
    """Remember that an imported row became a case; False where it was known."""
    row = {"programme_id": programme_id(line, programme), "key": key, "case_id": case_id(line, case)}
    return insert_once(line, IMPORTS, row)


def insert_once(line: Line, table: Any, row: Mapping[str, Any]) -> bool:
    """Insert a row unless its key is there; tell whether it was new."""
    made = postgresql.insert if line.dialect.name == "postgresql" else sqlite.insert
    statement = made(table).values(row).on_conflict_do_nothing().returning(*table.primary_key)
    return line.core.execute(statement).first() is not None
