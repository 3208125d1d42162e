"""From promises to letters: who is written to, in one letter for one person, or why nobody is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from engine.acts import MailChoice
from engine.case import Deadline, Promise
from engine.contexts import about_deadline, about_move
from engine.declared import Mail, MailRule
from engine.draft import Draft, Outgoing
from engine.entry import Change
from engine.letters import Invitation, Item, Letter, Recipient
from engine.seats import expand, holder


def send_move_mails(
    draft: Draft, rules: tuple[MailRule, ...], *, reason: str, previous: str, step: str, held: bool = False
) -> None:
    """Plan and queue the mails of a move: one promise per seat, one letter per person, text and choice made about it.

    A seat that nobody holds ends `skipped` with the reason; a move registered late mails nobody: `skipped: registered_late`.
    held: whether they wait for the hold time, because the move can be undone.
    """
    letters: dict[tuple[str, str, MailChoice | None], tuple[Recipient, dict[int, Mapping[str, Any]]]] = {}
    for rule in rules:
        seats = list(dict.fromkeys(seat for spec in rule.to for seat in expand(draft, spec)))
        for seat in seats:
            found = holder(draft, seat)
            promise = _move_promise(draft, rule.code, seat, f"{step} {rule.code}")
            if draft.is_late_entry or not isinstance(found, Recipient):
                why = "registered_late" if isinstance(found, Recipient) else found.code
                draft.change(promise, state="skipped", why=why, ended_at=draft.now)
                continue
            if found.why == "owner":
                found = replace(found, why="move")
            record = draft.case.records.get(int(seat.partition("#")[2])) if seat.startswith("record#") else None
            context = about_move(draft, found, reason=reason, previous=previous, record=record)
            of_one = (found.key, rule.code, choice_of(draft, rule.code, seat))
            letters.setdefault(of_one, (found, {}))[1][promise.no] = context
            if found.copy_to and found.copy_to not in seats:
                seats.append(found.copy_to)
    for (_, code, choice), (recipient, contexts) in letters.items():
        _queue_letter(draft, recipient, draft.version.mails[code], contexts, choice=choice, held=held)


def choice_of(draft: Draft, code: str, seat: str) -> MailChoice | None:
    """Return what the actor decided about the mail of a code to a seat, None where it leaves as it is."""
    return next((c for c in draft.call.mails if c.code == code and c.seat in ("", seat)), None)


def _move_promise(draft: Draft, code: str, seat: str, step: str, about: int = 0) -> Promise:
    promise = Promise(
        no=draft.next_no(),
        kind="mail",
        seat=seat,
        step=step,
        entry=draft.entry_no,
        due_at=draft.now,
        on=draft.today,
        about=about,
        code=code,
    )
    return draft.put(promise)


def _queue_letter(
    draft: Draft,
    recipient: Recipient,
    mail: Mail,
    contexts: Mapping[int, Mapping[str, Any]],
    *,
    choice: MailChoice | None = None,
    held: bool = False,
) -> None:
    """Queue one letter; promises whose contexts are alike share an item. One that is suppressed is written and ends at once."""
    items: list[Item] = []
    for no, context in contexts.items():
        alike = next((n for n, item in enumerate(items) if item.context == context), None)
        if alike is None:
            items.append(_item(draft, no, mail, context))
        else:
            items[alike] = replace(items[alike], also=(*items[alike].also, no))
    earliest = draft.now + draft.scene.hold if held else draft.now
    leaves = _leaves(draft, recipient, mail, max(earliest, (choice and choice.until) or earliest))
    document = str(draft.case.facts.get(mail.attaches) or "") if mail.attaches else ""
    message = draft.call.ids.message(recipient.key, document)
    for no in contexts:
        due = draft.programme.calendar.local_day(leaves)
        queued = draft.change(draft.case.promises[no], state="queued", message=message, due_at=leaves, on=due)
        if choice is not None:
            _choose(draft, queued, choice)
    due_on = next((c["due"] for c in contexts.values() if c.get("due")), None)
    draft.letters.append(
        Outgoing(
            id=message,
            letter=_letter(draft, recipient, tuple(items)),
            promises=tuple(contexts),
            not_before=leaves,
            day=draft.programme.calendar.local_day(leaves),
            invitation=_invitation(draft, mail, items[0], due_on, f"r{draft.entry_no}"),
            document=document,
            suppressed=choice is not None and choice.what == "suppress",
        )
    )


def _choose(draft: Draft, promise: Promise, choice: MailChoice) -> None:
    """Let a queued promise be what was decided about it; history says by which words."""
    if choice.what == "suppress":
        draft.change(promise, state="suppressed", why="suppressed_by", ended_at=draft.now)
    else:
        draft.change(promise, why="held_by")
    said = {"what": choice.what, "until": choice.until, "reason": choice.reason}
    draft.extra.append(Change(kind="choice", no=promise.no, old=None, new=said))


def queue_about(draft: Draft, deadline: Deadline, code: str, seat: str, step: str) -> None:
    """Plan and queue one mail about a deadline that is caused by an act (returned, accepted), not by a rung."""
    if not code:
        return
    promise = _move_promise(draft, code, seat, step, deadline.no)
    promise = draft.change(promise, round=deadline.round)
    found = holder(draft, seat)
    if not isinstance(found, Recipient) or draft.is_late_entry:
        why = found.code if not isinstance(found, Recipient) else "registered_late"
        draft.change(promise, state="skipped", why=why, ended_at=draft.now)
        return
    mail = draft.version.mails[code]
    contexts = {promise.no: about_deadline(draft, deadline, found)}
    _queue_letter(draft, found, mail, contexts, choice=choice_of(draft, code, seat))


def queue_reminder(draft: Draft, promise: Promise, deadline: Deadline, recipient: Recipient) -> None:
    """Queue a due reminder; it joins what falls due for the same person on the same sending day."""
    mail = draft.version.mails[promise.code]
    item = _item(draft, promise.no, mail, about_deadline(draft, deadline, recipient))
    day = draft.today
    message = draft.call.ids.join(recipient.key, draft.programme.key, day)
    draft.change(promise, state="queued", message=message, held_until=None)
    due_on = deadline.due_on if deadline.due_on >= day else None
    draft.letters.append(
        Outgoing(
            id=message,
            letter=_letter(draft, recipient, (item,)),
            promises=(promise.no,),
            not_before=draft.now,
            day=day,
            merges=True,
            invitation=_invitation(draft, mail, item, due_on, f"d{deadline.no}"),
            document=str(draft.case.facts.get(mail.attaches) or "") if mail.attaches else "",
        )
    )


def _leaves(draft: Draft, recipient: Recipient, mail: Mail, earliest: datetime) -> datetime:
    calendar = draft.programme.calendar
    return calendar.next_sending(earliest, to_company=recipient.side != "municipality", quiet_applies=not mail.urgent)


def _item(draft: Draft, promise: int, mail: Mail, context: Mapping[str, Any]) -> Item:
    return Item(case=draft.case.number, promise=promise, mail=mail, fallback=draft.version.fallback, context=context)


def _letter(draft: Draft, recipient: Recipient, items: tuple[Item, ...]) -> Letter:
    programme = draft.programme
    return Letter(
        recipient=recipient,
        items=items,
        programme=programme.names,
        sender_name=programme.sender_name,
        reply_to=programme.reply_to,
        zone=programme.calendar.zone,
    )


def _invitation(draft: Draft, mail: Mail, item: Item, due_on: date | None, ref: str) -> Invitation | None:
    if not mail.asks or due_on is None:
        return None
    uid = f"{draft.case.number}-{ref}@{draft.programme.sender.partition('@')[2]}"
    summary = f"{draft.case.title} [{draft.case.number}]"
    return Invitation(uid=uid, sequence=draft.entry_no, on=due_on, summary=summary)


def queue_anew(draft: Draft, promise: Promise, recipient: Recipient, context: Mapping[str, Any]) -> None:
    """Queue the mail of a promise to somebody, speaking of what it was about to begin with."""
    _queue_letter(draft, recipient, draft.version.mails[promise.code], {promise.no: context})


def queue_again(draft: Draft, old: Promise, deadline: Deadline | None, recipient: Recipient, reason: str) -> None:
    """Queue a mail anew for a promise that has ended: a new promise that names the old one."""
    promise = _move_promise(draft, old.code, old.seat, old.step, old.about)
    promise = draft.change(promise, resend_of=old.no, round=old.round)
    mail = draft.version.mails[old.code]
    if deadline is not None:
        context: Mapping[str, Any] = about_deadline(draft, deadline, recipient)
    else:
        context = about_move(draft, recipient, reason=reason, previous=draft.case.phase, record=None)
    _queue_letter(draft, recipient, mail, {promise.no: context}, choice=choice_of(draft, old.code, old.seat))
