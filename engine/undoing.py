"""Undoing a move within the hold time: the case stands again as before it, and no mail of it leaves. History keeps both.

What the move changed is read from its entry and put back. Promises are the exception: one that has ended is never revived, so
what the move took back is promised anew, in a new round.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from engine.acts import Undo
from engine.case import ROW_KINDS, SHELVES, Case, Deadline, Promise, Row, Wait
from engine.codec import field_value, instant
from engine.draft import Decision, Draft, Past
from engine.errors import NotAMove, NotFound, Refused, UndoMailLeft, UndoOvertaken, UndoTooLate
from engine.ladders import end_promise, end_promises
from engine.policy import require_undo
from engine.renewing import renew
from engine.replay import ERASED
from engine.settle import settle

MOVES = ("moved", "corrected")
INSTEAD = "put the case right with a correction ('case correct')"
# What may change after a move without standing in the way of its undo, where the move did not touch it.
_ASIDE = frozenset({"promise", "deadline", "case", "fact", "record", "contact", "organisation", "choice"})
_CASE_FIELDS = {f.name: f for f in fields(Case)}

Data = Mapping[str, Any]


def undo(draft: Draft, act: Undo) -> Decision:
    """Take a move back: everything it changed stands as before, what it promised ends, what it took back is promised anew.

    Raises: NotFound, NotAMove, NotPermitted, UndoTooLate, UndoOvertaken, UndoMailLeft.
    """
    past = draft.scene.past or Past(entries=(), messages={})
    if not past.entries or past.entries[0]["no"] != act.entry:
        raise NotFound(f"case {draft.case.number}: there is no entry {act.entry}", entry=act.entry)
    move, *since = past.entries
    _require_move(draft, move)
    transition = draft.version.transitions.get(move["transition"])
    require_undo(draft.call.actor, move["actor"]["key"], transition)
    _require_time(draft, move)
    _require_nothing_since(move, since)
    _require_unsent(draft, move, past)
    _put_back(draft, move)
    _take_back_promises(draft, move)
    renew(draft, list(_ended_by(draft, move)), past.messages)
    if any(change["kind"] in {"fact", "record"} for entry in since for change in entry["changes"]):
        settle(draft)  # what was noted meanwhile may matter in the phase that the case stands in again
    return draft.finish("undone", reason=act.reason, cause=f"entry {act.entry} {move['transition'] or move['kind']}")


# May it be undone?


def _require_move(draft: Draft, move: Data) -> None:
    if move["kind"] not in MOVES or move["actor"]["kind"] == "system":
        what = "the system made it by itself" if move["kind"] in MOVES else f"it is {move['kind']!r}, no move"
        raise NotAMove(
            f"case {draft.case.number}: entry {move['no']} cannot be undone, {what}; {INSTEAD}",
            entry=move["no"],
            kind=move["kind"],
        )


def _require_time(draft: Draft, move: Data) -> None:
    until = instant(move["recorded_at"]) + draft.scene.hold
    if draft.now >= until:
        raise UndoTooLate(
            f"entry {move['no']} could be undone until {until:%Y-%m-%d %H:%M} UTC; {INSTEAD}",
            entry=move["no"],
            until_at=until.isoformat(),
        )


def _require_nothing_since(move: Data, since: list[Data]) -> None:
    """Refuse where a later entry changed what the move had changed, or did what rests on where the case stands."""
    touched = {key for change in move["changes"] for key in _keys(change)}
    made = {change["no"] for change in move["changes"] if change["kind"] == "promise" and change["old"] is None}
    erased = any(ERASED in (change["old"] or {}).values() for change in move["changes"])
    for entry in since:
        if any(_stands_in_the_way(change, touched, made) for change in entry["changes"]):
            raise _overtaken(move, entry)
    if erased:
        raise _overtaken(move, move)


def _stands_in_the_way(change: Data, touched: set[tuple[str, Any]], made: set[int]) -> bool:
    if change["kind"] == "promise" and change["no"] in made:
        return False  # the move's own promise: whether it has left is asked by itself
    if change["kind"] not in _ASIDE or (change["kind"] == "deadline" and change["old"] is None):
        return True
    return not touched.isdisjoint(_keys(change))


def _keys(change: Data) -> Iterator[tuple[str, Any]]:
    """Yield what a change touches: a row, or each field, fact or series by its name."""
    if change["kind"] in ROW_KINDS:
        yield change["kind"], change["no"]
    elif change["kind"] != "choice":
        yield from ((change["kind"], name) for name in {**(change["old"] or {}), **(change["new"] or {})})


def _overtaken(move: Data, entry: Data) -> UndoOvertaken:
    did = entry["transition"] or entry["kind"]
    return UndoOvertaken(
        f"entry {move['no']} cannot be undone: since then {entry['actor']['name']} did {did!r} "
        f"at {entry['recorded_at'][:16]} UTC, which builds on it; {INSTEAD}",
        entry=move["no"],
        by=entry["actor"]["name"],
        did=did,
        at=instant(entry["recorded_at"]).isoformat(),
    )


def _require_unsent(draft: Draft, move: Data, past: Past) -> None:
    """Refuse where a sender has, or has had, any mail of the move."""
    for promise in _made_by(draft, move):
        message = past.messages.get(promise.message)
        tried = message is not None and (message.state in {"claimed", "sent"} or message.attempts > 0 or message.uncertain)
        if promise.message in draft.claimed or tried or (promise.kind == "mail" and promise.state == "sent"):
            raise UndoMailLeft(
                f"entry {move['no']} cannot be undone: its mail {promise.code} has left or is just leaving; {INSTEAD}",
                entry=move["no"],
                mail=promise.code,
            )


# Undoing it


def _made_by(draft: Draft, move: Data) -> list[Promise]:
    made = (c["no"] for c in move["changes"] if c["kind"] == "promise" and c["old"] is None)
    return [draft.case.promises[no] for no in made]


def _ended_by(draft: Draft, move: Data) -> Iterator[Promise]:
    """Yield the promises that the move ended, as they were before it."""
    for change in move["changes"]:
        if change["kind"] == "promise" and change["old"] is not None:
            now = draft.case.promises[change["no"]]
            before = _before(now, change["old"])
            if before.is_pending and not now.is_pending:
                yield before


def _put_back(draft: Draft, move: Data) -> None:
    """Give every field, fact and row that the move changed its old value; what it opened is cancelled."""
    for change in move["changes"]:
        kind, old = change["kind"], change["old"] or {}
        if kind == "case":
            draft.set(**{name: field_value(_CASE_FIELDS[name], value) for name, value in old.items()})
        elif kind == "fact":
            for key, value in old.items():
                draft.set_fact(key, value)
        elif kind == "schedule":
            for key, value in old.items():
                draft.unmark(key) if value is None else draft.mark(key, value)
        elif kind in ROW_KINDS and change["old"] is None:
            _end_row(draft, getattr(draft.case, SHELVES[kind])[change["no"]])
        elif kind in ROW_KINDS and kind != "promise":
            row: Row = getattr(draft.case, SHELVES[kind])[change["no"]]
            draft.put(_before(row, old))


def _before(row: Any, old: Data) -> Any:
    known = {f.name: f for f in fields(row)}
    return replace(row, **{name: field_value(known[name], value) for name, value in old.items()})


def _end_row(draft: Draft, row: Row) -> None:
    match row:
        case Deadline() if row.is_open:
            end_promises(draft, row, "cancelled", "undone")
            draft.change(row, state="cancelled", why="undone", ended_on=draft.day, overdue_at=None)
        case Wait():
            draft.change(row, until=row.first)  # a pause of no day
        case Deadline() | Promise():
            pass  # it has ended already, or ends with the promises
        case _:  # a move makes no other rows
            raise Refused(f"entry {draft.entry_no}: cannot take back {type(row).__name__.lower()} {row.no}")


def _take_back_promises(draft: Draft, move: Data) -> None:
    """End what the move promised, and let what it only moved stand where it stood."""
    for promise in _made_by(draft, move):
        end_promise(draft, promise, "cancelled", "undone")
    for change in move["changes"]:
        if change["kind"] == "promise" and change["old"] is not None:
            now = draft.case.promises[change["no"]]
            if now.is_pending:
                draft.put(_before(now, change["old"]))
