"""The one question: what does this act do to this case? Pure: same scene, act and call give the same decisions.

Most acts give one decision. An act that opens the way for an automatic move gives a second one, made by the system.
"""

from __future__ import annotations

from dataclasses import replace

from engine import acts, casework, moves, opening, owed, promising, readdressing, seating, signing, undoing
from engine.actor import system
from engine.choosing import check_choices, check_found
from engine.draft import Call, Decision, Draft, Scene
from engine.guards import ask

MAX_CASCADE = 8


def decide(scene: Scene, act: acts.Act, call: Call) -> tuple[Decision, ...]:
    """Return what an act does, in order: its own entry, then those of automatic moves it brings about.

    Raises: Refused and its kinds, BadInput, NotFound; nothing is written here in any case.
    """
    if isinstance(act, acts.Fire):
        return _fire(scene, act, call)
    check_choices(call)
    first = _one(Draft(scene, call), act)
    decisions = (first, *_automatic(scene, act, call, first))
    check_found(call, decisions)
    return decisions


def _one(draft: Draft, act: acts.Act) -> Decision:
    moves.check_order(draft)
    match act:
        case acts.OpenCase():
            return opening.open_case(draft, act)
        case acts.Advance():
            return moves.advance(draft, act)
        case acts.Correct():
            return moves.correct(draft, act)
        case acts.Undo():
            return undoing.undo(draft, act)
        case acts.SetFacts():
            return casework.set_facts(draft, act)
        case acts.AddRecord():
            return casework.add_record(draft, act)
        case acts.ChangeRecord():
            return casework.change_record(draft, act)
        case acts.FreezeDocument():
            return casework.lay_document(draft, act)
        case acts.Comment():
            return casework.comment(draft, act)
        case acts.Replan():
            return casework.replan(draft, act)
        case acts.ContactChanged():
            return casework.contact_changed(draft, act)
        case acts.GiveSeat():
            return seating.give_seat(draft, act)
        case acts.EndSeat():
            return seating.end_seat(draft, act)
        case acts.JoinParty():
            return seating.join_party(draft, act)
        case acts.LeaveParty():
            return seating.leave_party(draft, act)
        case acts.Sign():
            return signing.sign(draft, act)
        case acts.Fulfil():
            return owed.fulfil(draft, act)
        case acts.MarkMissed():
            return owed.mark_missed(draft, act)
        case acts.Suppress():
            return promising.suppress(draft, act)
        case acts.SkipRestored():
            return promising.skip_restored(draft, act)
        case acts.Hold():
            return promising.hold(draft, act)
        case acts.Resend():
            return promising.resend(draft, act)
        case acts.Delivered():
            return promising.delivered(draft, act)
        case acts.Readdress():
            return readdressing.readdress(draft, act)
        case acts.Fire():
            return promising.fire(draft, act)


def _event_of(act: acts.Act) -> str:
    """Return the event that automatic moves may wait for; empty for acts that are none."""
    return "signed" if isinstance(act, acts.Sign | acts.EndSeat) else ""


def _automatic(scene: Scene, act: acts.Act, call: Call, done: Decision) -> tuple[Decision, ...]:
    """Make the automatic moves that an event has opened, until none is left."""
    event, decisions = _event_of(act), list[Decision]()
    while event and len(decisions) < MAX_CASCADE:
        case = (decisions[-1] if decisions else done).after
        now_scene = replace(scene, case=case)
        draft = Draft(now_scene, replace(call, actor=system(f"on {event}")))
        key = _open_automatic(draft, event)
        if key is None:
            break
        draft = Draft(now_scene, replace(call, actor=system(key)))
        decisions.append(moves.advance(draft, acts.Advance(transition=key)))
    return tuple(decisions)


def _open_automatic(draft: Draft, event: str) -> str | None:
    for transition in draft.version.transitions.values():
        automatic = transition.automatic
        waits = automatic is not None and automatic.on == event and draft.case.phase in transition.sources
        if waits and all(answer.yes for answer in ask(transition.guards, moves.view_of(draft))):
            return transition.key
    return None


def _fire(scene: Scene, act: acts.Fire, call: Call) -> tuple[Decision, ...]:
    """Fire promised moves first, each an entry of its own by the system; then the reminders that still apply."""
    decisions: list[Decision] = []
    case = scene.case
    for no in act.promises:
        promise = case.promises.get(no)
        if promise is None or promise.kind != "move" or promise.state != "planned" or promise.due_at > call.now:
            continue
        draft = Draft(replace(scene, case=case), replace(call, actor=system(promise.code)))
        decision = moves.promised_move(draft, promise) or draft.finish("move_skipped", cause=promise.code)
        decisions.append(decision)
        case = decision.after
    left = tuple(no for no in act.promises if no in case.promises and case.promises[no].state == "planned")
    if left:
        draft = Draft(replace(scene, case=case), call)
        decisions.append(promising.fire(draft, acts.Fire(promises=left)))
    return tuple(decisions)
