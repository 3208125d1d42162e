"""Fulfilling what is owed, by name: submit, return with questions, accept, confirm, cancel, extend."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.acts import Fulfil, MarkMissed
from engine.case import Deadline
from engine.deadlines import REVIEW, close, open_task, redate, term_step
from engine.declared import FollowUp, RecordList
from engine.draft import Decision, Draft
from engine.errors import BadInput, Fault, NotFound, Refused
from engine.followups import ensure_followups, open_after, spend
from engine.giving import give_facts
from engine.ladders import end_promises, next_round
from engine.mailing import queue_about
from engine.moves import check_order
from engine.policy import require
from engine.rules import reviewer_of, rule_of
from engine.settle import settle
from engine.sums import started
from engine.terms import Term, parse_term

DEFAULT_ANSWER = Term(10, "wd")


def fulfil(draft: Draft, act: Fulfil) -> Decision:
    """Do one of the named things to a deadline.

    Raises: NotPermitted, NotFound, Refused (the deadline does not stand where this is possible), BadInput.
    """
    require(draft.call.actor, "extend" if act.what == "extend" else "settle")
    check_order(draft)
    deadline = open_deadline_of(draft, act.deadline)
    give_facts(draft, act.values, what="the submission")
    _ACTIONS[act.what](draft, deadline, act)
    settle(draft)
    return draft.finish(f"deadline_{_PAST[act.what]}", reason=act.text, cause=f"deadline {deadline.no} {deadline.rule}")


def open_deadline_of(draft: Draft, no: int) -> Deadline:
    """Return an open deadline by its number.

    Raises: NotFound, naming what is open.
    """
    deadline = draft.case.deadlines.get(no)
    if deadline is None or not deadline.is_open:
        known = ", ".join(f"{d.no} ({d.rule})" for d in draft.case.open_deadlines()) or "none"
        raise NotFound(f"case {draft.case.number}: nothing open under {no}; open: {known}", no=no)
    return deadline


def _expect(deadline: Deadline, what: str, *states: str) -> None:
    if deadline.state not in states:
        raise Refused(
            f"cannot {what} deadline {deadline.no} ({deadline.rule}): it is {deadline.state}; needed: {' or '.join(states)}",
            code="stands_otherwise",
            state=deadline.state,
        )


def _submit(draft: Draft, deadline: Deadline, act: Fulfil) -> None:
    _expect(deadline, "submit", "open", "returned")
    if deadline.kind == "phase":
        raise Refused(f"a phase's deadline ends with a move out of {deadline.rule!r}, not by submitting", code="ends_by_move")
    reviewer = reviewer_of(draft.version, deadline)
    if not reviewer:
        close(draft, draft.change(deadline, submitted_on=draft.day), "met", "fulfilled")
        open_after(draft, deadline)
        return
    submitted = draft.change(deadline, state="submitted", submitted_on=draft.day, overdue_at=None)
    end_promises(draft, submitted, "cancelled", "submitted")
    if REVIEW in draft.version.tasks:
        open_task(draft, REVIEW, about=submitted, owner=reviewer)


def _return(draft: Draft, deadline: Deadline, act: Fulfil) -> None:
    _expect(deadline, "return", "submitted")
    if not act.text.strip():
        raise BadInput([Fault(place="questions", code="missing", sentence="say what has to be answered")], what="the return")
    term = _given_term(act) if act.term else _answer_term(draft, deadline)
    ops = (started(draft.day, "returned", str(deadline.no)), term_step(term))
    new_round = max(deadline.round + 1, next_round(draft, deadline.no))  # an undo may have used the next one
    returned = draft.change(deadline, state="returned", questions=act.text, round=new_round, missed_at=None)
    _close_review(draft, deadline)
    returned = redate(draft, returned, ops)
    queue_about(draft, returned, draft.version.returned_mail, returned.seat, "returned")


def _given_term(act: Fulfil) -> Term:
    try:
        return parse_term(act.term)
    except ValueError as error:
        raise BadInput([Fault(place="term", code="value", sentence=str(error))], what="the return") from error


def _answer_term(draft: Draft, deadline: Deadline) -> Term:
    rule = rule_of(draft.version, deadline)
    declared = rule.answer_within if isinstance(rule, FollowUp | RecordList) else None
    return declared or DEFAULT_ANSWER


def _close_review(draft: Draft, deadline: Deadline) -> None:
    for task in draft.case.open_deadlines():
        if (task.kind, task.rule, task.occurrence) == ("task", REVIEW, f"#{deadline.no}"):
            close(draft, task, "met", "fulfilled")


def _accept(draft: Draft, deadline: Deadline, act: Fulfil) -> None:
    _expect(deadline, "accept", "submitted")
    _close_review(draft, deadline)
    met = close(draft, deadline, "met", "fulfilled")
    queue_about(draft, met, draft.version.accepted_mail, met.seat, "accepted")
    open_after(draft, met)


def _confirm(draft: Draft, deadline: Deadline, act: Fulfil) -> None:
    _expect(deadline, "confirm", "open", "returned", "submitted")
    if deadline.kind == "phase":
        raise Refused(f"a phase's deadline ends with a move out of {deadline.rule!r}, not by confirming", code="ends_by_move")
    if deadline.kind == "task" and draft.version.tasks[deadline.rule].closes_by == "sign":
        raise Refused(f"deadline {deadline.no} ends with a signature; use 'case sign'", code="ends_by_signature")
    _close_review(draft, deadline)
    close(draft, deadline, "met", "fulfilled")
    open_after(draft, deadline)


def _cancel(draft: Draft, deadline: Deadline, act: Fulfil) -> None:
    if not act.text.strip():
        raise BadInput([Fault(place="reason", code="missing", sentence="cancelling needs a reason")], what="the cancelling")
    _close_review(draft, deadline)
    close(draft, deadline, "cancelled", "cancelled_item")
    spend(draft, deadline)


def _extend(draft: Draft, deadline: Deadline, act: Fulfil) -> None:
    _expect(deadline, "extend", "open", "returned")
    allowed = rule_of(draft.version, deadline).extend_by
    if allowed is None:
        raise Refused(f"the workflow declares no extension for {deadline.rule!r}", code="no_extension", rule=deadline.rule)
    if deadline.extended:
        raise Refused(f"deadline {deadline.no} ({deadline.rule}) was extended already; it moves once", code="extended_once")
    if not act.text.strip():
        raise BadInput([Fault(place="reason", code="missing", sentence="an extension needs a reason")], what="the extension")
    grace = tuple(step for step in deadline.sum if step["op"] == "grace")
    ops = (*(s for s in deadline.sum if s["op"] != "grace"), {"op": "extend", "term": str(allowed)}, *grace)
    redate(draft, deadline, ops, extended=True)


_ACTIONS: Mapping[str, Callable[[Draft, Deadline, Fulfil], None]] = {
    "submit": _submit,
    "return": _return,
    "accept": _accept,
    "confirm": _confirm,
    "cancel": _cancel,
    "extend": _extend,
}
_PAST = {
    "submit": "submitted",
    "return": "returned",
    "accept": "accepted",
    "confirm": "confirmed",
    "cancel": "cancelled",
    "extend": "extended",
}


def mark_missed(draft: Draft, act: MarkMissed) -> Decision:
    """Note that deadlines have passed their last day; the next occurrence of a follow-up opens with it."""
    for no in act.deadlines:
        deadline = draft.case.deadlines.get(no)
        due = deadline is not None and deadline.is_open and deadline.overdue_at is not None
        if deadline is not None and due and deadline.overdue_at is not None and deadline.overdue_at <= draft.now:
            draft.change(deadline, missed_at=deadline.overdue_at, overdue_at=None)
    ensure_followups(draft)
    return draft.finish("deadline_missed", cause="last day passed")
