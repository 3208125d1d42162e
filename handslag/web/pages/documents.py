"""Documents of a case: laid into a fact, kept by hash, and answered as a download, never shown in the browser."""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePath
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from engine.acts import FreezeDocument
from engine.errors import NotFound
from engine.ports import Document, Tx
from engine.use_cases import perform
from handslag.web.case_view import CaseView, look, view_of
from handslag.web.files import KINDS, clean_name, fault_of
from handslag.web.pages.case_frame import case_page
from handslag.web.security import UPLOAD_EXTRA, UPLOAD_LIMIT
from handslag.web.visit import Form, Visit, Visiting, see_other

DIGEST = re.compile(r"[0-9a-f]{64}")
router = APIRouter()


@router.get("/cases/{number}/documents")
def show(visit: Visiting, number: str) -> HTMLResponse:
    """Show the documents of a case. Raises: NotFound."""
    return _page(look(visit, number))


@router.post("/cases/{number}/documents", max_body_size=UPLOAD_LIMIT + UPLOAD_EXTRA)
def lay(visit: Visiting, number: str, form: Form) -> Response:
    """Lay a file into a document fact. Raises: NotFound, NotPermitted, CaseConflict."""
    view, file = look(visit, number), form.file("file")
    fact = form.text("fact")
    if fact not in _facts(view):
        return _page(view, "fact")
    content = file.file.read(UPLOAD_LIMIT + 1) if file else b""
    name = clean_name(file.filename or "") if file else ""
    fault = fault_of(name, content)
    if fault:
        return _page(view, fault)
    document = Document(
        hash=hashlib.sha256(content).hexdigest(), name=name, media_type=KINDS[PurePath(name).suffix.lower()][0], content=content
    )
    return see_other(f"/cases/{number}/documents?done={_store(visit, number, fact, document)}")


def _store(visit: Visit, number: str, fact: str, document: Document) -> int:
    def write(tx: Tx) -> int:
        view = view_of(visit, tx, number)
        tx.save_document(document, visit.now)
        act = FreezeDocument(fact=fact, hash=document.hash, name=document.name)
        return perform(tx, visit.house.tools, number, act, view.call()).decisions[-1].entry.no

    return visit.house.store.run(write)


def _facts(view: CaseView) -> dict[str, str]:
    return {key: view.text(f.title) for key, f in view.version.facts.items() if f.kind == "document"}


def _page(view: CaseView, fault: str = "") -> HTMLResponse:
    def names(tx: Tx) -> list[tuple[str, Document]]:
        laid = {key: str(view.case.facts.get(key) or "") for key in _facts(view)}
        return [(key, tx.document(digest)) for key, digest in laid.items() if DIGEST.fullmatch(digest)]

    found = [(_facts(view)[key], document) for key, document in view.visit.house.store.read(names)]
    return case_page(
        view, "documents.html", 422 if fault else 200, tab="documents", found=found, facts=_facts(view), fault=fault,
        kinds=", ".join(kind.lstrip(".") for kind in KINDS), accept=",".join(KINDS), most=UPLOAD_LIMIT // 1024**2,
        may_lay=view.may("document"),
    )  # fmt: skip


@router.get("/cases/{number}/documents/{digest}")
def download(visit: Visiting, number: str, digest: str) -> Response:
    """Answer a document of this case as a download; one of another case is not found. Raises: NotFound."""
    view = look(visit, number)
    laid = {str(view.case.facts.get(key) or "") for key in _facts(view)}
    if not DIGEST.fullmatch(digest) or digest not in laid:
        raise NotFound(f"there is no document {digest}")
    document = visit.house.store.read(lambda tx: tx.document(digest))
    name = clean_name(document.name)
    return Response(
        document.content,
        media_type=document.media_type,
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
            "content-security-policy": "default-src 'none'; sandbox",
        },
    )
