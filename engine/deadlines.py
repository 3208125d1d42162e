"""Opening, moving and closing things owed; the sum of every date is made here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from engine.case import Deadline
from engine.declared import Task, Version
from engine.draft import Draft
from engine.ladders import end_promises, plan
from engine.seats import active_seats, expand
from engine.sums import Step, Sum, due_of, last_of, reckon, started
from engine.terms import Term

REVIEW = "review"  # the task of whoever accepts or returns what was submitted


def term_step(term: Term) -> Step:
    """Return the step that adds a term."""
    return {"op": "add", "term": str(term)}


def grace_step(term: Term | None) -> tuple[Step, ...]:
    """Return the grace step of a term, none for no grace."""
    return ({"op": "grace", "term": str(term)},) if term is not None and term.count else ()


def open_deadline(
    draft: Draft, *, kind: str, rule: str, seat: str, ops: Iterable[Step], occurrence: str = "", record: int = 0
) -> Deadline:
    """Open a deadline and plan its ladder. ops: the steps of its sum, first a start."""
    steps = _reckon(draft, tuple(ops))
    deadline = Deadline(
        no=draft.next_no(),
        kind=kind,
        rule=rule,
        seat=seat,
        opened_on=draft.day,
        occurrence=occurrence,
        record=record,
        **_dates(draft, steps),
    )
    draft.put(deadline)
    plan(draft, deadline)
    return deadline


def redate(draft: Draft, deadline: Deadline, ops: Iterable[Step] | None = None, **values: Any) -> Deadline:
    """Reckon a deadline again (with other steps, waits or calendar) and move its promises where the date has changed."""
    steps = _reckon(draft, deadline.sum if ops is None else tuple(ops))
    fresh = _dates(draft, steps)
    if deadline.missed_at is not None and fresh["last_on"] <= deadline.last_on:
        fresh["overdue_at"] = deadline.overdue_at
    elif deadline.missed_at is not None:
        values = {"missed_at": None, **values}
    if deadline.state == "submitted":  # it is in the reviewer's hands: nobody is reminded, and it cannot be missed
        return draft.change(deadline, **{**fresh, "overdue_at": None}, **values)
    changed = draft.change(deadline, **fresh, **values)
    plan(draft, changed)
    return changed


def _reckon(draft: Draft, ops: Sum) -> Sum:
    return reckon(ops, draft.programme.calendar, tuple(draft.case.waits.values()))


def _dates(draft: Draft, steps: Sum) -> dict[str, Any]:
    last = last_of(steps)
    overdue_at = draft.programme.calendar.instant(last + timedelta(days=1))
    return {"due_on": due_of(steps), "last_on": last, "overdue_at": overdue_at, "sum": steps}


def close(draft: Draft, deadline: Deadline, state: str, why: str, *, promises: str = "cancelled") -> Deadline:
    """End a deadline as `met` or `cancelled`, and its pending promises with it (as `cancelled` or `skipped`)."""
    closed = draft.change(deadline, state=state, why=why, ended_on=draft.day, overdue_at=None)
    end_promises(draft, closed, promises, why)
    if deadline.state == "submitted" and state == "cancelled":
        _end_review(draft, closed, why)
    if state == "met" and closed.kind == "task":
        _mark_record(draft, closed)
    return closed


def _end_review(draft: Draft, deadline: Deadline, why: str) -> None:
    for task in draft.case.open_deadlines():
        if task.kind == "task" and task.rule == REVIEW and task.occurrence == f"#{deadline.no}":
            close(draft, task, "cancelled", why)


def _mark_record(draft: Draft, deadline: Deadline) -> None:
    field = draft.version.tasks[deadline.rule].marks
    if field and deadline.record:
        record = draft.case.records[deadline.record]
        draft.change(record, values={**record.values, field: draft.day.isoformat()})


def open_phase_deadline(draft: Draft) -> Deadline | None:
    """Open the deadline of the phase just entered; None where the phase is open-ended."""
    phase = draft.version.phases[draft.case.phase]
    until = draft.case.facts.get(phase.until) if phase.until else None
    if until:
        ops: tuple[Step, ...] = (started(_day(until), "fact", phase.until),)
    elif phase.stay is not None:
        ops = (started(draft.day, "phase", phase.key), term_step(phase.stay))
    else:
        return None
    return open_deadline(draft, kind="phase", rule=phase.key, seat=phase.owner, ops=(*ops, *grace_step(phase.grace)))


def open_task(draft: Draft, key: str, *, about: Deadline | None = None, record: int = 0, owner: str = "") -> None:
    """Open a declared task: once, or once for each seat or record it is meant for.

    Without `within` it is due with the phase's own deadline; what is open already for the same owner and record stays.
    """
    task = draft.version.tasks[key]
    for seat, of_record in _task_owners(draft, task, owner, record):
        if not any(_same_task(d, key, seat, of_record, about) for d in draft.case.open_deadlines()):
            occurrence = f"#{about.no}" if about else ""
            open_deadline(
                draft,
                kind="task",
                rule=key,
                seat=seat,
                ops=_task_ops(draft, task),
                occurrence=occurrence,
                record=of_record,
            )


def _same_task(deadline: Deadline, key: str, seat: str, record: int, about: Deadline | None) -> bool:
    same = (deadline.kind, deadline.rule, deadline.seat, deadline.record) == ("task", key, seat, record)
    return same and deadline.occurrence == (f"#{about.no}" if about else "")


def _task_owners(draft: Draft, task: Task, owner: str, record: int) -> list[tuple[str, int]]:
    kind, _, names = task.for_each.partition(":")
    if kind == "seats":
        seats = (s for role in names.split(",") for s in active_seats(draft.case, role.strip(), draft.today))
        return [(seat.key, 0) for seat in seats]
    if kind == "records":
        return [(f"record#{r.no}", r.no) for r in draft.case.records_of(names)]
    return [(seat, record) for seat in expand(draft, owner or task.owner)[:1]]


def _task_ops(draft: Draft, task: Task) -> tuple[Step, ...]:
    if task.within is not None:
        return (started(draft.day, "task", task.key), term_step(task.within))
    for deadline in draft.case.open_deadlines():
        if deadline.kind == "phase" and deadline.rule == draft.case.phase:
            return tuple(step for step in deadline.sum if step["op"] != "grace")
    return (started(draft.day, "task", task.key),)


def end_of_phase(draft: Draft, version: Version, *, met: bool) -> None:
    """Close what belongs to the phase being left: its own deadline and the tasks it opened."""
    phase = version.phases[draft.case.phase]
    for deadline in draft.case.open_deadlines():
        own = deadline.kind == "phase" and deadline.rule == phase.key
        if own and met:
            close(draft, deadline, "met", "fulfilled")
        elif own or (deadline.kind == "task" and deadline.rule in phase.tasks):
            close(draft, deadline, "cancelled", "left_phase")


def _day(value: object) -> date:
    return date.fromisoformat(str(value))
