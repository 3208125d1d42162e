"""Documents of a case: uploaded as they are, laid into a fact, kept by hash, and downloaded."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import Response
from pydantic import Field

from engine.acts import FreezeDocument
from engine.errors import NotFound
from engine.policy import require
from engine.ports import Document, Tx
from handslag.lookup import bad
from handslag.web.api.caller import Caller
from handslag.web.api.changing import Making, whole_body
from handslag.web.api.outcomes import Done
from handslag.web.api.shapes import CaseNumber, Changing, Key, Name, Page, Shown
from handslag.web.case_view import CaseView, view_of
from handslag.web.files import KINDS, clean_name, fault_of
from handslag.web.security import UPLOAD_LIMIT

router = APIRouter(tags=["documents"])
WRONG = {
    "none": "say its name: ?name=agreement.pdf",
    "kind": f"these kinds can be stored: {', '.join(kind.lstrip('.') for kind in KINDS)}",
    "size": f"a file may have {UPLOAD_LIMIT // 1024**2} MB",
    "content": "the content is not of the kind that its name says",
}
BINARY = {"requestBody": {"required": True, "content": {"application/octet-stream": {
    "schema": {"type": "string", "format": "binary"}}}}}  # fmt: skip


class DocumentShown(Shown):
    """A document in a fact of a case."""

    fact: str = Field(examples=["agreement"])
    title: str
    hash: str = Field(description="SHA-256 of its content.")
    name: str
    media_type: str
    size: int


@router.get("/cases/{number}/documents")
def list_documents(visit: Caller, number: CaseNumber) -> Page[DocumentShown]:
    """List the documents of a case."""

    def read(tx: Tx) -> list[DocumentShown]:
        view = view_of(visit, tx, number)
        return [_shown(view, fact, tx.document(digest)) for fact, digest in laid(view).items()]

    return Page(items=visit.house.store.read(read), next=None)


def laid(view: CaseView) -> dict[str, str]:
    """Return the hashes of a case's documents by fact."""
    facts = (fact.key for fact in view.version.facts.values() if fact.kind == "document")
    return {key: str(view.case.facts[key]) for key in facts if view.case.facts.get(key)}


def _shown(view: CaseView, fact: str, document: Document) -> DocumentShown:
    title = view.text(view.version.facts[fact].title)
    plain = {name: getattr(document, name) for name in ("hash", "name", "media_type")}
    return DocumentShown(fact=fact, title=title, size=len(document.content), **plain)


@router.put("/cases/{number}/documents/{fact}", response_model=Done, openapi_extra=BINARY)
def lay_document(
    change: Making,
    number: CaseNumber,
    fact: Key,
    content: Annotated[bytes, Depends(whole_body)],
    name: Annotated[Name, Query(description="Its file name; the ending says its kind.", examples=["agreement.pdf"])] = "",
    for_whom: Annotated[Name, Query(description="Acting for whom.")] = "",
) -> Response:
    """Store a file by its hash and lay it into a document fact; the body is the file."""
    clean = clean_name(name)
    fault = fault_of(clean, content)
    if fault:
        raise bad("query.name" if fault in ("none", "kind") else "body", WRONG[fault], code=fault)
    kind = KINDS[PurePath(clean).suffix.lower()][0]
    document = Document(hash=hashlib.sha256(content).hexdigest(), name=clean, media_type=kind, content=content)

    def act(view: CaseView, tx: Tx) -> FreezeDocument:
        require(view.actor, "document")
        if not change.dry_run:
            tx.save_document(document, change.visit.now)
        return FreezeDocument(fact=fact, hash=document.hash, name=document.name)

    return change.to_case(number, act, Changing(for_whom=for_whom))


@router.get("/cases/{number}/documents/{digest}", response_class=Response, responses={
    200: {"description": "The file.", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}})  # fmt: skip
def download(
    visit: Caller,
    number: CaseNumber,
    digest: Annotated[str, Path(description="Hash of the document.", pattern=r"^[0-9a-f]{64}$")],
) -> Response:
    """Download a document of this case; one of another case is not found."""

    def read(tx: Tx) -> Document:
        if digest not in laid(view_of(visit, tx, number)).values():
            raise NotFound(f"there is no document {digest}")
        return tx.document(digest)

    document = visit.house.store.read(read)
    head = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(clean_name(document.name))}",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    return Response(document.content, 200, head, media_type=document.media_type)
