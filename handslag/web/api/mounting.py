"""The application of the API, mounted at /api/v1: its routers, its refusals, its description."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException

from engine.errors import HandslagError
from handslag.web.api import (
    cases,
    companies,
    deadlines,
    documents,
    facts,
    history,
    messages,
    moves,
    people,
    problems,
    programmes,
    promises,
    searching,
    workflows,
)
from handslag.web.api.limited import LimitedBody
from handslag.web.api.problems import PROBLEM, Problem
from handslag.web.security import UPLOAD_LIMIT
from handslag.wiring import House

PATH = "/api/v1"
NOTHING_TOLD: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
RESOURCES = (
    programmes,
    searching,
    cases,
    moves,
    deadlines,
    promises,
    facts,
    people,
    documents,
    history,
    messages,
    companies,
    workflows,
)
REFUSALS = {
    400: "The body is no JSON.",
    401: "No token, or one that opens nothing.",
    403: "The person, or the token, may not do this.",
    404: "There is no such thing, or it is not for this person.",
    409: "Somebody else was faster, or the plan is not the confirmed one.",
    412: "The case has passed the revision named in If-Match.",
    413: "The body is too large.",
    422: "What was given has faults, or a rule of the method says no.",
    429: "Too much was asked; Retry-After says when to come back.",
    503: "The surroundings are not right, the database above all.",
}
ABOUT = """\
Everything that the pages do, as JSON, through the same use cases and with the same refusals.

* A call carries a token: `Authorization: Bearer hs_…`. What its person may do, it may do; a reading token changes nothing.
* A change can be looked at first (`?dry_run=true`) and then be confirmed by its digest (`?confirm=…`).
* `If-Match` with the ETag of a case does a change only if nobody has written to it since. `Idempotency-Key` does it once.
* Lists come in pages; hand `next` back as `?next=…`.
* A refusal is `application/problem+json` with a code, a sentence in the person's language, every fault, every unmet guard.
"""


def describe() -> dict[str, Any]:
    """Return the OpenAPI description."""
    return make_api(None).openapi()


def make_api(house: House | None) -> FastAPI:
    """Return the application of the API. house: None only for describing it."""
    api = FastAPI(
        title="Handslag",
        version="1",
        description=ABOUT,
        telemetry=NOTHING_TOLD,
        max_body_size=UPLOAD_LIMIT + UPLOAD_LIMIT,  # never met: LimitedBody refuses before, as a problem
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        separate_input_output_schemas=False,
        responses=dict(_declared()),
    )
    api.state.house = house
    for module in RESOURCES:
        api.include_router(module.router)
    api.add_exception_handler(HandslagError, problems.refused)
    api.add_exception_handler(RequestValidationError, problems.invalid)
    api.add_exception_handler(HTTPException, problems.http_refused)
    api.add_exception_handler(Exception, problems.failed)
    api.add_middleware(LimitedBody)
    _describe(api)
    return api


def _declared() -> dict[int | str, dict[str, Any]]:
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": said, "content": content} for status, said in REFUSALS.items()}


def _describe(api: FastAPI) -> None:
    """Let the description know the shape of a problem, which no call answers by itself."""
    made = api.openapi

    def openapi() -> dict[str, Any]:
        if api.openapi_schema is None:
            schemas = made().setdefault("components", {}).setdefault("schemas", {})
            told = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= told.pop("$defs", {})
            schemas["Problem"] = told
        return api.openapi_schema or {}

    api.openapi = openapi  # type: ignore[method-assign]
