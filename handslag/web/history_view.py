"""History in words: who did what when, on what ground, and what it changed. Names and texts that were erased say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from engine.choosing import SUPPRESS
from handslag.web.case_view import CaseView
from handslag.web.moves_view import guard_met
from handslag.web.plan import promise_said
from notifications.dates import long_date
from storage.reads import EntryLine

KINDS = {
    "opened": "Case opened", "taken_over": "Case taken over", "moved": "Moved", "corrected": "Phase corrected",
    "undone": "Move undone",
    "facts_set": "Facts changed", "record_added": "Entry added", "record_changed": "Entry changed",
    "record_voided": "Entry voided", "seat_given": "Seat given", "seat_ended": "Seat ended", "party_joined": "Party joined",
    "party_left": "Party left", "signed": "Signature noted", "commented": "Comment", "document_laid": "Document laid in",
    "deadline_submitted": "Submitted", "deadline_returned": "Returned with questions", "deadline_accepted": "Accepted",
    "deadline_confirmed": "Confirmed", "deadline_cancelled": "Cancelled", "deadline_extended": "Extended",
    "deadline_missed": "Last day passed", "promise_suppressed": "Promise taken back", "promise_held": "Promise held back",
    "mail_resent": "Mail promised again", "mail_sent": "Mail sent", "mail_failed": "Mail given up",
    "mail_delivered": "Mail sent", "fired": "Promises kept", "move_skipped": "Automatic move left out",
    "replanned": "Dates reckoned again",
    "contact_changed": "Contact changed", "organisation_changed": "Organisation changed", "seat_assigned": "Seat given",
}  # fmt: skip
SHOWN = {"deadline": ("state", "due_on"), "promise": ("state",), "record": ("values",)}
STATES = {
    "open": "open", "submitted": "submitted", "returned": "returned", "met": "met", "cancelled": "cancelled",
    "planned": "planned", "queued": "queued", "sent": "sent", "suppressed": "suppressed", "skipped": "skipped",
    "failed": "failed", "claimed": "being sent",
}  # fmt: skip


class GuardSaid(NamedTuple):
    """What a guard answered then."""

    met: bool
    says: str


class EntrySaid(NamedTuple):
    """An entry. by_system: written by the system, not by a person."""

    no: int
    what: str
    moved: str
    by: str
    by_system: bool
    at: datetime
    happened_at: datetime | None
    reason: str
    guards: Sequence[GuardSaid]
    changes: Sequence[str]


class CommentSaid(NamedTuple):
    """A comment with who said it."""

    by: str
    at: datetime
    text: str


def entry_said(view: CaseView, line: EntryLine) -> EntrySaid:
    """Return an entry in words."""
    entry, t = line.entry, view.labels
    actor = entry["actor"]
    moved = f"{view.phase(line.source)} → {view.phase(line.target)}" if line.source != line.target and line.source else ""
    return EntrySaid(
        no=line.no,
        what=view.move(line.transition) if line.transition else t(KINDS.get(line.kind, line.kind.replace("_", " "))),
        moved=moved,
        by=_by(view, actor),
        by_system=actor["kind"] == "system",
        at=line.recorded_at,
        happened_at=line.happened_at if line.happened_at != line.recorded_at else None,
        reason=_word(view, entry.get("reason") or ""),
        guards=[GuardSaid(g["yes"], _guard(view, g)) for g in entry.get("guards", ())],
        changes=[said for change in entry.get("changes", ()) for said in _change(view, change)],
    )


def comments_of(view: CaseView, lines: Sequence[EntryLine]) -> list[CommentSaid]:
    """Return the comments in a history, the latest first."""
    found = [
        CommentSaid(_by(view, line.entry["actor"]), line.recorded_at, _word(view, line.entry.get("reason") or ""))
        for line in lines
        if line.kind == "commented"
    ]
    return found[::-1]


def _by(view: CaseView, actor: Mapping[str, Any]) -> str:
    t = view.labels
    if actor["kind"] == "system":
        return t("the system")
    name = _word(view, actor["name"])
    roles = ", ".join(view.role(role) for role in actor["roles"])
    named = f"{name} ({roles})" if roles else name
    return t("{name} for {whom}", name=named, whom=_word(view, actor["for"])) if actor.get("for") else named


def _guard(view: CaseView, guard: Mapping[str, Any]) -> str:
    name = str(guard["name"])
    return guard_met(view, name) if guard["yes"] else view.why(guard["code"], guard["values"]) or name.replace("_", " ")


def _change(view: CaseView, change: Mapping[str, Any]) -> Iterator[str]:
    kind, no, old, new = change["kind"], change["no"], change["old"] or {}, change["new"] or {}
    match kind:
        case "fact":
            for key, value in new.items():
                yield _fact(view, key, old.get(key), value)
        case "deadline":
            yield from _deadline(view, no, change["old"], new)
        case "promise":
            yield from _promise(view, no, change["old"], new)
        case "record":
            yield from _record(view, no, new)
        case "seat":
            yield from _seat(view, no)
        case "choice":
            yield _choice(view, no, new)


def _fact(view: CaseView, key: str, old: Any, new: Any) -> str:
    fact = view.version.facts.get(key)
    title = view.text(fact.title) if fact else key
    was, now = (view.fact(fact, _plain(view, value)) for value in (old, new))
    return f"{title}: {was} → {now or '–'}" if was else f"{title}: {now or '–'}"


def _deadline(view: CaseView, no: int, old: Any, new: Mapping[str, Any]) -> Iterator[str]:
    deadline = view.case.deadlines.get(no)
    if deadline is None:
        return
    t, name = view.labels, view.owed(deadline)
    if old is None:
        yield t("{name} opens, due {day}", name=name, day=_day(view, new["due_on"]))
    elif "due_on" in new:
        yield t("{name} moves to {day}", name=name, day=_day(view, new["due_on"]))
    elif "state" in new:
        yield f"{name}: {t(STATES.get(new['state'], new['state']))}"


def _promise(view: CaseView, no: int, old: Any, new: Mapping[str, Any]) -> Iterator[str]:
    promise = view.case.promises.get(no)
    if promise is None or ("state" not in new and old is not None):
        return
    state = view.labels(STATES.get(new.get("state", "planned"), "planned"))
    why = view.why(new["why"]) if new.get("why") and new["why"] not in (new.get("state"), "done") else ""
    said = f"{promise_said(view, promise.kind, promise.code, promise.task)}, {view.seat(promise.seat)}: {state}"
    yield f"{said} ({why})" if why else said


def _choice(view: CaseView, no: int, new: Mapping[str, Any]) -> str:
    """Return what was decided about a mail before the act."""
    t, promise = view.labels, view.case.promises.get(no)
    mail = promise_said(view, promise.kind, promise.code, promise.task) if promise else str(no)
    if new["what"] == SUPPRESS:
        return t("{mail} is not sent: {reason}", mail=mail, reason=_word(view, new["reason"]))
    return t("{mail} is held until {until_at}", mail=mail, until_at=str(new["until"]))


def _record(view: CaseView, no: int, new: Mapping[str, Any]) -> Iterator[str]:
    record = view.case.records.get(no)
    declared = view.version.records.get(record.list) if record else None
    values = new.get("values")
    if record is None or declared is None or not isinstance(values, Mapping):
        return
    shown = [
        f"{view.text(declared.fields[key].title)}: {view.fact(declared.fields[key], _plain(view, value))}"
        for key, value in values.items()
        if key in declared.fields
    ]
    yield f"{view.text(declared.title)}: {'; '.join(shown)}"


def _seat(view: CaseView, no: int) -> Iterator[str]:
    seat = view.case.seats.get(no)
    if seat is not None:
        yield f"{view.role(seat.role)}: {view.person(seat.person) if seat.person else view.contact(seat.contact)}"


def _day(view: CaseView, text: Any) -> str:
    day = text if isinstance(text, date) else date.fromisoformat(str(text))
    return long_date(day, view.labels.language)


def _plain(view: CaseView, value: Any) -> Any:
    return _word(view, value) if isinstance(value, Mapping) else value


def _word(view: CaseView, value: Any) -> str:
    """Return a text; where it was erased, that."""
    return view.labels("(erased)") if isinstance(value, Mapping) else str(value)
