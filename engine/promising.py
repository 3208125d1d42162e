"""Acts on promises: suppress, hold, resend; firing what is due; and what became of a message."""

from __future__ import annotations

from dataclasses import replace

from engine.acts import Delivered, Fire, Hold, Resend, SkipRestored, Suppress
from engine.case import Deadline, Promise
from engine.deadlines import open_task
from engine.draft import Decision, Draft
from engine.errors import BadInput, Fault, NotFound, Reason, Refused
from engine.ladders import end_move, end_promise, standing
from engine.letters import Recipient
from engine.mailing import queue_again, queue_reminder
from engine.policy import require
from engine.seats import holder, side_of
from engine.settle import settle


def _pending(draft: Draft, no: int) -> Promise:
    promise = draft.case.promises.get(no)
    if promise is None or not promise.is_pending:
        raise NotFound(f"case {draft.case.number}: no pending promise {no}", no=no)
    if promise.message in draft.claimed:
        raise Refused(f"promise {no} is being sent right now", code="being_sent")
    return promise


def suppress(draft: Draft, act: Suppress) -> Decision:
    """Take a pending promise back; history keeps who and why. Raises: NotPermitted, NotFound, Refused, BadInput."""
    require(draft.call.actor, "promise")
    if not act.reason.strip():
        raise BadInput([Fault(place="reason", code="missing", sentence="suppressing needs a reason")], what="the suppression")
    promise = _pending(draft, act.promise)
    end = end_move if promise.kind == "move" else end_promise
    end(draft, promise, "suppressed", "suppressed_by")
    return draft.finish("promise_suppressed", reason=act.reason, cause=f"promise {promise.no} {promise.step}")


def skip_restored(draft: Draft, act: SkipRestored) -> Decision:
    """End mails that fell due while sending was off as `skipped: restored`; moves and escalations go their way."""
    require(draft.call.actor, "promise")
    for no in act.promises:
        promise = draft.case.promises.get(no)
        if promise is not None and promise.kind == "mail":
            end_promise(draft, promise, "skipped", "restored")
    return draft.finish("restored_skipped", reason=act.reason, cause=f"{len(act.promises)} promise(s)")


def hold(draft: Draft, act: Hold) -> Decision:
    """Hold a planned promise until an instant."""
    require(draft.call.actor, "promise")
    promise = _pending(draft, act.promise)
    if promise.state != "planned":
        raise Refused(f"promise {promise.no} is {promise.state}; only a planned one can be held", code="not_planned")
    draft.change(promise, held_until=act.until, due_at=max(act.until, promise.due_at), why="held_by")
    return draft.finish("promise_held", reason=act.reason, cause=f"promise {promise.no} {promise.step}")


def resend(draft: Draft, act: Resend) -> Decision:
    """Promise again what failed or was sent: a new promise, `resend of` the old one, which stays as it ended.

    Raises: NotFound, Refused (not a mail, still pending, or nobody to write to).
    """
    require(draft.call.actor, "promise")
    old = draft.case.promises.get(act.promise)
    if old is None or old.kind != "mail":
        raise NotFound(f"case {draft.case.number}: no mail was promised under {act.promise}", no=act.promise)
    if old.is_pending:
        raise Refused(f"promise {old.no} has not ended yet; it will leave by itself", code="not_ended")
    again = next((p.no for p in draft.case.promises.values() if p.resend_of == old.no), 0)
    if again:
        raise Refused(
            f"promise {old.no} was sent again already, as promise {again}; send that one again", code="sent_again", again=again
        )
    found = holder(draft, old.seat)
    if isinstance(found, Reason):
        raise Refused(f"nobody to write to for {old.seat}: {found.code}", code="nobody_to_write", **found.values)
    queue_again(draft, old, draft.case.deadlines.get(old.about), found, act.reason)
    return draft.finish("mail_resent", reason=act.reason, cause=f"promise {old.no} {old.step}")


def fire(draft: Draft, act: Fire) -> Decision:
    """Act on promises whose time has come; truth is asked now. Automatic moves are not fired here, see `engine.decide`."""
    for no in act.promises:
        promise = draft.case.promises.get(no)
        if promise is not None and promise.state == "planned" and promise.due_at <= draft.now and promise.kind != "move":
            _fire(draft, promise)
    settle(draft)
    return draft.finish("fired", cause="due")


def _fire(draft: Draft, promise: Promise) -> None:
    deadline = draft.case.deadlines.get(promise.about)
    if deadline is None or not deadline.is_open:
        end_promise(draft, promise, "cancelled", "fulfilled")
    elif promise.kind == "escalation" and not _rests(draft, deadline):
        _escalate(draft, promise, deadline)
    elif (why := _why_not(draft, promise, deadline)) is not None:
        end_promise(draft, promise, "skipped", why)
    else:
        _remind(draft, promise, deadline)


