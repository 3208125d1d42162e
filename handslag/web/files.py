"""Files that may come in: which kinds, how large, with what content, under which name."""

from __future__ import annotations

from pathlib import PurePath

from handslag.web.security import UPLOAD_LIMIT

ZIP = b"PK\x03\x04"
# By ending: media type and the bytes a file of the kind begins with (a text has no NUL in it).
KINDS: dict[str, tuple[str, bytes]] = {
    ".pdf": ("application/pdf", b"%PDF-"),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ZIP),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ZIP),
    ".odt": ("application/vnd.oasis.opendocument.text", ZIP),
    ".png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    ".jpg": ("image/jpeg", b"\xff\xd8\xff"),
    ".txt": ("text/plain", b""),
}
MOST_NAME = 120


def clean_name(name: str) -> str:
    """Return a file's name without folders and without what could confuse a header or a shell."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c if c.isalnum() or c in " ._-()" else "_" for c in last).strip(" .")[-MOST_NAME:]


def fault_of(name: str, content: bytes) -> str:
    """Return what is wrong with a file: none, kind, size, content; empty for nothing."""
    if not name:
        return "none"
    if PurePath(name).suffix.lower() not in KINDS:
        return "kind"
    if len(content) > UPLOAD_LIMIT:
        return "size"
    begins = KINDS[PurePath(name).suffix.lower()][1]
    right = content.startswith(begins) if begins else b"\0" not in content
    return "" if content and right else "content"
