"""Before a mail leaves: does the person it was written to still hold the seat, and is that still the address?

Between the writing of a mail and its leaving lie minutes or, where somebody holds it, weeks. What leaves to somebody who has
handed the seat over is worse than what leaves late, so it is asked again when a sender has claimed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from engine.actor import system
from engine.acts import Readdress
from engine.case import Case, Promise
from engine.delivery import holds, links
from engine.draft import Call
from engine.letter_json import letter_from_json, letter_to_json
from engine.letters import Message, Recipient
from engine.ports import Tx
from engine.seats import Holders
from engine.use_cases import Tools, perform

FRESH = timedelta(minutes=1)  # what was written within it was asked just now
PUSHED = timedelta(minutes=10)


def astray(tx: Tx, claimed: Iterable[Message], now: datetime) -> Sequence[Message]:
    """Return those of the messages that would go to somebody who does not hold the seat now, or to an old address.

    One that may have left already is repeated as it was, under the same Message-ID.
    """
    return [m for m in claimed if m.letter and not m.uncertain and now - m.created_at > FRESH and _is_astray(tx, m, now)]


def _is_astray(tx: Tx, message: Message, now: datetime) -> bool:
    for number, promises in links(message).items():
        case = tx.case(number)
        holders = _holders(tx, case, now)
        found = (holders.holder(case.promises[no].seat) for no in promises if no in case.promises)
        if any(not isinstance(one, Recipient) or (one.key, one.email) != (message.recipient, message.address) for one in found):
            return True
    return False


def _holders(tx: Tx, case: Case, now: datetime) -> Holders:
    programme = tx.programme(case.programme)
    return Holders(programme, tx.version(case.version), case, tx.companies(case), programme.calendar.local_day(now))


def redirect(tx: Tx, tools: Tools, claimed: Message, now: datetime) -> None:
    """Give a claimed message back and let what it says go to whoever holds the seats now; a new address is only written in.

    Nothing happens where the claim has lapsed meanwhile.
    """
    standing = tx.message(claimed.id)
    if not holds(standing, claimed):
        return
    standing = replace(standing, state="queued", lease_until=None, worker="")
    tx.change_message(standing)
    call = Call(actor=system("delivery"), now=now, ids=tools.ids)
    for number, promises in links(standing).items():
        case = tx.case(number)
        holders = _holders(tx, case, now)
        gone = tuple(no for no in promises if no in case.promises and not _same(holders, case.promises[no], standing))
        if gone:
            perform(tx, tools, number, Readdress(message=standing.id, letter=standing.letter, promises=gone), call)
        _write_address(tx, standing.id, holders, [case.promises[no] for no in promises if no in case.promises])


def _same(holders: Holders, promise: Promise, message: Message) -> bool:
    found = holders.holder(promise.seat)
    return isinstance(found, Recipient) and found.key == message.recipient


def _write_address(tx: Tx, message_id: str, holders: Holders, promises: Iterable[Promise]) -> None:
    message = tx.message(message_id)
    for promise in promises:
        found = holders.holder(promise.seat)
        if message.state == "queued" and isinstance(found, Recipient) and found.key == message.recipient:
            letter = letter_from_json(message.letter)
            letter = replace(letter, recipient=replace(letter.recipient, email=found.email))
            tx.change_message(replace(message, address=found.email, letter=letter_to_json(letter)))
            return


def push_ahead(tx: Tx, claimed: Message, now: datetime) -> None:
    """Give a claimed message back for a later try, because it could not be said to whom it goes."""
    standing = tx.message(claimed.id)
    if holds(standing, claimed):
        tx.change_message(replace(standing, state="queued", lease_until=None, worker="", not_before=now + PUSHED))
