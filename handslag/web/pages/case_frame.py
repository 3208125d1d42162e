"""The frame of every page of a case: its head with number, company, the line of phases, and the tabs."""

from __future__ import annotations

from typing import Any

from fastapi.responses import HTMLResponse

from handslag.web.case_view import CaseView
from handslag.web.stepper import steps


def case_page(view: CaseView, template: str, status: int = 200, /, **context: Any) -> HTMLResponse:
    """Return a page of a case, with its head."""
    done = view.visit.request.query_params.get("done", "")
    outcome = view.version.outcomes.get(view.case.outcome, {})
    return view.visit.page(
        template,
        status,
        zone=view.zone,
        view=view,
        case=view.case,
        steps=steps(view),
        outcome=view.text(outcome) if outcome else view.case.outcome,
        done=done if done.isdigit() else "",
        **context,
    )
