"""The outbox's one reader: claims messages, hands each to the channel with no transaction open, and has the outcome recorded.

A process that dies in here loses nothing: what it had claimed comes back when its lease lapses, under the same Message-ID.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from engine.delivery import claim
from engine.errors import NotFound
from engine.letters import Message, Receipt
from engine.ports import Channel, Clock, Document, Store, Tx
from notifications.retry import NextTry, settled

# Reason code that stands in the words of a receipt where the fence held a mail back.
NOT_ALLOWED = "not_allowed_address"

# So many mails in a row without any answer from the server: it is down, and the rest can wait for the next round.
MOST_SILENT = 3

Record = Callable[[Tx, Message, Receipt, datetime], None]
StillTrue = Callable[[Sequence[Message], datetime], Sequence[Message]]


async def drain(
    store: Store,
    channel: Channel,
    *,
    clock: Clock,
    worker: str,
    lease: timedelta,
    batch: int,
    retry: NextTry,
    fence: Callable[[str], bool],
    record: Record,
    abreast: int = 1,
    stop: Callable[[], bool] = lambda: False,
    given_back: Callable[[Tx, Message, datetime], None] = lambda tx, message, now: None,
    still_true: StillTrue = lambda claimed, now: claimed,
) -> int:
    """Send what may leave now, until nothing is left or `stop` says so, and return how many mails were tried.

    record: writes one try in the transaction it is given: the message as `settled` left it, still with the claim under which
    it was tried, the receipt, the instant.
    abreast: how many mails may be in hand at once; each is noted before the hand that sent it takes the next.
    stop: asked before each mail, so those in hand are finished; what was claimed beyond them is given back.
    given_back: called for each of these, to ask again whether it still applies.
    still_true: gives back what was claimed and must not leave as it is, and returns the rest.
    """
    reader = _Reader(store=store, channel=channel, clock=clock, worker=worker, lease=lease, batch=batch, retry=retry,
                     fence=fence, record=record, abreast=abreast, stop=stop, given_back=given_back,
                     still_true=still_true)  # fmt: skip
    tried = 0
    while not stop():
        claimed = await reader.claim()
        leaving = await reader.look_again(claimed) if claimed else []
        done = await reader.work_off(leaving) if leaving else 0
        tried += done
        if done < len(leaving) or not claimed:
            break
    return tried


@dataclass(slots=True, kw_only=True)
class _Pile:
    """What was claimed and not taken in hand yet. silent: mails in a row without any answer; is_broken: a hand has failed."""

    left: deque[Message]
    last_start: datetime
    silent: int = 0
    is_broken: bool = False

    @property
    def is_hopeless(self) -> bool:
        return self.is_broken or self.silent >= MOST_SILENT


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    store: Store
    channel: Channel
    clock: Clock
    worker: str
    lease: timedelta
    batch: int
    retry: NextTry
    fence: Callable[[str], bool]
    record: Record
    abreast: int
    stop: Callable[[], bool]
    given_back: Callable[[Tx, Message, datetime], None]
    still_true: StillTrue

    async def claim(self) -> Sequence[Message]:
        """Claim a batch in a transaction of its own."""
        now = self.clock.now()
        until = now + self.lease
        return await asyncio.to_thread(self.store.run, lambda tx: claim(tx, now, until, self.batch, self.worker))

    async def look_again(self, claimed: Sequence[Message]) -> Sequence[Message]:
        """Return those of the claimed messages that may leave as they are."""
        return await asyncio.to_thread(self.still_true, claimed, self.clock.now())

    async def work_off(self, claimed: Sequence[Message]) -> int:
        """Send claimed messages, `abreast` at a time, give back those that were not tried, and return how many were."""
        # A mail begun in the second half of the lease could still be in hand when somebody else may claim it.
        last_start = min(m.lease_until or self.clock.now() for m in claimed) - self.lease / 2
        pile = _Pile(left=deque(claimed), last_start=last_start)
        try:
            documents = await asyncio.to_thread(self.store.read, lambda tx: _documents(tx, claimed))
            await _together(self._hand(pile, documents) for _ in range(min(self.abreast, len(claimed))))
        finally:
            await self._give_back(pile.left)
        return len(claimed) - len(pile.left)

    async def _hand(self, pile: _Pile, documents: Mapping[str, Document]) -> None:
        """Take one message after the other until none is left or it is time to stop."""
        while pile.left and not (self.stop() or pile.is_hopeless or self.clock.now() > pile.last_start):
            message = pile.left.popleft()
            try:
                receipt = await self._send(message, documents)
                pile.silent = pile.silent + 1 if receipt.outcome == "later" and not receipt.code else 0
                await self._note(message, receipt)
            except BaseException:
                pile.is_broken = True
                raise

    async def _send(self, message: Message, documents: Mapping[str, Document]) -> Receipt:
        if not self.fence(message.address):
            return Receipt(outcome="never", words=NOT_ALLOWED)
        if message.document and message.document not in documents:
            return Receipt(outcome="never", words=f"the document {message.document} is not stored")
        return await self.channel.send(message, documents.get(message.document))

    async def _note(self, message: Message, receipt: Receipt) -> None:
        now = self.clock.now()
        after, outcome = settled(message, receipt, now, self.retry)
        after = replace(after, lease_until=message.lease_until, worker=message.worker)
        await asyncio.to_thread(self.store.run, lambda tx: self.record(tx, after, outcome, now))

    async def _give_back(self, untried: Collection[Message]) -> None:
        """Queue again what we claimed and did not touch: a lapsed lease would make its delivery look uncertain."""
        if untried:
            now = self.clock.now()
            await asyncio.to_thread(self.store.run, lambda tx: self._release(tx, untried, now))

    def _release(self, tx: Tx, untried: Collection[Message], now: datetime) -> None:
        for message in untried:
            standing = tx.message(message.id)
            is_ours = standing.state == "claimed" and standing.worker == self.worker
            if is_ours and standing.lease_until == message.lease_until:
                tx.change_message(replace(standing, state="queued", lease_until=None, worker=""))
                self.given_back(tx, standing, now)


async def _together(hands: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Let all hands finish what they hold, even where one of them fails; only being cancelled stops them at once."""
    tasks = [asyncio.create_task(hand) for hand in hands]
    try:
        await asyncio.wait(tasks)
    except asyncio.CancelledError:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        raise
    for task in tasks:
        task.result()


def _documents(tx: Tx, messages: Sequence[Message]) -> Mapping[str, Document]:
    """Return the documents that messages carry; one that is not stored is left out."""
    found = {}
    for digest in {message.document for message in messages if message.document}:
        try:
            found[digest] = tx.document(digest)
        except NotFound:
            continue
    return found
