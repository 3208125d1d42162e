"""One case as a folder, readable without Handslag: entries, mails as sent, version, documents, a page, check sums."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from engine.case import SHELVES, Case
from engine.codec import plain
from engine.declared import Version
from engine.errors import EnvironmentFault
from engine.ports import Document, Tx
from engine.programme import Programme
from handslag.export_page import page
from notifications.mime import MessageNotMailable, to_bytes
from storage.outbox_reads import MessageLine, attempts, messages
from storage.programme_reads import version_files
from storage.reads import EntryLine, history

SUMS = "SHA256SUMS"
SENT = "sent"
MANY = 500
Files = dict[str, bytes]


def export_case(tx: Tx, case: Case, programme: Programme, version: Version, folder: Path, *, at: datetime) -> list[str]:
    """Write a whole case into a new or empty folder, private to its owner; return the names of its files.

    case: loaded whole. Raises: EnvironmentFault where the folder holds something or cannot be written.
    """
    entries = history(tx, case.number)
    mails = _mails_of(tx, case.number)
    files: Files = {
        "case.json": _json(case_data(tx, case)),
        "entries.json": _json([_entry(line) for line in entries]),
        "mails.json": _json([_mail(tx, line) for line in mails]),
        "index.html": page(case, programme, version, entries, mails, at=at).encode(),
    }
    files |= {f"version/{name}": text.encode() for name, text in version_files(tx, case.version).items()}
    files |= dict(_documents(tx, case, version))
    files |= dict(_as_sent(tx, mails))
    names = sorted(files)
    files[SUMS] = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in names).encode()
    _write(folder, files)
    return [*names, SUMS]


def case_data(tx: Tx, case: Case) -> dict[str, Any]:
    """Return a case with all its rows as data, with the organisations and contacts that take part."""
    companies = tx.companies(case)
    plain_fields = ("number", "title", "programme", "phase", "phase_since", "revision", "period", "opened_on", "closed_on",
                    "outcome", "head", "facts", "schedule")  # fmt: skip
    rows = {
        shelf: [{"no": row.no, **_fields(row)} for row in getattr(case, shelf).values()] for shelf in SHELVES.values()
    }  # fmt: skip
    return {
        **{name: plain(getattr(case, name)) for name in plain_fields},
        "version": _fields(case.version),
        **rows,
        "organisations": [_fields(found) for found in companies.organisations.values()],
        "contacts": [_fields(found) for found in companies.contacts.values()],
    }


def _fields(value: Any) -> dict[str, Any]:
    return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}


def _entry(line: EntryLine) -> dict[str, Any]:
    return {**line.entry, "previous": line.previous, "hash": line.hash}


def _mails_of(tx: Tx, number: str) -> list[MessageLine]:
    found: list[MessageLine] = []
    before = None
    while lines := messages(tx, case=number, before=before, limit=MANY):
        found += lines
        before = (lines[-1].created_at, lines[-1].id)
    return found[::-1]


def _mail(tx: Tx, line: MessageLine) -> dict[str, Any]:
    message = tx.message(line.id)
    tries = [plain(attempt._asdict()) for attempt in attempts(tx, line.id)]
    kept = ("text", "html", "document", "promises")
    return {**plain(line._asdict()), **{name: plain(getattr(message, name)) for name in kept}, "attempts": tries}


def _as_sent(tx: Tx, mails: list[MessageLine]) -> Iterator[tuple[str, bytes]]:
    for line in mails:
        if line.state != SENT:
            continue
        message = tx.message(line.id)
        try:
            content = to_bytes(message, tx.document(message.document) if message.document else None)
        except MessageNotMailable:
            continue  # its text stands in mails.json
        yield f"mails/{line.created_at:%Y%m%dT%H%M%SZ}-{line.id}.eml", content


def _documents(tx: Tx, case: Case, version: Version) -> Iterator[tuple[str, bytes]]:
    for key, fact in version.facts.items():
        digest = case.facts.get(key)
        if fact.kind == "document" and digest:
            found: Document = tx.document(str(digest))
            yield f"documents/{found.hash[:12]}-{_safe(found.name)}", found.content


def _safe(name: str) -> str:
    """Return a file name without a way out of the folder."""
    plain_name = PurePosixPath(name.replace("\\", "/")).name
    return "".join(ch if ch.isalnum() or ch in "-_. " else "_" for ch in plain_name).strip(". ") or "document"


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _write(folder: Path, files: Files) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise EnvironmentFault(f"{folder} is not empty; name a new folder")
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
    except OSError as error:
        raise EnvironmentFault(f"cannot write {folder}: {error.strerror}") from error
