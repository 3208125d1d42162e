"""Promises of a deadline: its ladder planned, moved, ended. The only file that plans and ends promises about deadlines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from engine.case import Deadline, Promise
from engine.declared import Rung
from engine.draft import Draft
from engine.rules import rule_of
from engine.seats import expand, side_of

SILENT = " !"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What one rung wants of one seat: a mail, or an escalation (which enters the manager's list and may open a task)."""

    rung: Rung
    seat: str
    kind: str
    on: date
    due_at: datetime

    @property
    def step(self) -> str:
        """The name of the promise's step: the rung, marked where it is the silent half of an escalation."""
        return self.rung.key if self.kind == "mail" else f"{self.rung.key}{SILENT}"


def rung_day(draft: Draft, deadline: Deadline, rung: Rung) -> date:
    """Return the day of a rung: up to the due date counted from it and rolled back, later ones from the end of grace."""
    calendar = draft.programme.calendar
    if rung.at.count <= 0:
        return calendar.roll_back(calendar.add(deadline.due_on, rung.at))
    return calendar.roll_forward(calendar.add(deadline.last_on, rung.at))


def leaving(draft: Draft, seat: str, on: date, *, urgent: bool) -> datetime:
    """Return when a promise dated `on` falls due: at the opening of sending hours, for companies on an allowed day."""
    calendar = draft.programme.calendar
    if side_of(draft, seat) == "municipality":
        return calendar.opening(on)
    return calendar.opening(calendar.company_day(on, quiet_applies=not urgent))


def _wanted(draft: Draft, deadline: Deadline) -> Iterator[Planned]:
    for rung in rule_of(draft.version, deadline).ladder:
        on = rung_day(draft, deadline, rung)
        if rung.mail:
            urgent = draft.version.mails[rung.mail].urgent
            for seat in dict.fromkeys(seat for spec in rung.to for seat in expand(draft, spec, deadline)):
                yield Planned(rung=rung, seat=seat, kind="mail", on=on, due_at=leaving(draft, seat, on, urgent=urgent))
        if rung.escalates or rung.task:
            seat = "manager" if rung.escalates else draft.version.tasks[rung.task].owner
            opening = draft.programme.calendar.opening(on)
            yield Planned(rung=rung, seat=seat, kind="escalation", on=on, due_at=opening)


def plan(draft: Draft, deadline: Deadline) -> None:
    """Make the promises of an open deadline what its ladder wants now; says nothing of ended ones.

    1. wanted and missing: planned, or `skipped: born_past` where its time has passed already;
    2. wanted and planned: moved where its day has changed, `skipped: born_past` where that has passed already;
    3. pending and no longer wanted (its seat was given up): cancelled.
    """
    known = {(p.step, p.seat): p for p in _of_ladder(draft, deadline)}
    wanted = {(w.step, w.seat): w for w in _wanted(draft, deadline)}
    for key, want in wanted.items():
        if key not in known:
            _promise(draft, deadline, want)
        elif known[key].state == "planned":
            _move(draft, known[key], want)
    for key, promise in known.items():
        if key not in wanted and promise.is_pending:
            end_promise(draft, promise, "cancelled", "seat_changed")


def _of_ladder(draft: Draft, deadline: Deadline) -> Iterator[Promise]:
    """Yield the promises of the ladder's present round; mails caused by acts, copies and resends are not its business.

    Where an undo has promised a rung anew, only its latest promise counts.
    """
    steps = {key for rung in rule_of(draft.version, deadline).ladder for key in (rung.key, f"{rung.key}{SILENT}")}
    for promise in standing(draft, deadline):
        is_copy = promise.resend_of or promise.seat.startswith("copy:")
        if promise.step in steps and not is_copy:
            yield promise


def standing(draft: Draft, deadline: Deadline) -> tuple[Promise, ...]:
    """Return the promises of a deadline's present round, without those that an undo has promised anew."""
    latest: dict[tuple[str, str, int], Promise] = {}
    for promise in draft.case.promises.values():
        if promise.about == deadline.no and promise.round >= deadline.round:
            key = (promise.step, promise.seat, promise.resend_of)
            if key not in latest or latest[key].round < promise.round:
                latest[key] = promise
    return tuple(latest.values())


def next_round(draft: Draft, about: int) -> int:
    """Return a round that no promise about a deadline (0: about moves) has had."""
    return 1 + max((p.round for p in draft.case.promises.values() if p.about == about), default=0)


def _promise(draft: Draft, deadline: Deadline, want: Planned) -> None:
    past = want.due_at < draft.now
    draft.put(
        Promise(
            no=draft.next_no(),
            kind=want.kind,
            seat=want.seat,
            step=want.step,
            entry=draft.entry_no,
            due_at=want.due_at,
            on=want.on,
            about=deadline.no,
            code=want.rung.mail if want.kind == "mail" else "",
            task=want.rung.task if want.kind == "escalation" else "",
            round=deadline.round,
            state="skipped" if past else "planned",
            why="born_past" if past else "",
            ended_at=draft.now if past else None,
        )
    )


def _move(draft: Draft, promise: Promise, want: Planned) -> None:
    """Move a planned promise with its date; it stays held, and what is already waiting for an allowed hour goes on waiting."""
    due_at = max(want.due_at, promise.held_until or want.due_at)
    if promise.on != want.on:
        moved = draft.change(promise, on=want.on, due_at=due_at)
        if due_at < draft.now:
            end_promise(draft, moved, "skipped", "born_past")
    elif due_at > draft.now:
        draft.change(promise, due_at=due_at)


def end_promise(draft: Draft, promise: Promise, state: str, why: str) -> None:
    """End a pending promise, unless its mail is in a sender's hands: then it will leave and end as sent."""
    if promise.is_pending and promise.message not in draft.claimed:
        draft.change(promise, state=state, why=why, ended_at=draft.now, held_until=None)
        if promise.message:
            draft.recall(promise)


def move_series(transition: str) -> str:
    """Return the name under which a case remembers for which day an automatic move was asked for and did not happen."""
    return f"move {transition}"


def end_move(draft: Draft, promise: Promise, state: str, why: str) -> None:
    """End a promised move that will not be made: it is not promised again for the same day, unless facts change (`?`) that
    its guards may look at.
    """
    end_promise(draft, promise, state, why)
    draft.mark(move_series(promise.code), f"{promise.on.isoformat()}{'?' if state == 'skipped' else ''}")


def end_promises(draft: Draft, deadline: Deadline, state: str, why: str) -> None:
    """End every pending promise of a deadline."""
    for promise in draft.case.pending(deadline.no):
        end_promise(draft, promise, state, why)
