"""What an act would do, sorted as a person asks: where the case goes, what is owed then, and which mails leave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from engine.case import Deadline
from engine.draft import Decision
from engine.entry import Change
from engine.use_cases import Outcome
from handslag.web.case_view import CaseView
from handslag.web.mail_choices import Choices, Typed, seats_of
from handslag.web.sums import SumLine, sum_lines

OPEN = ("planned", "queued")
A_DAY = timedelta(days=1)  # how long a mail is held if nobody says another time


class PlannedDeadline(NamedTuple):
    """A deadline that opens, closes or moves. before: its date until now, None where it is new."""

    what: str
    by: str
    due_on: date
    before: date | None
    state: str
    why: str
    sum: Sequence[SumLine]


class PlannedPromise(NamedTuple):
    """A promise that begins or ends. why: of its end."""

    what: str
    to: str
    on: date
    why: str


class PlannedMail(NamedTuple):
    """A mail that leaves, as it will be read. seats: those that get it; held: whether undoing the move keeps it from leaving;
    typed: what was decided about it.
    """

    no: int
    code: str
    name: str
    address: str
    language: str
    subject: str
    text: str
    leaves_at: datetime
    document: str
    seats: Sequence[str]
    held: bool
    typed: Typed
    until: str


class PlannedFact(NamedTuple):
    """A value that changes."""

    title: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything an act does. source, target: names of phases, equal where the case stays; digest: what the form confirms."""

    digest: str
    source: str
    target: str
    opens: tuple[PlannedDeadline, ...]
    closes: tuple[PlannedDeadline, ...]
    moves: tuple[PlannedDeadline, ...]
    promises: tuple[PlannedPromise, ...]
    ended: tuple[PlannedPromise, ...]
    facts: tuple[PlannedFact, ...]
    mails: tuple[PlannedMail, ...]


def plan_of(view: CaseView, outcome: Outcome, *, choices: Choices | None = None, digest: str = "") -> Plan:
    """Return what an outcome does, in the reader's language. choices: as typed; digest: to confirm, else the outcome's own."""
    after = replace(view, case=outcome.case)
    changes = [(decision, change) for decision in outcome.decisions for change in decision.entry.changes]
    deadlines = [found for pair in changes if pair[1].kind == "deadline" for found in _deadline(after, *pair)]
    promises = [found for pair in changes if pair[1].kind == "promise" for found in _promise(after, *pair)]
    return Plan(
        digest=digest or outcome.digest,
        source=view.phase(view.case.phase),
        target=after.phase(outcome.case.phase),
        opens=tuple(d for what, d in deadlines if what == "opens"),
        closes=tuple(d for what, d in deadlines if what == "closes"),
        moves=tuple(d for what, d in deadlines if what == "moves"),
        promises=tuple(p for what, p in promises if what == "plans"),
        ended=tuple(p for what, p in promises if what == "ends"),
        facts=tuple(found for _, change in changes if change.kind == "fact" for found in _facts(after, change)),
        mails=tuple(_mails(after, outcome, choices or Choices())),
    )


def _deadline(view: CaseView, decision: Decision, change: Change) -> Iterator[tuple[str, PlannedDeadline]]:
    deadline: Deadline = decision.after.deadlines[change.no]
    new, old = change.new or {}, change.old
    kind = "opens" if old is None else "moves" if "due_on" in new else "closes" if "state" in new else ""
    if kind:
        yield (
            kind,
            PlannedDeadline(
                what=view.owed(deadline),
                by=view.seat(deadline.seat),
                due_on=deadline.due_on,
                before=old["due_on"] if old and "due_on" in old else None,
                state=deadline.state,
                why=view.why(deadline.why) if deadline.state == "cancelled" else "",
                sum=tuple(sum_lines(view.labels, deadline.sum)),
            ),
        )


def _promise(view: CaseView, decision: Decision, change: Change) -> Iterator[tuple[str, PlannedPromise]]:
    promise = decision.after.promises[change.no]
    new = change.new or {}
    if promise.message and change.old is None:
        return  # its mail is shown in full
    kind = "plans" if change.old is None and promise.state in OPEN else "ends" if "state" in new else ""
    if kind:
        yield (
            kind,
            PlannedPromise(
                what=promise_said(view, promise.kind, promise.code, promise.task),
                to=view.seat(promise.seat),
                on=promise.on,
                why=view.why(promise.why) if promise.why and promise.why != promise.state else "",
            ),
        )


def promise_said(view: CaseView, kind: str, code: str, task: str) -> str:
    """Return what is promised: a mail by its code, a task by its title, a move by its title."""
    if kind == "move":
        return view.labels("automatic move: {title}", title=view.move(code))
    if kind == "escalation":
        found = view.version.tasks.get(task)
        if not task:
            return view.labels("put before the manager")
        return view.labels("task: {title}", title=view.text(found.title) if found else task)
    return view.mail(code)


def _facts(view: CaseView, change: Change) -> Iterator[PlannedFact]:
    for key, value in (change.new or {}).items():
        fact = view.version.facts.get(key)
        title = view.text(fact.title) if fact else key
        yield PlannedFact(title=title, old=view.fact(fact, (change.old or {}).get(key)), new=view.fact(fact, value))


def _mails(view: CaseView, outcome: Outcome, choices: Choices) -> Iterator[PlannedMail]:
    held = bool(outcome.hold) and outcome.can_be_undone
    names = {f"contact:{c.id}": c.name for c in view.companies.contacts.values()}
    names |= {f"person:{p.key}": p.name for p in view.programme.people.values()}
    for no, message in enumerate(outcome.messages):
        seats = seats_of(outcome, message.id)
        typed = choices.about(message.code, seats) or Typed(n=no, code=message.code, seats=seats)
        yield PlannedMail(
            no=no,
            code=message.code,
            name=names.get(message.recipient, message.address),
            address=message.address,
            language=message.language,
            subject=message.subject,
            text=message.text,
            leaves_at=message.not_before,
            document=message.document,
            seats=sorted(seats),
            held=held,
            typed=typed,
            until=typed.until or f"{view.programme.calendar.local(message.not_before + A_DAY):%Y-%m-%dT%H:%M}",
        )
