"""Moves: leaving one phase and entering another, by a person, by correction, or by the system."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from engine.acts import Advance, Correct
from engine.case import Promise
from engine.deadlines import close, end_of_phase, open_phase_deadline, open_task
from engine.declared import Transition
from engine.draft import Decision, Draft
from engine.effects import apply_effects
from engine.entry import GuardAnswer
from engine.errors import BadInput, Fault, GuardsUnmet, Refused
from engine.followups import set_back
from engine.giving import give_facts
from engine.guards import GuardView, ask
from engine.kernel import kernel_of
from engine.ladders import end_move, end_promise, move_series
from engine.mailing import send_move_mails
from engine.policy import may_move, require, require_move
from engine.settle import settle
from engine.waiting import end_waits, start_wait

MOVE_MAILS = "move"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A declared move out of the present phase: whether the actor may make it, and what each guard says."""

    transition: Transition
    permitted: bool
    answers: tuple[GuardAnswer, ...]

    @property
    def is_open(self) -> bool:
        """Whether the actor could make this move now."""
        return self.permitted and all(answer.yes for answer in self.answers) and self.transition.by != ("system",)


def view_of(draft: Draft) -> GuardView:
    """Return what guards may look at: the draft as it stands."""
    return GuardView(
        version=draft.version,
        programme=draft.programme,
        case=draft.case,
        today=draft.day,
        figures=draft.scene.figures,
    )


def offers(draft: Draft) -> tuple[Offer, ...]:
    """Return every move out of the case's phase, blocked ones included."""
    view = view_of(draft)
    return tuple(
        Offer(transition=t, permitted=may_move(draft.call.actor, t), answers=ask(t.guards, view))
        for t in kernel_of(draft.version).moves_from(draft.case.phase)
    )


def advance(draft: Draft, act: Advance) -> Decision:
    """Make a move: asks the kernel, the policy and the guards, then leaves and enters.

    Raises: MoveNotAllowed, NotPermitted, BadInput (facts), GuardsUnmet, Refused (order of events).
    """
    target = kernel_of(draft.version).fire(draft.case.phase, act.transition)
    transition = draft.version.transitions[act.transition]
    require_move(draft.call.actor, transition)
    check_order(draft)
    _take_facts(draft, transition, act)
    answers = ask(transition.guards, view_of(draft))
    unmet = tuple(answer for answer in answers if not answer.yes)
    if unmet:
        raise GuardsUnmet(
            f"{act.transition!r} is not possible yet: {', '.join(a.name for a in unmet)}",
            blocks=unmet,
            transition=act.transition,
            phase=draft.case.phase,
        )
    previous = draft.case.phase
    leave_and_enter(draft, target, met=transition.completes, transition=transition)
    _mail(draft, transition, reason=act.reason, previous=previous, step=transition.key)
    settle(draft)
    return draft.finish("moved", transition=transition.key, reason=act.reason, guards=answers)


def _mail(draft: Draft, transition: Transition, *, reason: str, previous: str, step: str) -> None:
    """Queue the mails of a move; what a person did can be undone, so it waits for the hold time."""
    held = draft.call.actor.kind != "system"
    send_move_mails(draft, transition.mails, reason=reason, previous=previous, step=step, held=held)


def _take_facts(draft: Draft, transition: Transition, act: Advance) -> None:
    allowed = {*transition.asks, *transition.requires}
    faults = [
        Fault(place=key, code="not_asked", sentence=f"{transition.key!r} does not ask for it; set it with 'case set'")
        for key in act.facts
        if key in draft.version.facts and key not in allowed
    ]
    give_facts(draft, act.facts, what=f"the move {transition.key!r}")
    faults += [
        Fault(place=key, code="missing", sentence=f"{transition.key!r} needs this fact")
        for key in transition.requires
        if draft.case.facts.get(key) in (None, "")
    ]
    if transition.reason_required and not act.reason.strip():
        faults.append(Fault(place="reason", code="missing", sentence=f"{transition.key!r} needs a reason"))
    if faults:
        raise BadInput(faults, what=f"the move {transition.key!r}")


def check_order(draft: Draft) -> None:
    """Refuse a happened-at in the future or before the last thing that happened.

    Raises: Refused.
    """
    happened, last = draft.happened_at, draft.before.last_happened_at
    if happened > draft.now:
        raise Refused(f"it cannot have happened in the future: {happened:%Y-%m-%d %H:%M} UTC", code="in_future")
    if last is not None and happened < last and draft.call.happened_at is not None:
        raise Refused(
            f"it cannot have happened at {happened:%Y-%m-%d %H:%M} UTC, before the last entry of the case "
            f"({last:%Y-%m-%d %H:%M} UTC); a wrong entry is repaired by 'case correct'",
            code="before_last",
        )


