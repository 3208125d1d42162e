"""One thing owed on one screen, with the sum that led to its date."""

from __future__ import annotations

from collections.abc import Sequence

from engine.case import Deadline
from engine.errors import NotFound
from handslag.cli.case_view import CaseView
from handslag.cli.owed_told import promise_row
from handslag.cli.printing import pairs, say, table
from handslag.cli.sums_told import brief_sum, explain
from notifications.dates import long_date
from storage.due_reads import PromiseLine


def deadline_of(view: CaseView, no: int) -> Deadline:
    """Return a deadline by its number. Raises: NotFound."""
    deadline = view.case.deadlines.get(no)
    if deadline is None:
        number = view.case.number
        raise NotFound(f"case {number}: nothing is owed under {no}; list: handslag deadline list {number}", no=no)
    return deadline


def show_deadline(view: CaseView, deadline: Deadline, promised: Sequence[PromiseLine], *, explained: bool) -> None:
    """Print a deadline for people."""
    ended = f"{deadline.ended_on}{f', {view.why(deadline.why)}' if deadline.why else ''}" if deadline.ended_on else ""
    pairs(
        (
            ("owed", f"{deadline.no}  {view.owed(deadline)}"),
            ("case", f"{view.case.number}  {view.case.title}"),
            ("by", view.seat(deadline.seat)),
            ("due", f"{long_date(deadline.due_on, view.language)} ({deadline.due_on})"),
            ("last day", deadline.last_on if deadline.last_on != deadline.due_on else ""),
            ("state", deadline.state),
            ("missed", view.at(deadline.missed_at)),
            ("escalated", deadline.escalated_on),
            ("submitted", deadline.submitted_on),
            ("questions", deadline.questions),
            ("ended", ended),
            ("sum", "" if explained else brief_sum(deadline.sum)),
        )
    )
    if explained:
        say("", "how the date came about:", *(f"  {line}" for line in explain(deadline.sum, view.language, view.title)))
    if promised:
        say("", "promised about it:")
        titles = ("no", "kind", "what", "about", "to", "when", "state", "ended", "why")
        table(titles, [promise_row(view, line) for line in promised])
