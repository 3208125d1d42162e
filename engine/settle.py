"""Settling a case: after any act, what is owed and promised is made to agree with where the case stands.

Each function here may be called at any time and does nothing where all agrees already.
"""

from __future__ import annotations

from datetime import date

from engine.calendar import Calendar
from engine.case import Deadline, Promise, Record
from engine.deadlines import close, grace_step, open_deadline, redate
from engine.declared import RecordList, Transition
from engine.draft import Draft
from engine.followups import ensure_followups, record_series, set_back
from engine.ladders import end_promise, move_series, plan
from engine.sums import started

OVERDUE_AT_TAKEOVER = "overdue at takeover"


def settle(draft: Draft) -> None:
    """Make follow-ups, record deadlines, promised moves and ladders agree with the case as it stands."""
    if draft.version.phases[draft.case.phase].ending:
        return
    ensure_followups(draft)
    _ensure_record_deadlines(draft)
    _ensure_moves(draft)
    if any(kind == "seat" for kind, _ in draft.touched):
        _replan_ladders(draft)


def _replan_ladders(draft: Draft) -> None:
    for deadline in draft.case.open_deadlines():
        if deadline.state != "submitted":
            plan(draft, deadline)


def _ensure_record_deadlines(draft: Draft) -> None:
    for declared in draft.version.records.values():
        if declared.due:
            _ensure_list(draft, declared)


def _ensure_list(draft: Draft, declared: RecordList) -> None:
    phase = draft.version.phases[draft.case.phase]
    runs = draft.case.phase in declared.during if declared.during else phase.signed
    open_ones = {d.record: d for d in draft.case.open_deadlines() if d.kind == "record" and d.rule == declared.key}
    for deadline in open_ones.values():
        _end_where_over(draft, declared, deadline, goes_on=runs or phase.stops_clocks)
    if runs:
        for record in draft.case.records_of(declared.key):
            if record.values.get(declared.due) and not _is_done(declared, record):
                _ensure_record(draft, declared, record, open_ones.get(record.no))


def _is_done(declared: RecordList, record: Record) -> bool:
    return bool(declared.done and record.values.get(declared.done))


def _end_where_over(draft: Draft, declared: RecordList, deadline: Deadline, *, goes_on: bool) -> None:
    """End what a record no longer owes: it is void, done, or its phases are over (then it may be owed again)."""
    record = draft.case.records[deadline.record]
    if record.void_on is not None:
        close(draft, deadline, "cancelled", "cancelled_item")
    elif _is_done(declared, record):
        close(draft, deadline, "met", "fulfilled")
    elif deadline.state == "open" and not record.values.get(declared.due):
        close(draft, deadline, "cancelled", "date_moved")
        set_back(draft, [deadline])
    elif not goes_on:
        close(draft, deadline, "cancelled", "left_phase")
        set_back(draft, [deadline])


def _ensure_record(draft: Draft, declared: RecordList, record: Record, current: Deadline | None) -> None:
    due = str(record.values[declared.due])
    ops = (started(date.fromisoformat(due), "record", declared.due), *grace_step(declared.grace))
    series = record_series(draft, record.no)
    if current is not None and not current.extended and current.state == "open" and current.sum[0] != ops[0]:
        redate(draft, current, ops)
    elif current is None and _may_open(draft, series, due):
        open_deadline(draft, kind="record", rule=declared.key, seat=f"record#{record.no}", ops=ops, record=record.no)
        draft.mark(series, due)


def _may_open(draft: Draft, series: str, due: str) -> bool:
    """Whether a record's deadline may open: it had none yet. What a takeover brings overdue waits for a new date."""
    mark, is_ahead = draft.case.schedule.get(series), due >= draft.day.isoformat()
    if not mark and not draft.before.revision and not is_ahead:
        draft.mark(series, OVERDUE_AT_TAKEOVER)
        return False
    return not mark or (mark == OVERDUE_AT_TAKEOVER and is_ahead)


def _ensure_moves(draft: Draft) -> None:
    """Promise every automatic move that a date will bring in this phase; move it with its date."""
    pending = {p.code: p for p in draft.case.pending(0) if p.kind == "move"}
    for transition in draft.version.transitions.values():
        day = _move_day(draft, transition)
        promise = pending.pop(transition.key, None)
        if day is None:
            if promise is not None:
                end_promise(draft, promise, "cancelled", "date_moved")
        elif promise is None:
            _promise_move(draft, transition, day)
        elif promise.on != day:
            draft.change(promise, on=day, due_at=draft.programme.calendar.opening(day))


def _move_day(draft: Draft, transition: Transition) -> date | None:
    automatic = transition.automatic
    if automatic is None or not automatic.date or draft.case.phase not in transition.sources:
        return None
    value = draft.case.facts.get(automatic.date)
    if not value:
        return None
    day = date.fromisoformat(str(value))
    day = day if automatic.offset is None else Calendar(zone="UTC").add(day, automatic.offset)
    asked = draft.case.schedule.get(move_series(transition.key), "")
    again = asked.endswith("?") and draft.case.facts != draft.before.facts
    return None if asked.rstrip("?") == day.isoformat() and not again else day


def _promise_move(draft: Draft, transition: Transition, day: date) -> None:
    draft.put(
        Promise(
            no=draft.next_no(),
            kind="move",
            seat="system",
            step=transition.key,
            entry=draft.entry_no,
            due_at=draft.programme.calendar.opening(day),
            on=day,
            code=transition.key,
        )
    )
