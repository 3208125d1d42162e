"""`run`: the worker."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.errors import EnvironmentFault
from handslag.cli.desk import Desk
from handslag.cli.given import bad
from handslag.cli.printing import note, print_json, say

app = typer.Typer(rich_markup_mode=None)


@app.command()
def run(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Work off what is due now, and leave.")] = False,
) -> None:
    """Work off what is due until told to stop: mark what was missed, fire promises, send mails.

    SIGTERM finishes the row in hand and leaves with 0. Killing it loses nothing: the truth lies in the database.
    """
    import asyncio

    from handslag.worker import work_once

    desk = Desk(context)
    _ready(desk)
    if once:
        done = work_once(desk.at_now())
        if desk.as_json:
            print_json(done)
        else:
            say(f"missed {done.missed}, fired {done.fired}, mailed {done.mailed}, failed {done.failed}")
        return
    if desk.given_now:
        raise bad("--now", "a clock that stands still goes with --once only")
    asyncio.run(_until_stopped(desk))
    note("stopped")


async def _until_stopped(desk: Desk) -> None:
    """Work, and say so once the worker listens to signals."""
    import asyncio

    from handslag.worker import work

    working = asyncio.create_task(work(desk.house))
    await asyncio.sleep(0)
    note("working; stop with Ctrl-C or SIGTERM")
    await working


def _ready(desk: Desk) -> None:
    from handslag.worker import require_approval
    from storage import schema

    schema.check(desk.settings.database.url)
    try:
        require_approval(desk.house)
    except EnvironmentFault as fault:
        note(f"{fault.sentence}; mails wait until then: handslag send approve --as PERSON")
