"""Opening a case in the first phase, or taking a running partnership over half-way."""

from __future__ import annotations

from engine.acts import AddRecord, GiveSeat, OpenCase
from engine.casework import put_record
from engine.deadlines import open_phase_deadline, open_task
from engine.draft import Decision, Draft
from engine.entry import GuardAnswer
from engine.errors import BadInput, Fault
from engine.giving import give_facts
from engine.guards import ask
from engine.moves import view_of
from engine.policy import require
from engine.seating import join, seat
from engine.settle import settle
from engine.waiting import start_wait


def open_case(draft: Draft, act: OpenCase) -> Decision:
    """Open a case in the first phase, or take a running partnership over in a later one.

    A taken-over case lists the guards on the way into its phase that are unmet, and mails nobody about the past.
    Raises: NotPermitted, BadInput.
    """
    require(draft.call.actor, "open_case")
    phase = act.phase or draft.version.start
    if phase not in draft.version.phases:
        known = ", ".join(draft.version.phases)
        raise BadInput([Fault(place="phase", code="unknown", sentence=f"no phase {phase!r}; known: {known}")], what="the case")
    draft.set(phase=phase, phase_since=draft.day, opened_on=draft.day, title=act.title, programme=draft.programme.key)
    for party in act.parties:
        join(draft, party)
    for role, person in act.people.items():
        seat(draft, GiveSeat(role=role, person=person))
    give_facts(draft, act.facts, what="the case")
    for list_key, values in act.records:
        put_record(draft, AddRecord(list=list_key, values=values))
    if act.source:
        _take_over(draft)
    open_phase_deadline(draft)
    for key in draft.version.phases[phase].tasks:
        open_task(draft, key)
    settle(draft)
    if phase == draft.version.start and not act.source:
        return draft.finish("opened")
    return draft.finish(
        "taken_over",
        reason=f"taken over in phase {phase} from {act.source}",
        cause=act.source,
        guards=_guards_into(draft),
    )


def _take_over(draft: Draft) -> None:
    """Make good what the moves before would have done: the pause of a paused case, the number of an agreement in force."""
    phase, period = draft.version.phases[draft.case.phase], draft.version.period
    if phase.stops_clocks:
        start_wait(draft, phase.until)
    if phase.signed and period is not None and not draft.case.facts.get("agreement_number"):
        draft.set_fact("agreement_number", f"{draft.case.number}/{draft.case.period}")


def _guards_into(draft: Draft) -> tuple[GuardAnswer, ...]:
    guards = {
        (g.name, str(sorted(g.params.items()))): g
        for t in draft.version.transitions.values()
        if t.target == draft.case.phase
        for g in t.guards
    }
    return tuple(answer for answer in ask(guards.values(), view_of(draft)) if not answer.yes)
