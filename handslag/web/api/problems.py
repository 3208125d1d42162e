"""Refusals as `application/problem+json` (RFC 9457): a code, a sentence in the person's language, and all that is known."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import Field
from starlette.exceptions import HTTPException

from engine.errors import BadInput, Fault, GuardsUnmet, HandslagError, PlanChanged, Reason
from handslag.web import refusals
from handslag.web.api.errors import KeyReused, Stale, Unauthenticated
from handslag.web.api.shapes import Shown
from handslag.web.fields import fault_said
from handslag.web.labels import Labels
from handslag.web.limiting import TooMany
from handslag.web.moves_view import Condition
from handslag.web.rendering import asked_language
from handslag.web.visit import house_of
from notifications.dates import LANGUAGES

PROBLEM = "application/problem+json"
HELP = "/api#"
_log = logging.getLogger(__name__)


class FaultShown(Shown):
    """One fault of what was given."""

    place: str = Field(description="Where it stands.", examples=["score"])
    code: str = Field(description="What kind of fault.", examples=["value"])
    sentence: str = Field(description="For a person, in the person's language.", examples=["Write a number."])
    wanted: str = Field(description="What would have been right, in English.", examples=["'many' is not a number"])


class Who(Shown):
    """A role that can change something, with the people who hold it."""

    role: str
    names: list[str]


class Unmet(Shown):
    """A guard that says no."""

    guard: str = Field(description="Name of the guard.", examples=["registration_noted"])
    code: str = Field(description="Reason code.")
    values: dict[str, Any] = Field(description="What stands there now, and what is wanted.")
    sentence: str = Field(description="What is missing, in the person's language.")
    who: list[Who] = Field(description="Who can change it.")


class Meanwhile(Shown):
    """What somebody did to a case since it was looked at."""

    no: int
    kind: str
    by: str
    at: str


class Problem(Shown):
    """Why a call was refused; nothing was changed."""

    type: str = Field(description="Where the code is explained.", examples=["/api#bad_input"])
    title: str = Field(examples=["Unprocessable Content"])
    status: int = Field(examples=[422])
    code: str = Field(description="Stable code of the refusal.", examples=["bad_input"])
    detail: str = Field(description="A sentence in the person's language.")
    faults: list[FaultShown] = Field([], description="Every fault of what was given, at once.")
    unmet: list[Unmet] = Field([], description="Every guard that says no.")
    meanwhile: list[Meanwhile] = Field([], description="What was done since the revision named in If-Match.")
    digest: str = Field("", description="Digest of the plan as it is now, where another one was confirmed.")


STATUS_CODES = {400: "bad_request", 401: "unauthenticated", 404: "not_found", 405: "method_not_allowed", 413: "too_large",
                415: "media_type", 422: "bad_input", 429: "too_many"}  # fmt: skip
STATUS: tuple[tuple[type[HandslagError], int], ...] = ((Unauthenticated, 401), (Stale, 412), (KeyReused, 422))


def refused(request: Request, error: Exception) -> Response:
    """Answer an error of ours."""
    assert isinstance(error, HandslagError)
    status = next((status for kind, status in STATUS if isinstance(error, kind)), 0) or refusals.status_of(error)
    code = "not_found" if status == 404 else error.code
    more: dict[str, Any] = {}
    if isinstance(error, BadInput):
        more["faults"] = list(_faults(labels_of(request), error.faults))
    if isinstance(error, GuardsUnmet):
        more["unmet"] = unmet_of(error)
    if isinstance(error, Stale):
        more["meanwhile"] = error.values.get("meanwhile", [])
    if isinstance(error, PlanChanged):
        more["digest"] = error.values.get("digest", "")
    response = answer(request, status, code, {} if status == 404 else error.values, **more)
    if isinstance(error, TooMany):
        response.headers.update(error.headers)
    return response


def unmet_of(error: GuardsUnmet) -> list[Unmet]:
    """Return what the guards of a refused move say. The conditions were put into words where the case was known."""
    said: Sequence[Condition] = error.values.get("conditions", ())
    pairs = zip(error.blocks, said, strict=False)
    return [unmet(answer.name, answer.code, answer.values or {}, condition) for answer, condition in pairs]


def unmet(guard: str, code: str, values: Mapping[str, Any], condition: Condition) -> Unmet:
    """Return a guard that says no."""
    who = [Who(role=holder.role, names=list(holder.names)) for holder in condition.who]
    return Unmet(guard=guard, code=code, values=dict(values), sentence=condition.says, who=who)


def _faults(t: Labels, faults: Sequence[Fault]) -> Iterator[FaultShown]:
    for fault in faults:
        yield FaultShown(place=fault.place, code=fault.code, sentence=fault_said(t, fault), wanted=fault.sentence)


def invalid(request: Request, error: Exception) -> Response:
    """Answer input that has not the declared shape, every fault with its place."""
    assert isinstance(error, RequestValidationError)
    t = labels_of(request)
    found = []
    for fault in error.errors():
        where, *rest = (str(part) for part in fault["loc"])
        place = ".".join(rest if where == "body" and rest else (where, *rest))
        code = "missing" if fault["type"] == "missing" else fault["type"]
        said = fault_said(t, Fault(place=place, code=code, sentence=""))
        found.append(FaultShown(place=place, code=code, sentence=said, wanted=fault["msg"]))
    return answer(request, 422, BadInput.code, {}, faults=found)


def http_refused(request: Request, error: Exception) -> Response:
    """Answer what the framework refuses."""
    assert isinstance(error, HTTPException)
    code = STATUS_CODES.get(error.status_code, "error")
    response = answer(request, error.status_code, code, {})
    response.headers.update(error.headers or {})
    return response


def failed(request: Request, error: Exception) -> Response:
    """Answer a fault of ours without a word about its inside; the log has it whole."""
    _log.exception("request_failed", extra={"path": request.url.path}, exc_info=error)
    return answer(request, 500, "error", {})


def answer(request: Request, status: int, code: str, values: Mapping[str, Any], **more: Any) -> Response:
    """Return a problem."""
    t = labels_of(request)
    said = t.words.sentence(Reason(code=code, values=values), t.language)
    title = HTTPStatus(status).phrase
    problem = Problem(type=f"{HELP}{code}", title=title, status=status, code=code, detail=said, **more)
    # Not by pydantic: what was given may hold half a character, which is told all the same.
    body = json.dumps(problem.model_dump(exclude_defaults=True), ensure_ascii=False, default=str).encode("utf-8", "replace")
    headers = {"www-authenticate": "Bearer"} if status == 401 else None
    return Response(body, status, headers, media_type=PROBLEM)


def labels_of(request: Request) -> Labels:
    """Return the words of the person's language, or of the language asked for where nobody is known."""
    known = str(getattr(request.state, "language", ""))
    default = house_of(request).settings.language.default
    return Labels(known if known in LANGUAGES else asked_language(request.headers.get("accept-language", ""), default))
