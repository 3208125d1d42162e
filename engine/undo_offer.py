"""What can be undone right now: the last move of a person, while its mails wait."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.acts import Undo
from engine.case import Case
from engine.codec import instant
from engine.draft import Call
from engine.errors import Refused
from engine.letters import Message
from engine.ports import Tx
from engine.undoing import MOVES
from engine.use_cases import Tools, preview

RECENT = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoOffer:
    """A move that its reader may undo until an instant. entry: its number; messages: the mails that wait that long."""

    entry: int
    transition: str
    until: datetime
    messages: tuple[Message, ...]


def last_move(tx: Tx, case: Case) -> Mapping[str, Any] | None:
    """Return the last entry of a person that moved the case, None where there is none among the recent ones."""
    entries = tx.entries(case.number, after=max(0, case.revision - RECENT))
    moves = (e for e in reversed(entries) if e["kind"] in MOVES and e["actor"]["kind"] != "system")
    return next(moves, None)


def held_entry(tx: Tx, tools: Tools, case: Case, now: datetime) -> tuple[int, datetime] | None:
    """Return the number of the move whose hold time is running, and when that ends; None where none is."""
    move = last_move(tx, case)
    until = instant(move["recorded_at"]) + tools.hold if move else now
    return (int(move["no"]), until) if move and now < until else None


def held_messages(tx: Tx, tools: Tools, messages: Iterable[tuple[str, datetime]], now: datetime) -> frozenset[str]:
    """Return those of the queued messages that leave only if their move is not undone. messages: id and when it was made."""
    found: set[str] = set()
    for id_ in (id_ for id_, created_at in messages if now < created_at + tools.hold):
        for case in (tx.case(number) for number in {number for number, _ in tx.message(id_).promises}):
            held = held_entry(tx, tools, case, now)
            if held and any(p.message == id_ and p.entry == held[0] for p in case.promises.values()):
                found.add(id_)
    return frozenset(found)


def undo_offer(tx: Tx, tools: Tools, case: Case, call: Call) -> UndoOffer | None:
    """Return what the actor may undo in a case now, None where there is nothing or something is in the way."""
    held = held_entry(tx, tools, case, call.now)
    if held is None:
        return None
    try:
        outcome = preview(tx, tools, case.number, Undo(entry=held[0]), call)
    except Refused:
        return None
    move = last_move(tx, case) or {}
    return UndoOffer(
        entry=held[0],
        transition=str(move.get("transition", "")),
        until=held[1],
        messages=tuple(_waiting(tx, (p.message for d in outcome.decisions for p in d.recalled))),
    )


def _waiting(tx: Tx, ids: Iterable[str]) -> Iterable[Message]:
    found = (tx.message(id_) for id_ in dict.fromkeys(ids))
    return (message for message in found if message.state == "queued")
