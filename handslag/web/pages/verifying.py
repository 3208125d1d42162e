"""Verifying every history of a programme from a page, some thousand entries at a time, so that no request takes long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from engine.chain import Break
from engine.ports import Tx
from handslag.verifying import CASES_AT_ONCE, ENTRIES_AT_ONCE, case_breaks, within
from handslag.web.pages.audit import auditable
from handslag.web.pages.entry import BREAKS
from handslag.web.visit import Form, Posted, Visit, Visiting
from storage.audit_reads import chains_of

MOST_TOLD = 50
router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a verification came. after: id of the last case; told: number, entry and code of what is broken."""

    after: int = 0
    cases: int = 0
    entries: int = 0
    broken: int = 0
    told: Sequence[tuple[str, int, str]] = ()
    done: bool = False


@router.get("/audit/verify")
def show(visit: Visiting) -> HTMLResponse:
    """Show what verifying means, with the button that begins. Raises: NotFound."""
    return _page(visit, None)


@router.post("/audit/verify")
def go_on(visit: Visiting, form: Form) -> HTMLResponse:
    """Verify the next cases. What was found so far comes with the form: a link cannot claim it. Raises: NotFound."""
    programme = auditable(visit)
    so_far = _so_far(form)
    lines = visit.house.store.read(lambda tx: chains_of(tx, programme.key, after=so_far.after, limit=CASES_AT_ONCE))
    taken, entries = within(lines, ENTRIES_AT_ONCE)
    found: list[Break] = []
    for line in taken:

        def ask(tx: Tx, case: int = line.id) -> list[Break]:
            return case_breaks(tx, case)

        found += visit.house.store.read(ask)
    return _page(
        visit,
        Progress(
            after=taken[-1].id if taken else so_far.after,
            cases=so_far.cases + len(taken),
            entries=so_far.entries + entries,
            broken=so_far.broken + len({b.case for b in found}),
            told=[*so_far.told, *((b.case, b.entry, b.code) for b in found)][:MOST_TOLD],
            done=len(taken) == len(lines) < CASES_AT_ONCE,
        ),
    )


def _so_far(form: Posted) -> Progress:
    told = []
    for text in form.all("told")[:MOST_TOLD]:
        case, _, rest = text.partition("/")
        entry, _, code = rest.partition("/")
        if entry.isascii() and entry.isdigit() and len(entry) < 9 and code in BREAKS:
            told.append((case[:40], int(entry), code))
    number = form.number
    return Progress(after=number("after"), cases=number("cases"), entries=number("entries"), broken=number("broken"), told=told)


def _page(visit: Visit, progress: Progress | None) -> HTMLResponse:
    programme = auditable(visit)
    return visit.page("verifying.html", zone=programme.calendar.zone, programme=programme, progress=progress, breaks=BREAKS)
