"""Deadlines and promises as rows of tables, from the lines that storage answers."""

from __future__ import annotations

from handslag.cli.case_view import CaseView
from storage.due_reads import DeadlineLine, PromiseLine

UNLESS_UNDONE = "unless undone"
KINDS = {"move": "automatic move", "escalation": "task", "mail": "mail"}


def promise_row(view: CaseView, line: PromiseLine, held: int = 0) -> tuple[object, ...]:
    """Return a promise as a row: no, kind, what, about, to, when, state, ended, why. held: entry that can still be undone."""
    about = view.case.deadlines.get(line.about)
    again = f" (again for {line.resend_of})" if line.resend_of else ""
    why = view.why(line.why) if line.why and line.why != line.state else ""
    trouble = f"pushed ahead: {line.trouble}" if line.trouble else ""
    return (
        line.no,
        KINDS.get(line.kind, line.kind),
        f"{line.code or line.task or line.step}{again}",
        view.owed(about) if about else "",
        view.seat(line.seat),
        view.at(line.due_at),
        line.state,
        view.at(line.ended_at),
        trouble or why or (UNLESS_UNDONE if line.state == "queued" and line.entry == held else ""),
    )


def deadline_row(view: CaseView, line: DeadlineLine) -> tuple[object, ...]:
    """Return a deadline as a row: no, what, by, due, state, ended, why."""
    state = f"{line.state}{', missed' if line.missed_at else ''}{', escalated' if line.escalated_on else ''}"
    why = view.why(line.why) if line.state == "cancelled" else line.trouble
    what = view.rule(line.kind, line.rule, line.record, line.occurrence)
    return line.no, what, view.seat(line.seat), line.due_on, state, line.ended_on, why
