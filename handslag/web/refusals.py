"""What a person sees instead of a page: not found, not allowed, changed meanwhile, broken. One table from error to status."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from engine.errors import (
    BadInput,
    CaseConflict,
    EnvironmentFault,
    HandslagError,
    NotFound,
    NotPermitted,
    PlanChanged,
    Refused,
    TextFails,
)
from engine.ports import Tx
from handslag.web.case_view import view_of
from handslag.web.history_view import EntrySaid, entry_said
from handslag.web.labels import Labels
from handslag.web.limiting import TooMany, address_of, limits_of
from handslag.web.rendering import asked_language, page
from handslag.web.sessions import signed_in
from handslag.web.visit import SignInNeeded, Visit, house_of, visit_of
from notifications.dates import LANGUAGES
from storage.account_rows import Signed
from storage.reads import history

# The first class that fits decides.
STATUS: tuple[tuple[type[HandslagError], int], ...] = (
    (NotFound, 404),
    (NotPermitted, 403),
    (CaseConflict, 409),
    (PlanChanged, 409),
    (BadInput, 422),
    (TextFails, 422),
    (Refused, 422),
    (EnvironmentFault, 503),
    (TooMany, 429),
)
_log = logging.getLogger(__name__)


def status_of(error: HandslagError) -> int:
    """Return the HTTP status of an error of ours."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def sign_in_needed(request: Request, _error: Exception) -> Response:
    """Send somebody unknown to the sign-in page, also where there is nothing at the address asked for."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = f"?next={quote(wanted, safe='/')}" if request.method == "GET" and wanted != "/" else ""
    return RedirectResponse(f"/sign-in{back}", status_code=303)


def refused(request: Request, error: Exception) -> Response:
    """Answer an error of ours as a page."""
    assert isinstance(error, HandslagError)
    response = told(request, status_of(error), error)
    if isinstance(error, TooMany):
        response.headers.update(error.headers)
    return response


def http_refused(request: Request, error: Exception) -> Response:
    """Answer what the framework refuses: an unknown address exactly like a thing that is not for this reader."""
    assert isinstance(error, HTTPException)
    house = house_of(request)
    if error.status_code == 404 and signed_in(house, request, house.clock.now()) is None:
        try:
            limits_of(request).count("page", address_of(request))
        except TooMany as much:
            return refused(request, much)
        return sign_in_needed(request, error)
    return told(request, error.status_code)


def failed(request: Request, error: Exception) -> Response:
    """Answer a fault of ours without a word about its inside; the log has it whole."""
    _log.exception("request_failed", extra={"path": request.url.path}, exc_info=error)
    return told(request, 500)


def meanwhile(visit: Visit, error: CaseConflict) -> dict[str, Any]:
    """Return what people did to a case since the visitor looked at it, and where to look again."""
    number, seen = str(error.values.get("number", "")), int(error.values.get("seen", 0))
    if not number:
        return {}

    def read(tx: Tx) -> list[EntrySaid]:
        view = view_of(visit, tx, number, whole=True)
        return [entry_said(view, line) for line in history(tx, number, after=seen or view.case.revision - 1)]

    entries = [entry for entry in visit.house.store.read(read) if not entry.by_system]
    return {"entries": entries, "again": f"/cases/{number}"}


def told(request: Request, status: int, error: HandslagError | None = None) -> HTMLResponse:
    """Return the page of a refusal; the one of 404 never says what was asked for."""
    house = house_of(request)
    shown = None if status == 404 else error
    context: dict[str, Any] = {
        "status": status, "error": shown, "reason": shown.reason if shown else None, "entries": (), "again": "", "path": ""
    }  # fmt: skip
    try:
        if status == 429:  # answered without the database
            raise SignInNeeded
        visit = visit_of(request)
        if isinstance(error, CaseConflict):
            context |= meanwhile(visit, error)
    except (SignInNeeded, HandslagError):
        signed: Signed | None = getattr(request.state, "signed", None)
        asked = asked_language(request.headers.get("accept-language", ""), house.settings.language.default)
        language = signed.language if signed and signed.language in LANGUAGES else asked
        return page("refused.html", status, labels=Labels(language), **context)
    return visit.page("refused.html", status, **context)
