"""What follows from one try to send a mail: its end, or when it is tried again. Pure rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.letters import Message, Receipt

# Given up about three days after the first try.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60, 24 * 60))

# How the words of a receipt begin where the server may have taken the mail although it did not say so.
UNCERTAIN = "delivery uncertain"

NextTry = Callable[[int, datetime], datetime | None]


@dataclass(frozen=True, slots=True)
class Retry:
    """Growing pauses between tries; the mail is given up when the try after the last pause has failed too."""

    pauses: tuple[timedelta, ...] = PAUSES

    def next_try(self, attempts: int, now: datetime) -> datetime | None:
        """Return when to try again after so many failed tries (1 or more), None where the mail is given up."""
        if attempts < 1:
            raise ValueError(f"attempts must be 1 or more, got {attempts}")
        return now + self.pauses[attempts - 1] if attempts <= len(self.pauses) else None


def settled(message: Message, receipt: Receipt, now: datetime, next_try: NextTry) -> tuple[Message, Receipt]:
    """Return the message as it stands after a try, and the receipt, which is `never` where no try is left.

    The message is sent, failed, or queued again for the next try; its lease is gone.
    """
    attempts = message.attempts + 1
    tried = replace(message, attempts=attempts, last_words=receipt.words, lease_until=None, worker="")
    if receipt.outcome == "sent":
        return replace(tried, state="sent", ended_at=now), receipt
    again_at = next_try(attempts, now) if receipt.outcome == "later" else None
    if again_at is None:
        return replace(tried, state="failed", ended_at=now), replace(receipt, outcome="never")
    uncertain = message.uncertain or receipt.words.startswith(UNCERTAIN)
    return replace(tried, state="queued", not_before=again_at, uncertain=uncertain), receipt
