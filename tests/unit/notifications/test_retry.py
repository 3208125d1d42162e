"""Pauses grow, and end; a message after a try stands as the receipt says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from engine.letters import Message, Receipt
from notifications.retry import PAUSES, UNCERTAIN, Retry, settled

NOW = datetime(2026, 5, 11, 8, tzinfo=UTC)
LATER = Receipt(outcome="later", words="451 busy", code=451)


def test_pauses_grow_and_end_after_about_three_days() -> None:
    retry = Retry()

    pauses = [retry.next_try(attempts, NOW) for attempts in range(1, len(PAUSES) + 1)]

    assert pauses[0] == NOW + timedelta(minutes=1)
    assert sorted(PAUSES) == list(PAUSES)
    assert timedelta(days=2) < sum(PAUSES, timedelta()) < timedelta(days=4)
    assert retry.next_try(len(PAUSES) + 1, NOW) is None
    assert Retry(()).next_try(1, NOW) is None
    with pytest.raises(ValueError, match="1 or more"):
        retry.next_try(0, NOW)


def test_a_sent_message_has_ended(message: Message) -> None:
    claimed = replace(message, state="claimed", worker="w", lease_until=NOW)

    after, receipt = settled(claimed, Receipt(outcome="sent", words="250 ok", code=250), NOW, Retry().next_try)

    assert (after.state, after.ended_at, after.attempts, after.last_words) == ("sent", NOW, 1, "250 ok")
    assert (after.worker, after.lease_until) == ("", None)
    assert receipt.outcome == "sent"


def test_a_message_refused_for_now_waits_for_its_next_try(message: Message) -> None:
    after, receipt = settled(replace(message, attempts=1), LATER, NOW, Retry().next_try)

    assert (after.state, after.not_before, after.attempts) == ("queued", NOW + timedelta(minutes=5), 2)
    assert after.ended_at is None
    assert not after.uncertain
    assert receipt == LATER


def test_a_message_whose_fate_is_unknown_is_marked(message: Message) -> None:
    after, _ = settled(message, Receipt(outcome="later", words=f"{UNCERTAIN}: silence"), NOW, Retry().next_try)

    assert after.uncertain


@pytest.mark.parametrize(
    ("attempts", "receipt"), [(0, Receipt(outcome="never", words="550 no", code=550)), (len(PAUSES), LATER)]
)
def test_a_message_without_a_next_try_has_failed(message: Message, attempts: int, receipt: Receipt) -> None:
    after, told = settled(replace(message, attempts=attempts), receipt, NOW, Retry().next_try)

    assert (after.state, after.ended_at) == ("failed", NOW)
    assert told.outcome == "never"
    assert told.words == receipt.words
