"""The outbox's writing side: messages made, merged, rendered again and recalled, all inside the transaction of their cause."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from engine.case import Promise
from engine.draft import Decision, Outgoing
from engine.errors import NotFound
from engine.letter_json import letter_from_json, letter_to_json
from engine.letters import Letter, Message
from engine.ports import Render, Tx
from engine.programme import Programme


def message_of(outgoing: Outgoing, case: str, programme: Programme, render: Render, now: datetime) -> Message:
    """Return the message of a letter, rendered.

    Raises: TextFails, which stops the decision that needs the mail.
    """
    letter = outgoing.letter
    words = render(letter)
    return Message(
        id=outgoing.id,
        programme=programme.key,
        recipient=letter.recipient.key,
        address=letter.recipient.email,
        language=letter.recipient.language,
        subject=words.subject,
        text=words.text,
        html=words.html,
        day=outgoing.day,
        code=_codes(letter),
        thread=case,
        not_before=outgoing.not_before,
        created_at=now,
        sender=programme.sender,
        sender_name=programme.sender_name,
        reply_to=programme.reply_to,
        merges=outgoing.merges,
        invitation=outgoing.invitation,
        document=outgoing.document,
        letter=letter_to_json(letter),
        promises=tuple((case, no) for no in outgoing.promises),
        state="cancelled" if outgoing.suppressed else "queued",
        ended_at=now if outgoing.suppressed else None,
        last_words="suppressed_by" if outgoing.suppressed else "",
    )


def _codes(letter: Letter) -> str:
    return ",".join(dict.fromkeys(item.mail.code for item in letter.items))


def post(tx: Tx, message: Message, render: Render) -> None:
    """Write a message, or let it join the one that stands under its id."""
    standing = tx.open_message(message.recipient, message.programme, message.day) if message.merges else None
    if standing is None or standing.id != message.id:
        references = tuple(tx.earlier_messages(message.thread, message.recipient))
        tx.add_message(replace(message, references=references))
        return
    tx.change_message(_joined(standing, message, render))


def post_together(tx: Tx, message: Message, render: Render) -> None:
    """Write a message of a bulk move, or let it join the one of an earlier part of that move, which has not left yet.

    The whole then leaves as late as the later part may, so that each can be undone as long as was said.
    """
    try:
        standing = tx.message(message.id)
    except NotFound:
        post(tx, message, render)
    else:
        joined = _joined(standing, message, render)
        tx.change_message(replace(joined, not_before=max(standing.not_before, message.not_before)))


def together(messages: Iterable[Message], render: Render) -> tuple[Message, ...]:
    """Return the messages with those of one id made one, rendered again as a whole."""
    found: dict[str, list[Message]] = {}
    for message in messages:
        found.setdefault(message.id, []).append(message)
    return tuple(_one_of(alike, render) if len(alike) > 1 else alike[0] for alike in found.values())


def _one_of(messages: list[Message], render: Render) -> Message:
    letters = [letter_from_json(message.letter) for message in messages]
    letter = replace(letters[0], items=tuple(item for each in letters for item in each.items))
    whole = replace(
        messages[0],
        promises=tuple(link for message in messages for link in message.promises),
        not_before=max(message.not_before for message in messages),
    )
    return _again(whole, letter, render)


def _joined(standing: Message, message: Message, render: Render) -> Message:
    """Return a standing message with what another one says in it too."""
    letter = letter_from_json(standing.letter)
    joined = replace(letter, items=(*letter.items, *letter_from_json(message.letter).items))
    return replace(
        _again(standing, joined, render),
        promises=(*standing.promises, *message.promises),
        document=standing.document or message.document,
    )


def _again(message: Message, letter: Letter, render: Render) -> Message:
    words = render(letter)
    return replace(
        message,
        subject=words.subject,
        text=words.text,
        html=words.html,
        code=_codes(letter),
        letter=letter_to_json(letter),
        invitation=message.invitation if len(letter.items) == 1 else None,
    )


def recall(tx: Tx, decision: Decision, render: Render, now: datetime) -> None:
    """Take ended promises out of their unsent messages; a message that says nothing any more is cancelled."""
    case = decision.after.number
    for message_id, promises in _by_message(decision.recalled).items():
        message = tx.message(message_id)
        if message.state != "queued":
            continue
        ended = frozenset(p.no for p in promises)
        left = tuple(link for link in message.promises if link[0] != case or link[1] not in ended)
        letter = letter_from_json(message.letter)
        items = tuple(item for item in (i.without(case, ended) for i in letter.items) if item is not None)
        if not left or not items:
            tx.change_message(replace(message, state="cancelled", ended_at=now, last_words=promises[0].why))
        else:
            tx.change_message(replace(_again(message, replace(letter, items=items), render), promises=left))


def _by_message(recalled: Iterable[Promise]) -> dict[str, list[Promise]]:
    found: dict[str, list[Promise]] = {}
    for promise in recalled:
        found.setdefault(promise.message, []).append(promise)
    return found


def fingerprint(parts: Iterable[str]) -> str:
    """Return a short digest over texts, for confirming a preview."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(part.encode())
        whole.update(b"\0")
    return whole.hexdigest()[:16]
