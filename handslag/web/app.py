"""The application: plugs pages, checks and the worker together. `make_app(house)` is what the server and the tests call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException

from engine.errors import HandslagError
from handslag.web import refusals, static_files
from handslag.web.api.mounting import PATH, make_api
from handslag.web.limiting import Limits, limit_page
from handslag.web.metrics import Figures
from handslag.web.openid import require_library
from handslag.web.pages import PAGES, health
from handslag.web.security import FORM_LIMIT, SafeHeaders, SameOrigin
from handslag.web.visit import SignInNeeded
from handslag.web.watching import Watched
from handslag.web.working import WebWorker
from handslag.wiring import House

NOTHING_TOLD: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}


def make_app(house: House, *, worker: bool = False) -> FastAPI:
    """Return the application of an installation. worker: work off what is due in the same process."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        working = WebWorker(house) if worker else None
        task = asyncio.create_task(working.run()) if working else None
        yield
        if working and task:
            working.stop()
            await task

    app = FastAPI(
        title="Handslag",
        telemetry=NOTHING_TOLD,
        max_body_size=FORM_LIMIT,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    app.state.house = house
    app.state.figures = figures = Figures(house)
    app.state.limits = limits = Limits(house.settings.web)
    if house.settings.sign_in.oidc.issuer:
        require_library()
    for router in (static_files.router, health.router):
        app.include_router(router)
    for router in PAGES:
        app.include_router(router, dependencies=[Depends(limit_page)])
    api = make_api(house)
    api.state.limits = limits
    app.mount(PATH, api)
    app.add_exception_handler(SignInNeeded, refusals.sign_in_needed)
    app.add_exception_handler(HandslagError, refusals.refused)
    app.add_exception_handler(HTTPException, refusals.http_refused)
    app.add_exception_handler(Exception, refusals.failed)
    for middleware in (SameOrigin, SafeHeaders):  # the last one added is the outermost
        app.add_middleware(middleware)
    app.add_middleware(Watched, figures=figures)
    return app
