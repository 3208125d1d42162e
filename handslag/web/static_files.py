"""Stylesheet, script and pictures, under addresses that change with their content, so that browsers may keep them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import Response

from engine.errors import NotFound

FOLDER = Path(__file__).parent / "static"
KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
router = APIRouter()


@cache
def _content(name: str) -> bytes:
    path = FOLDER / name
    if path.parent != FOLDER or path.suffix not in KINDS or not path.is_file():
        raise NotFound(f"there is no file {name}", file=name)
    return path.read_bytes()


@cache
def address_of(name: str) -> str:
    """Return the address of a static file."""
    return f"/static/{hashlib.sha256(_content(name)).hexdigest()[:12]}/{name}"


@router.get("/static/{stamp}/{name}")
def static_file(stamp: str, name: str) -> Response:
    """Answer a static file."""
    content = _content(name)
    kept = "public, max-age=31536000, immutable" if address_of(name).split("/")[2] == stamp else "no-cache"
    return Response(content, media_type=KINDS[Path(name).suffix], headers={"cache-control": kept})