def _escalate(draft: Draft, promise: Promise, deadline: Deadline) -> None:
    draft.change(promise, state="sent", why="done", ended_at=draft.now)
    if promise.seat == "manager" and deadline.escalated_on is None:
        deadline = draft.change(deadline, escalated_on=draft.today)
    if promise.task:
        open_task(draft, promise.task, about=deadline)


def _why_not(draft: Draft, promise: Promise, deadline: Deadline) -> str | None:
    """Return the reason to skip a due reminder, None where it still applies."""
    if deadline.state == "submitted":
        return "submitted"
    if _rests(draft, deadline):
        return "paused"
    if _is_overtaken(draft, promise, deadline):
        return "overtaken"
    if side_of(draft, promise.seat) == "company" and waits_for_municipality(draft, deadline):
        return "waits_for_municipality"
    return None


def _rests(draft: Draft, deadline: Deadline) -> bool:
    """Whether a dated item rests because the case is paused: nobody is reminded of it, and nothing escalates."""
    return draft.version.phases[draft.case.phase].stops_clocks and deadline.kind in {"followup", "record"}


def _is_overtaken(draft: Draft, promise: Promise, deadline: Deadline) -> bool:
    """Whether the time of a later rung for the same seat has come too (whatever became of it), or the due date itself."""
    if promise.on < deadline.due_on <= draft.today and promise.on < draft.today:
        return True
    opening = draft.programme.calendar.opening
    return any(
        other.seat == promise.seat and other.kind == "mail" and not other.resend_of
        and promise.on < other.on and opening(other.on) <= draft.now
        and (other.state != "planned" or other.due_at <= draft.now)
        for other in standing(draft, deadline)
    )  # fmt: skip


def waits_for_municipality(draft: Draft, deadline: Deadline) -> bool:
    """Whether what is owed waits for the municipality: its phase says so, or the record it is blocked by is still owed."""
    if deadline.kind == "phase":
        return draft.version.phases[deadline.rule].waits_for == "municipality"
    record = draft.case.records.get(deadline.record)
    blocker = str(record.values.get("blocked_by") or "") if record else ""
    if not blocker.isdigit():
        return False
    return any(d.record == int(blocker) for d in draft.case.open_deadlines() if d.kind == "record")


def _remind(draft: Draft, promise: Promise, deadline: Deadline) -> None:
    found = holder(draft, promise.seat)
    if not isinstance(found, Recipient):
        end_promise(draft, promise, "skipped", found.code)
        return
    calendar = draft.programme.calendar
    urgent = draft.version.mails[promise.code].urgent
    may_leave = calendar.next_sending(draft.now, to_company=found.side != "municipality", quiet_applies=not urgent)
    if may_leave > draft.now:
        draft.change(promise, due_at=may_leave, why=_why_held(draft))
        return
    queue_reminder(draft, promise, deadline, found)
    if found.copy_to:
        copy = draft.put(replace(promise, no=draft.next_no(), seat=found.copy_to, entry=draft.entry_no))
        absent = holder(draft, found.copy_to)
        if isinstance(absent, Recipient):
            queue_reminder(draft, copy, deadline, absent)


def _why_held(draft: Draft) -> str:
    calendar = draft.programme.calendar
    if not calendar.is_working(draft.today):
        return "free_day"
    return "quiet_window" if draft.today in calendar.quiet else "sending_hours"


# How a promise ends by what became of its message; an address outside the allow list is held back, not failed.
_DELIVERY = {"sent": ("sent", "sent"), "not_allowed_address": ("suppressed", "not_allowed_address")}


def delivered(draft: Draft, act: Delivered) -> Decision:
    """Note what became of a message for the promises it carried in this case."""
    if act.outcome == "later":
        for settled in (draft.case.promises[no] for no in act.promises):
            end_promise(draft, settled, "cancelled", "fulfilled")
        return draft.finish("mail_withdrawn", cause=f"message {act.message}: {act.words}")
    sent = act.outcome == "sent"
    state, why = _DELIVERY.get(act.outcome if sent else act.words, ("failed", "given_up"))
    for no in act.promises:
        promise = draft.case.promises.get(no)
        if promise is not None and promise.state == "queued" and promise.message == act.message:
            draft.change(promise, state=state, why=why, ended_at=draft.now)
    cause = f"message {act.message}: {act.words}"
    if act.uncertain:
        cause = f"{cause}; delivery uncertain, repeated"
    return draft.finish("mail_sent" if sent else "mail_failed", cause=cause)
