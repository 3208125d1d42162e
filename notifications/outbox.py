"""The outbox's one reader: claims messages, hands each to the channel with no transaction open, and has the outcome recorded.

A process that dies in here loses nothing: what it had claimed comes back when its lease lapses, under the same Message-ID.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

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
    stop: Callable[[], bool] = lambda: False,
    given_back: Callable[[Tx, Message, datetime], None] = lambda tx, message, now: None,
) -> int:
    """Send what may leave now, until nothing is left or `stop` says so, and return how many mails were tried.

    record: writes one try in the transaction it is given: the message as `settled` left it, the receipt, the instant.
    stop: asked before each mail, so the one in hand is finished; what was claimed beyond it is given back.
    given_back: called for each of these, to ask again whether it still applies.
    """
    reader = _Reader(store=store, channel=channel, clock=clock, worker=worker, lease=lease, batch=batch, retry=retry,
                     fence=fence, record=record, stop=stop, given_back=given_back)  # fmt: skip
    tried = 0
    while not stop():
        claimed = await reader.claim()
        done = await reader.work_off(claimed) if claimed else 0
        tried += done
        if done < len(claimed) or not claimed:
            break
    return tried


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
    stop: Callable[[], bool]
    given_back: Callable[[Tx, Message, datetime], None]

    async def claim(self) -> Sequence[Message]:
        """Claim a batch in a transaction of its own."""
        now = self.clock.now()
        until = now + self.lease
        return await asyncio.to_thread(self.store.run, lambda tx: claim(tx, now, until, self.batch, self.worker))

    async def work_off(self, claimed: Sequence[Message]) -> int:
        """Send claimed messages one by one, give back those that were not tried, and return how many were."""
        # A mail begun in the second half of the lease could still be in hand when somebody else may claim it.
        last_start = min(m.lease_until or self.clock.now() for m in claimed) - self.lease / 2
        tried = silent = 0
        try:
            documents = await asyncio.to_thread(self.store.read, lambda tx: _documents(tx, claimed))
            for message in claimed:
                if self.stop() or silent == MOST_SILENT or self.clock.now() > last_start:
                    break
                tried += 1
                receipt = await self._send(message, documents)
                silent = silent + 1 if receipt.outcome == "later" and not receipt.code else 0
                await self._note(message, receipt)
        finally:
            await self._give_back(claimed[tried:])
        return tried

    async def _send(self, message: Message, documents: Mapping[str, Document]) -> Receipt:
        if not self.fence(message.address):
            return Receipt(outcome="never", words=NOT_ALLOWED)
        if message.document and message.document not in documents:
            return Receipt(outcome="never", words=f"the document {message.document} is not stored")
        return await self.channel.send(message, documents.get(message.document))

    async def _note(self, message: Message, receipt: Receipt) -> None:
        now = self.clock.now()
        after, outcome = settled(message, receipt, now, self.retry)
        await asyncio.to_thread(self.store.run, lambda tx: self.record(tx, after, outcome, now))

    async def _give_back(self, untried: Sequence[Message]) -> None:
        """Queue again what we claimed and did not touch: a lapsed lease would make its delivery look uncertain."""
        if untried:
            now = self.clock.now()
            await asyncio.to_thread(self.store.run, lambda tx: self._release(tx, untried, now))

    def _release(self, tx: Tx, untried: Sequence[Message], now: datetime) -> None:
        for message in untried:
            standing = tx.message(message.id)
            is_ours = standing.state == "claimed" and standing.worker == self.worker
            if is_ours and standing.lease_until == message.lease_until:
                tx.change_message(replace(standing, state="queued", lease_until=None, worker=""))
                self.given_back(tx, standing, now)


def _documents(tx: Tx, messages: Sequence[Message]) -> Mapping[str, Document]:
    """Return the documents that messages carry; one that is not stored is left out."""
    found = {}
    for digest in {message.document for message in messages if message.document}:
        try:
            found[digest] = tx.document(digest)
        except NotFound:
            continue
    return found