def leave_and_enter(draft: Draft, target: str, *, met: bool, transition: Transition | None) -> None:
    """Change the phase, and with it the phase's deadline, tasks, waits and promised moves."""
    end_of_phase(draft, draft.version, met=met)
    _end_moves(draft)
    resumed = draft.version.phases[draft.case.phase].stops_clocks
    draft.set(phase=target, phase_since=draft.day)
    if resumed:
        end_waits(draft)
    if transition is not None:
        apply_effects(draft, transition.effects)
        for key in transition.clears:
            draft.set_fact(key, None)
    _enter(draft)
    for key in transition.tasks if transition else ():
        open_task(draft, key)


def _enter(draft: Draft) -> None:
    phase = draft.version.phases[draft.case.phase]
    if phase.ending:
        _end_case(draft, phase.ending)
        return
    draft.set(closed_on=None, outcome="")
    if phase.stops_clocks:
        start_wait(draft, phase.until)
    open_phase_deadline(draft)
    for key in phase.tasks:
        open_task(draft, key)


def _end_case(draft: Draft, outcome: str) -> None:
    draft.set(closed_on=draft.day, outcome=outcome)
    ended = draft.case.open_deadlines()
    for deadline in ended:
        close(draft, deadline, "cancelled", "case_closed")
    set_back(draft, ended)
    for promise in draft.case.pending():
        end_promise(draft, promise, "cancelled", "case_closed")


def _end_moves(draft: Draft) -> None:
    """Take back promised automatic moves, except the one that is being made right now."""
    for promise in draft.case.pending(0):
        if promise.kind == "move":
            end_promise(draft, promise, "cancelled", "left_phase")
    for transition in draft.version.transitions:
        if draft.case.schedule.get(move_series(transition)):
            draft.mark(move_series(transition), "")


def correct(draft: Draft, act: Correct) -> Decision:
    """Put the case into another phase, without guards: for a manager, with a reason; deadlines and promises are replanned.

    Raises: NotPermitted, BadInput (unknown phase, no reason, nothing to correct), Refused.
    """
    require(draft.call.actor, "correct")
    check_order(draft)
    faults = list(_correction_faults(draft, act))
    if faults:
        raise BadInput(faults, what="the correction")
    previous = draft.case.phase
    _withdraw_mails_into(draft, previous)
    leave_and_enter(draft, act.phase, met=False, transition=None)
    if act.mails:
        into = [t for t in draft.version.transitions.values() if t.target == act.phase and previous in t.sources]
        for transition in into[:1]:
            _mail(draft, transition, reason=act.reason, previous=previous, step="correct")
    settle(draft)
    return draft.finish("corrected", reason=act.reason)


def _withdraw_mails_into(draft: Draft, phase: str) -> None:
    """Take back unsent mails of the moves that lead into a phase the case should not stand in."""
    steps = {f"{t.key} {rule.code}" for t in draft.version.transitions.values() if t.target == phase for rule in t.mails}
    for promise in draft.case.pending(0):
        if promise.step in steps:
            end_promise(draft, promise, "cancelled", "corrected")


def _correction_faults(draft: Draft, act: Correct) -> Iterable[Fault]:
    if act.phase not in draft.version.phases:
        known = ", ".join(draft.version.phases)
        yield Fault(place="to", code="unknown", sentence=f"no phase {act.phase!r}; known: {known}")
    elif act.phase == draft.case.phase:
        yield Fault(place="to", code="same", sentence=f"the case stands in {act.phase!r} already")
    if not act.reason.strip():
        yield Fault(place="reason", code="missing", sentence="a correction needs a reason")


def promised_move(draft: Draft, promise: Promise) -> Decision | None:
    """Make a promised automatic move, asked again now; None where a guard says no: then the promise ends as skipped."""
    transition = draft.version.transitions[promise.code]
    applies = draft.case.phase in transition.sources and all(a.yes for a in ask(transition.guards, view_of(draft)))
    if not applies:
        end_move(draft, promise, "skipped", "condition_gone")
        settle(draft)
        return None
    draft.put(replace(promise, state="sent", why="", ended_at=draft.now))
    return advance(draft, Advance(transition=transition.key))
