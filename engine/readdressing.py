"""A mail that has not left goes to whoever holds the seat now: the old promise ends, and the same is promised anew."""

from __future__ import annotations

from dataclasses import replace

from engine.acts import Readdress
from engine.case import Promise
from engine.draft import Decision, Draft
from engine.ladders import end_promise, next_round
from engine.letter_json import letter_from_json
from engine.letters import Recipient
from engine.mailing import queue_anew
from engine.seats import holder


def readdress(draft: Draft, act: Readdress) -> Decision:
    """End promises whose mail would have gone to a former holder; whoever holds the seat now is promised the same anew."""
    for no in act.promises:
        promise = draft.case.promises.get(no)
        if promise is not None and promise.state == "queued" and promise.message == act.message:
            _readdress(draft, promise, act)
    return draft.finish("mail_readdressed", cause=f"message {act.message}")


def _readdress(draft: Draft, promise: Promise, act: Readdress) -> None:
    found = holder(draft, promise.seat)
    if not isinstance(found, Recipient):
        end_promise(draft, promise, "skipped", found.code)
    elif _is_told_already(draft, promise, found):
        end_promise(draft, promise, "skipped", "superseded")
    else:
        end_promise(draft, promise, "cancelled", "seat_changed")
        _promise_anew(draft, promise, promise.seat, found, act)
        absent = holder(draft, found.copy_to) if found.copy_to else None
        if isinstance(absent, Recipient):
            _promise_anew(draft, promise, found.copy_to, absent, act)


def _is_told_already(draft: Draft, promise: Promise, found: Recipient) -> bool:
    """Whether the new holder gets the same mail in another seat, or as the copy made while somebody else stood in."""
    return any(
        isinstance(other := holder(draft, p.seat), Recipient) and other.key == found.key
        for p in draft.case.promises.values()
        if (p.entry, p.code, p.about) == (promise.entry, promise.code, promise.about)
        and p.no != promise.no and p.state in ("queued", "sent")
    )  # fmt: skip


def _promise_anew(draft: Draft, old: Promise, seat: str, found: Recipient, act: Readdress) -> None:
    of_round = next_round(draft, old.about)
    again = replace(
        old, no=draft.next_no(), seat=seat, entry=draft.entry_no, round=of_round, message="", why="", state="planned"
    )
    again = draft.put(again)
    letter = letter_from_json(act.letter)
    said = next(i for i in letter.items if i.case == draft.case.number and old.no in (i.promise, *i.also))
    queue_anew(draft, again, found, {**said.context, "recipient": found.name})
