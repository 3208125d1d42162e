"""Signs of life for whoever watches over the server: alive, and ready to answer."""

from __future__ import annotations

import secrets

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from engine.errors import EnvironmentFault, NotFound
from handslag.web.metrics import KIND, Figures
from handslag.web.visit import house_of
from storage import schema

router = APIRouter()


@router.get("/healthz")
def healthz() -> PlainTextResponse:
    """Say that the process answers."""
    return PlainTextResponse("ok")


@router.get("/readyz")
def readyz(request: Request) -> PlainTextResponse:
    """Say whether the database answers and stands at our schema; what is wrong `handslag doctor` says, not this."""
    try:
        schema.check(house_of(request).settings.database.url)
    except EnvironmentFault:
        return PlainTextResponse("not ready", status_code=503)
    return PlainTextResponse("ready")


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Answer figures to whoever knows the secret of the settings; without one there is no such page. Raises: NotFound."""
    secret = house_of(request).settings.web.metrics_secret.get_secret_value()
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not secret or not secrets.compare_digest(given.encode("utf-8", "replace"), secret.encode()):
        raise NotFound("there is no such page")
    figures: Figures = request.app.state.figures
    return Response(figures.text(), media_type=KIND)
