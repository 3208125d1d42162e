"""The outbox's reader tries each claimed mail once, records it, and gives back what it did not touch."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar, cast

import pytest

from engine.errors import NotFound
from engine.letters import Message, Receipt
from engine.ports import Document, Store, Tx
from notifications.fence import Fence
from notifications.outbox import MOST_SILENT, NOT_ALLOWED, drain
from notifications.retry import Retry

T = TypeVar("T")
START = datetime(2026, 5, 11, 8, tzinfo=UTC)
SENT = Receipt(outcome="sent", words="250 ok", code=250)
BUSY = Receipt(outcome="later", words="451 busy", code=451)
SILENT = Receipt(outcome="later", words="could not be reached")


@dataclass
class Shelf:
    """A store that holds messages in a dict; a transaction is the shelf itself. Notes whether one is open."""

    messages: dict[str, Message] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    attempts: list[tuple[str, str]] = field(default_factory=list)
    is_open: bool = False

    def run(self, use_case: Callable[[Tx], T]) -> T:
        self.is_open = True
        try:
            return use_case(cast(Tx, self))
        finally:
            self.is_open = False

    read = run

    def claim_messages(self, now: datetime, lease_until: datetime, limit: int, worker: str) -> Sequence[Message]:
        free = [
            m
            for m in self.messages.values()
            if m.not_before <= now
            and (m.state == "queued" or (m.state == "claimed" and m.lease_until is not None and m.lease_until <= now))
        ]
        claimed = [
            replace(m, uncertain=m.uncertain or m.state == "claimed", state="claimed", worker=worker, lease_until=lease_until)
            for m in free[:limit]
        ]
        self.messages |= {m.id: m for m in claimed}
        return claimed

    def message(self, message_id: str) -> Message:
        return self.messages[message_id]

    def change_message(self, message: Message) -> None:
        self.messages[message.id] = message

    def document(self, digest: str) -> Document:
        if digest not in self.documents:
            raise NotFound(f"no document {digest}")
        return self.documents[digest]


@dataclass
class Clock:
    at: datetime = START

    def now(self) -> datetime:
        return self.at


@dataclass
class Carrier:
    """A channel that answers as told and keeps what it was handed. `then` runs after each mail."""

    shelf: Shelf
    answers: list[Receipt] = field(default_factory=list)
    handed: list[tuple[str, str]] = field(default_factory=list)
    then: Callable[[], None] = lambda: None

    async def send(self, message: Message, document: Document | None) -> Receipt:
        assert not self.shelf.is_open
        self.handed.append((message.id, document.name if document else ""))
        self.then()
        return self.answers.pop(0) if self.answers else SENT

    async def close(self) -> None: ...


@pytest.fixture
def shelf(message: Message) -> Shelf:
    names = [f"m{no}" for no in range(7)]
    return Shelf(messages={n: replace(message, id=n, address=f"{n}@example.org", not_before=START) for n in names})


def record(tx: Tx, message: Message, receipt: Receipt, _now: datetime) -> None:
    tx.change_message(replace(message, worker="", lease_until=None))
    cast(Shelf, tx).attempts.append((message.id, receipt.outcome))


def run(
    shelf: Shelf,
    carrier: Carrier,
    *,
    clock: Clock | None = None,
    fence: Fence | None = None,
    batch: int = 3,
    abreast: int = 1,
    stop: Callable[[], bool] = lambda: False,
) -> int:
    return asyncio.run(
        drain(
            cast(Store, shelf),
            carrier,
            clock=clock or Clock(),
            worker="w1",
            lease=timedelta(minutes=2),
            batch=batch,
            retry=Retry().next_try,
            fence=fence or Fence(),
            record=record,
            abreast=abreast,
            stop=stop,
        )
    )


def states(shelf: Shelf) -> list[str]:
    return [message.state for message in shelf.messages.values()]


def test_everything_leaves_once_and_is_recorded(shelf: Shelf) -> None:
    carrier = Carrier(shelf)

    assert run(shelf, carrier) == 7
    assert [key for key, _ in carrier.handed] == list(shelf.messages)
    assert shelf.attempts == [(key, "sent") for key in shelf.messages]
    assert states(shelf) == ["sent"] * 7
    assert run(shelf, carrier) == 0


def test_a_mail_refused_for_now_is_queued_for_later_and_stops_nobody(shelf: Shelf) -> None:
    assert run(shelf, Carrier(shelf, answers=[BUSY] * 4)) == 7

    first = shelf.messages["m0"]
    assert (first.state, first.attempts, first.not_before) == ("queued", 1, START + timedelta(minutes=1))
    assert states(shelf) == ["queued"] * 4 + ["sent"] * 3


def test_a_server_that_is_silent_is_left_in_peace(shelf: Shelf) -> None:
    carrier = Carrier(shelf, answers=[SILENT] * 9)

    assert run(shelf, carrier, batch=5) == MOST_SILENT
    assert states(shelf) == ["queued"] * 7
    assert [message.attempts for message in shelf.messages.values()] == [1] * MOST_SILENT + [0] * 4
    assert not any(message.worker or message.lease_until for message in shelf.messages.values())


@dataclass
class Doors(Carrier):
    """A channel that keeps each mail in hand until so many others are in hand too."""

    wanted: int = 1
    in_hand: int = 0
    most: int = 0
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, message: Message, document: Document | None) -> Receipt:
        self.in_hand += 1
        self.most = max(self.most, self.in_hand)
        if self.in_hand == self.wanted:
            self.moved.set()
        await self.moved.wait()
        self.in_hand -= 1
        return await super().send(message, document)


def test_so_many_mails_as_allowed_are_in_hand_at_once(shelf: Shelf) -> None:
    doors = Doors(shelf, wanted=3)

    assert run(shelf, doors, batch=7, abreast=3) == 7
    assert doors.most == 3
    assert sorted(shelf.attempts) == [(key, "sent") for key in shelf.messages]
    assert states(shelf) == ["sent"] * 7


def test_a_hand_that_breaks_lets_the_others_finish_theirs(shelf: Shelf) -> None:
    def explode() -> None:
        if doors.handed[-1][0] == "m1":
            raise RuntimeError("bug")

    doors = Doors(shelf, wanted=3, then=explode)

    with pytest.raises(RuntimeError, match="bug"):
        run(shelf, doors, batch=7, abreast=3)

    assert states(shelf).count("claimed") == 1
    assert shelf.messages["m1"].state == "claimed"
    assert [shelf.messages[key].state for key in ("m0", "m2")] == ["sent", "sent"]


def test_an_address_outside_the_fence_is_never_handed_over(shelf: Shelf) -> None:
    carrier = Carrier(shelf)

    run(shelf, carrier, fence=Fence(["m1@example.org"]))

    assert carrier.handed == [("m1", "")]
    assert shelf.messages["m0"].state == "failed"
    assert shelf.messages["m0"].last_words == NOT_ALLOWED


def test_a_stop_finishes_the_mail_in_hand_and_gives_the_others_back(shelf: Shelf) -> None:
    stopped: list[bool] = []
    carrier = Carrier(shelf, then=lambda: stopped.append(True))

    assert run(shelf, carrier, stop=lambda: bool(stopped)) == 1
    assert shelf.attempts == [("m0", "sent")]
    assert states(shelf) == ["sent"] + ["queued"] * 6
    assert not any(message.uncertain for message in shelf.messages.values())
    assert run(shelf, carrier, stop=lambda: True) == 0


def test_no_mail_is_begun_in_the_second_half_of_a_lease(shelf: Shelf) -> None:
    clock = Clock()

    def slowly() -> None:
        clock.at += timedelta(seconds=40)

    assert run(shelf, Carrier(shelf, then=slowly), clock=clock) == 2
    assert states(shelf) == ["sent"] * 2 + ["queued"] * 5


def test_what_another_worker_has_claimed_since_is_not_given_back(shelf: Shelf) -> None:
    clock = Clock()

    def lapse() -> None:
        clock.at += timedelta(minutes=5)
        shelf.claim_messages(clock.at, clock.at + timedelta(minutes=2), 9, "w2")

    run(shelf, Carrier(shelf, then=lapse), clock=clock)

    assert {message.worker for key, message in shelf.messages.items() if key != "m0"} == {"w2"}


def test_a_channel_that_breaks_leaves_only_its_own_mail_claimed(shelf: Shelf) -> None:
    def explode() -> None:
        raise RuntimeError("bug")

    with pytest.raises(RuntimeError, match="bug"):
        run(shelf, Carrier(shelf, then=explode))

    assert states(shelf) == ["claimed"] + ["queued"] * 6


def test_a_claim_that_lapsed_comes_back_as_uncertain(shelf: Shelf) -> None:
    shelf.claim_messages(START - timedelta(minutes=9), START, 1, "dead")
    shelf.messages["m0"] = replace(shelf.messages["m0"], state="claimed", worker="dead", lease_until=START)

    run(shelf, Carrier(shelf))

    assert shelf.messages["m0"].uncertain
    assert shelf.messages["m0"].state == "sent"


def test_documents_go_with_their_mails_and_a_lost_one_is_said(shelf: Shelf) -> None:
    shelf.documents["d1"] = Document(hash="d1", name="Aftale.pdf", media_type="application/pdf", content=b"%PDF")
    for key, digest in (("m0", "d1"), ("m1", "gone")):
        shelf.messages[key] = replace(shelf.messages[key], document=digest)
    carrier = Carrier(shelf)

    run(shelf, carrier)

    assert carrier.handed[0] == ("m0", "Aftale.pdf")
    assert "m1" not in [key for key, _ in carrier.handed]
    assert shelf.messages["m1"].last_words == "the document gone is not stored"
