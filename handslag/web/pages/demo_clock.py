"""Moving the clock of a demonstration on from its pages; every other installation has no such address."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter
from fastapi.responses import Response

from engine.errors import NotFound
from handslag.clock import DemoClock
from handslag.demo.reopening import keep_clock
from handslag.web import sessions
from handslag.web.visit import Form, Visiting, see_other
from handslag.worker import fire_all

MOST_DAYS = 31
router = APIRouter()


@router.post("/demo/clock")
def move(visit: Visiting, form: Form) -> Response:
    """Let some days pass, working off what falls due on each as a worker would; mails leave at the next tick.

    Raises: NotFound where the clock is real.
    """
    clock, days = visit.house.clock, form.number("days")
    if not isinstance(clock, DemoClock):
        raise NotFound("there is no such page")
    for _ in range(min(max(days, 1), MOST_DAYS)):
        clock.advance(timedelta(days=1))
        fire_all(visit.house, clock.now())
    keep_clock(visit.house)
    response = see_other("/today")
    # The session has aged with everything else; whoever moved the clock stays signed in.
    sessions.sign_in(visit.house, visit.request, response, visit.signed.account, clock.now())
    return response
