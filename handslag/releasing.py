"""What fell due while sending was off (after a restore, a copy, a move): a person lets it leave, or ends it.

Real mail leaves only from an installation that was approved for its place, so this is asked when approval is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from engine.acts import SkipRestored
from engine.ports import Tx
from engine.use_cases import perform
from handslag.acting import call_on
from handslag.wiring import House
from storage.outbox_reads import messages

ALL = 1_000_000


def fallen_due(tx: Tx, now: datetime) -> Mapping[str, tuple[int, ...]]:
    """Return what would leave as soon as sending is on, promises by case: mails in the outbox, and reminders that are due.

    A mail that a worker held when a copy was taken is still claimed in the copy: it would leave once the lease has lapsed.
    """
    found: dict[str, tuple[int, ...]] = {}
    waiting = [line for state in ("claimed", "queued") for line in messages(tx, state=state, limit=ALL)]
    for line in waiting:
        for number, no in tx.message(line.id).promises:
            found[number] = (*found.get(number, ()), no)
    for item in tx.due_promises(now, ALL):
        promise = tx.case(item.case).promises.get(item.no)
        if promise is not None and promise.kind == "mail":
            found[item.case] = (*found.get(item.case, ()), item.no)
    return found


def _free_claims(tx: Tx) -> None:
    """Take mails out of the hands of workers of another place; whether they left there nobody here can know."""
    for line in messages(tx, state="claimed", limit=ALL):
        held = tx.message(line.id)
        tx.change_message(replace(held, state="queued", lease_until=None, worker="", uncertain=True))


def skip_fallen_due(house: House, person: str, now: datetime, reason: str, *, surface: str = "cli") -> int:
    """End all of it as `skipped: restored`, in the name of a person; returns how many mails that were.

    Every case is a transaction of its own: told again, it goes on where it was stopped. Raises: NotPermitted, NotFound.
    """
    house.store.run(_free_claims)
    found = house.store.read(lambda tx: fallen_due(tx, now))
    for number, promises in found.items():
        act = SkipRestored(promises=promises, reason=reason)

        def use(tx: Tx, number: str = number, act: SkipRestored = act) -> None:
            perform(tx, house.tools, number, act, call_on(tx, number, person, now, house.tools.ids, surface=surface))

        house.store.run(use)
    return sum(len(promises) for promises in found.values())
