"""`serve`: the web, on request with the worker in the same process."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Annotated

import typer

from handslag.cli.desk import Desk
from handslag.cli.printing import note

if TYPE_CHECKING:  # it takes a second to import, and `--help` must not wait for it
    from handslag.wiring import House

DEFAULT_PORT = 8710
Port = Annotated[int, typer.Option("--port", help="Port to listen on.", min=1, max=65535)]


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option("--host", help="Address to listen on. Other machines reach 0.0.0.0.")] = "127.0.0.1",
    port: Port = DEFAULT_PORT,
    worker: Annotated[bool, typer.Option("--worker", help="Work off what is due in this process too.")] = False,
) -> None:
    """Serve the pages until told to stop. Where nobody can sign in yet, prints a one-time link to set up the first account.

    Behind a proxy that speaks https, let it pass X-Forwarded-Proto and X-Forwarded-For from this machine.
    """
    from handslag.web.pages.invitation import set_up_link
    from storage import schema

    desk = Desk(context)
    schema.check(desk.settings.database.url)
    link = set_up_link(desk.house)
    if link:
        note(f"nobody can sign in yet; open this link within a day, it works once: http://{host}:{port}{link}")
    serve_house(desk.house, host, port, worker=worker)


def serve_house(house: House, host: str, port: int, *, worker: bool) -> None:
    """Serve the pages of an installation until told to stop. worker: work off what is due in this process too."""
    import uvicorn

    from handslag.web.app import make_app

    note(f"serving http://{host}:{port}/ {'with the worker' if worker else 'without a worker'}; stop with Ctrl-C or SIGTERM")
    # After a graceful stop uvicorn raises the signal again; told to ignore it, we leave with 0 as `run` does.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _already_stopped)
    made = make_app(house, worker=worker)
    # No access log: one-time links are part of addresses.
    uvicorn.run(made, host=host, port=port, log_config=None, access_log=False, server_header=False)
    note("stopped")


def _already_stopped(_number: int, _frame: object) -> None:
    """Do nothing about a signal that uvicorn has heard and acted on."""


def register(app: typer.Typer) -> None:
    """Add the command to an application."""
    app.command()(serve)


app = typer.Typer(rich_markup_mode=None)
register(app)
