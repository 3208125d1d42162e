"""Handing messages to a sender, and what became of them: claimed, tried, given back, withdrawn, ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from engine.actor import system
from engine.acts import Delivered
from engine.draft import Call
from engine.letter_json import letter_from_json
from engine.letters import Message, Receipt
from engine.ports import Tx
from engine.use_cases import Tools, perform


def claim(tx: Tx, now: datetime, lease_until: datetime, limit: int, worker: str) -> Sequence[Message]:
    """Claim messages that may leave now.

    The hours of companies are asked again: what was queued in them and is found outside them, after a downtime, waits.
    """
    ready = []
    for message in tx.claim_messages(now, lease_until, limit, worker):
        leaves = _allowed(tx, message, now)
        if leaves > now:
            tx.change_message(replace(message, state="queued", lease_until=None, worker="", not_before=leaves))
        else:
            ready.append(message)
    return ready


def note_delivery(tx: Tx, tools: Tools, message: Message, receipt: Receipt, now: datetime) -> None:
    """Record one try of a message: the server's words, the message as it stands after it, and its end where it has one.

    message: as it stands after the try (sent, failed, or queued again), with the claim under which it was tried. Every case
    whose promises it carried gets an entry once it is sent or given up. The lease may have lapsed meanwhile and somebody else
    have taken over; then only the news that it was sent is more than a try, and what has ended already stays ended, explained.
    """
    tx.add_attempt(message.id, now, receipt)
    standing = tx.message(message.id)
    if standing.state == "sent" or (message.state != "sent" and not holds(standing, message)):
        return
    message = replace(message, lease_until=None, worker="")
    if message.state == "queued":
        tx.change_message(replace(message, promises=standing.promises, not_before=_allowed(tx, standing, message.not_before)))
        withdraw_settled(tx, tools, standing, now)
        return
    tx.change_message(replace(message, promises=standing.promises))
    call = Call(actor=system("delivery"), now=now, ids=tools.ids)
    for number, promises in links(standing).items():
        act = Delivered(
            message=message.id,
            promises=promises,
            outcome="sent" if message.state == "sent" else "never",
            words=_words(receipt, standing),
            uncertain=message.uncertain,
        )
        perform(tx, tools, number, act, call)


def holds(standing: Message, claimed: Message) -> bool:
    """Tell whether a message is still held under the claim under which it was tried."""
    return standing.state == "claimed" and (standing.worker, standing.lease_until) == (claimed.worker, claimed.lease_until)


def _words(receipt: Receipt, standing: Message) -> str:
    """Return the server's words; where they come after the message's end, they say so."""
    late = standing.state in ("failed", "cancelled")
    return f"{receipt.words} (known only when it was {standing.state} already)" if late else receipt.words


def _allowed(tx: Tx, message: Message, again_at: datetime) -> datetime:
    """Return when a mail may be tried, from an instant on: a later try keeps the hours of companies as the first did."""
    if not message.letter:
        return again_at
    letter = letter_from_json(message.letter)
    return tx.programme(message.programme).calendar.next_sending(
        again_at,
        to_company=letter.recipient.side != "municipality",
        quiet_applies=not any(item.mail.urgent for item in letter.items),
    )


def withdraw_settled(tx: Tx, tools: Tools, message: Message, now: datetime) -> None:
    """Take back what was settled while a sender held an unsent mail: nobody is reminded of what is done already."""
    call = Call(actor=system("delivery"), now=now, ids=tools.ids)
    for number, promises in links(message).items():
        case = tx.case(number)
        known = (case.promises[no] for no in promises if no in case.promises and case.promises[no].about)
        settled = tuple(p.no for p in known if p.about not in case.deadlines or case.deadlines[p.about].state == "submitted")
        if settled:
            act = Delivered(message=message.id, promises=settled, outcome="later", words="settled meanwhile")
            perform(tx, tools, number, act, call)


def links(message: Message) -> dict[str, tuple[int, ...]]:
    """Return the promises that a message carries, by case."""
    found: dict[str, tuple[int, ...]] = {}
    for number, no in message.promises:
        found[number] = (*found.get(number, ()), no)
    return found
