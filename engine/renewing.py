"""Promising anew what an undone move had taken back: the same seat, step and time, in a new round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from engine.case import Promise
from engine.draft import Draft, Outgoing
from engine.ladders import next_round
from engine.letter_json import letter_from_json
from engine.letters import Item, Message

COPY = "copy:"


def renew(draft: Draft, ended: Sequence[Promise], messages: Mapping[str, Message]) -> None:
    """Promise again what had been pending, as it was before it ended. ended: the promises as they were then.

    A planned promise is planned again. A mail that waited in the outbox waits there again with the same words and hour; a
    reminder that would have joined others is planned for now, so that firing it asks again whom it joins.
    """
    rounds = {promise.about: next_round(draft, promise.about) for promise in ended}
    fired = {(p.about, p.step) for p in ended if not p.seat.startswith(COPY)}
    queued: dict[str, dict[int, Promise]] = {}
    for promise in ended:
        message = messages.get(promise.message) if promise.state == "queued" else None
        if message is not None and message.merges and promise.seat.startswith(COPY) and (promise.about, promise.step) in fired:
            continue  # firing the reminder again makes its copy again
        again = _again(draft, promise, rounds[promise.about])
        if message is not None and not message.merges:
            queued.setdefault(message.id, {})[promise.no] = again
    for message_id, of_message in queued.items():
        _queue(draft, messages[message_id], of_message)


def _again(draft: Draft, promise: Promise, of_round: int) -> Promise:
    return draft.put(replace(promise, no=draft.next_no(), entry=draft.entry_no, round=of_round, state="planned", message=""))


def _queue(draft: Draft, message: Message, renewed: Mapping[int, Promise]) -> None:
    """Lay a mail that was taken back into the outbox again, in the words it had."""
    letter = letter_from_json(message.letter)
    numbers = {old: promise.no for old, promise in renewed.items()}
    items = tuple(
        _renumbered(item, numbers) for item in letter.items if item.case == draft.case.number and _says(item, numbers)
    )
    said = {no for item in items for no in (item.promise, *item.also)}
    id_ = draft.call.ids.message()
    for promise in renewed.values():
        if promise.no in said:
            draft.change(promise, state="queued", message=id_)
        else:
            draft.change(promise, state="skipped", why="superseded", ended_at=draft.now)
    if items:
        draft.letters.append(
            Outgoing(
                id=id_,
                letter=replace(letter, items=items),
                promises=tuple(sorted(said)),
                not_before=message.not_before,
                day=message.day,
                invitation=message.invitation,
                document=message.document,
            )
        )


def _says(item: Item, numbers: Mapping[int, int]) -> bool:
    return any(no in numbers for no in (item.promise, *item.also))


def _renumbered(item: Item, numbers: Mapping[int, int]) -> Item:
    first, *also = _known((item.promise, *item.also), numbers)
    return replace(item, promise=first, also=tuple(also))


def _known(nos: Iterable[int], numbers: Mapping[int, int]) -> list[int]:
    return [numbers[no] for no in nos if no in numbers]
