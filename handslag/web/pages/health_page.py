"""Workers and health: the doctor's findings with what mends them, signs of life, and how old the queues are.

Findings are in English, as `handslag doctor` prints them: they are for whoever runs the installation and quote its commands.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from engine.ports import Tx
from handslag.doctoring import QUIET, diagnose
from handslag.web.administered import administered, framed
from handslag.web.history_view import STATES
from handslag.web.visit import Visiting
from handslag.worker import STOPPED, silent_after
from storage import health_reads, outbox_reads

router = APIRouter()


class WorkerState(NamedTuple):
    """A worker. state: works, silent, stopped."""

    name: str
    seen_at: datetime
    state: str


@router.get("/administration/health")
def show(visit: Visiting) -> HTMLResponse:
    """Show how the installation is. Raises: NotFound."""
    programme, house = administered(visit), visit.house
    t = visit.labels
    limit = visit.now - silent_after(timedelta(seconds=house.settings.worker.tick_s))

    def read(tx: Tx) -> dict[str, Any]:
        return {
            "stuck": health_reads.stuck(tx, visit.now - QUIET),
            "workers": [_state(line, limit) for line in outbox_reads.workers(tx)],
            "messages": [(t(STATES.get(line.state, line.state)), line.messages) for line in outbox_reads.message_counts(tx)],
            "next_due": tx.next_due(),
        }

    # Findings of the calendar name every programme; those of others are none of this reader's business.
    mine = {p.key for p in visit.programmes.values()}
    findings = [f for f in diagnose(house) if f.what != "calendar" or f.found.partition(":")[0] in mine]
    found = house.store.read(read)
    wrong = sum(not f.ok for f in findings)
    return framed(visit, "health_page.html", "health", programme, findings=findings, wrong=wrong, **found)


def _state(line: outbox_reads.WorkerLine, limit: datetime) -> WorkerState:
    state = "stopped" if line.note == STOPPED else "silent" if line.seen_at < limit else "works"
    return WorkerState(line.name, line.seen_at, state)
