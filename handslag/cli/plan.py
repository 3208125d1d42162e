"""What an act does, or would do, in words: phases, facts, deadlines with their sums, promises, and every mail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from engine.case import Case, Deadline
from engine.draft import Decision
from engine.entry import Change
from engine.letters import Message
from engine.use_cases import Outcome
from handslag.cli.case_view import CaseView
from handslag.cli.desk import Desk
from handslag.cli.printing import as_data, print_json, say
from handslag.cli.sums_told import brief_sum

RULE = "-" * 72
ENDED = ("met", "cancelled")


def show_outcome(desk: Desk, view: CaseView, outcome: Outcome, *, dry_run: bool) -> None:
    """Print what an act did or would do, and the digest that confirms it."""
    if desk.as_json:
        print_json(outcome_data(outcome, done=not dry_run))
        return
    for decision in outcome.decisions:
        say(*_decision(view, decision, whole=dry_run))
    if not dry_run:
        held = _held(outcome)
        say(*(f"  mail   {_mail_line(view, message, held=held)}" for message in outcome.messages), f"digest {outcome.digest}")
        return
    for message in outcome.messages:
        say("", *_mail(view, message, held=_held(outcome)))
    say("", f"nothing was changed; to do exactly this, say it again with --confirm {outcome.digest}")


def _held(outcome: Outcome) -> bool:
    """Whether the mails wait for the hold time, because what was done can be undone."""
    return outcome.can_be_undone and bool(outcome.hold)


def outcome_data(outcome: Outcome, *, done: bool) -> dict[str, Any]:
    """Return an outcome as data."""
    mails = [_mail_data(message) for message in outcome.messages]
    decisions = [_decision_data(decision) for decision in outcome.decisions]
    case = outcome.case
    return {
        "done": done,
        "digest": outcome.digest,
        "case": case.number,
        "phase": case.phase,
        "revision": case.revision,
        "entries": decisions,
        "mails": mails,
    }


def _decision_data(decision: Decision) -> dict[str, Any]:
    entry = decision.entry
    return {
        "no": entry.no,
        "kind": entry.kind,
        "actor": entry.actor.said,
        "from": entry.source,
        "to": entry.target,
        "transition": entry.transition,
        "guards": as_data(entry.guards),
        "changes": as_data(entry.changes),
    }


def _mail_data(message: Message) -> dict[str, Any]:
    names = ("id", "recipient", "address", "language", "subject", "text", "html", "code", "state", "not_before", "document",
             "promises")  # fmt: skip
    return {name: as_data(getattr(message, name)) for name in names}


def _decision(view: CaseView, decision: Decision, *, whole: bool) -> Iterator[str]:
    entry, after = decision.entry, decision.after
    moved = f": {view.phase(entry.source)} -> {view.phase(entry.target)}" if entry.source != entry.target else ""
    what = view.move(entry.transition) if entry.transition else entry.kind.replace("_", " ")
    if entry.kind in ("opened", "taken_over"):
        moved = f" in {view.phase(entry.target)}"
    yield f"{after.number}  {after.title}  entry {entry.no}: {what}{moved}, by {entry.actor.said}"
    for answer in entry.guards:
        if not answer.yes:
            yield f"  unmet  {view.why(answer.code, answer.values) or answer.name}"
    for change in entry.changes:
        if whole or change.kind != "promise":
            yield from _change(view, decision, change)
    if not whole:
        yield from _promises_counted(decision)


def _promises_counted(decision: Decision) -> Iterator[str]:
    """Yield how many promises were made and taken back; `case promises` lists them."""
    changed = [change for change in decision.entry.changes if change.kind == "promise"]
    pending = {promise.no for promise in decision.after.pending()}
    made = [change.no for change in changed if change.old is None and change.no in pending]
    ended = [change.no for change in changed if change.old is not None and change.no not in pending]
    if made:
        first = min((decision.after.promises[no] for no in made), key=lambda promise: promise.due_at)
        yield f"  plans  {len(made)} promise(s), the first for {_day(first.on)}"
    if ended:
        yield f"  ends   {len(ended)} promise(s)"


def _change(view: CaseView, decision: Decision, change: Change) -> Iterator[str]:
    match change.kind:
        case "fact":
            yield from _facts(view, change.old or {}, change.new or {})
        case "deadline":
            yield from _deadline(view, decision, change)
        case "promise":
            yield from _promise(view, decision.after, change)
        case "record" | "seat" | "party" | "wait":
            yield from _row(view, decision.after, change)


def _facts(view: CaseView, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for key, value in new.items():
        fact = view.version.facts.get(key)
        was, now = view.fact(fact, old.get(key)), view.fact(fact, value)
        yield f"  fact   {key}: {f'{was} -> ' if was else ''}{now or 'taken away'}"


def _deadline(view: CaseView, decision: Decision, change: Change) -> Iterator[str]:
    deadline = decision.after.deadlines[change.no]
    new, name = change.new or {}, f"{deadline.no} {view.owed(deadline)}"
    if change.old is None:
        yield f"  opens  {name}, owed by {view.seat(deadline.seat)}, due {deadline.due_on} ({brief_sum(deadline.sum)})"
    elif new.get("state") in ENDED:
        yield f"  closes {name}: {deadline.state}{_because(view, deadline)}"
    elif "due_on" in new:
        yield f"  moves  {name}: {change.old['due_on']} -> {deadline.due_on} ({brief_sum(deadline.sum)})"
    elif "state" in new:
        yield f"  notes  {name}: {deadline.state}"


def _because(view: CaseView, deadline: Deadline) -> str:
    return f", {view.why(deadline.why)}" if deadline.why and deadline.state == "cancelled" else ""


def _promise(view: CaseView, after: Case, change: Change) -> Iterator[str]:
    promise = after.promises[change.no]
    what = {"move": "move", "escalation": "task"}.get(promise.kind, "mail")
    name = f"{promise.no} {promise.code or promise.task or promise.step} to {view.seat(promise.seat)}"
    state = (change.new or {}).get("state", promise.state)
    if change.old is None and promise.state in ("planned", "queued"):
        leaves = "on" if promise.state == "planned" else "leaves"
        yield f"  plans  {what} {name}, {leaves} {_day(promise.on)}"
    elif change.old is None:
        yield f"  plans  {what} {name}: {promise.state}, {view.why(promise.why)}"
    elif "state" in (change.new or {}):
        yield f"  ends   {what} {name}: {state}{f', {view.why(promise.why)}' if promise.why else ''}"
    elif "due_at" in (change.new or {}):
        yield f"  holds  {what} {name} until {view.at(promise.due_at)}"


def _day(day: date) -> str:
    return f"{day} {day:%a}"


def _row(view: CaseView, after: Case, change: Change) -> Iterator[str]:
    no = change.no
    match change.kind:
        case "record":
            record = after.records[no]
            fields = view.version.records[record.list].fields
            shown = ", ".join(f"{key}: {view.fact(fields.get(key), value)}" for key, value in record.values.items())
            yield f"  record {no} in {record.list}: {shown}{' (void)' if record.void_on else ''}"
        case "seat":
            seat = after.seats[no]
            who = view.person(seat.person) if seat.person else view.contact(seat.contact)
            yield f"  seat   {no} {view.role(seat.role)}: {who}{f', ends {seat.ended_on}' if seat.ended_on else ''}"
        case "party":
            party = after.parties[no]
            left = f", leaves {party.left_on}" if party.left_on else ""
            yield f"  party  {no} {view.organisation(party.organisation)} ({party.kind}){left}"
        case "wait":
            wait = after.waits[no]
            yield f"  pause  {no} from {wait.first} to before {wait.until}"


def _mail_line(view: CaseView, message: Message, *, held: bool) -> str:
    return f"{message.code} to {message.address} ({message.language}), {_leaves(view, message, held)}: {message.subject}"


def _leaves(view: CaseView, message: Message, held: bool) -> str:
    if message.state == "cancelled":
        return "is not sent"
    return f"leaves {view.at(message.not_before)}{' unless undone' if held else ''}"


def _mail(view: CaseView, message: Message, *, held: bool) -> Iterator[str]:
    yield RULE
    yield f"mail {message.code} to {message.address} ({message.language}), {_leaves(view, message, held)}"
    yield f"Subject: {message.subject}"
    if message.invitation:
        yield f"Calendar: {message.invitation.on} {message.invitation.summary}"
    if message.document:
        yield f"Attached: document {message.document[:12]}…"
    yield ""
    yield message.text.rstrip()
