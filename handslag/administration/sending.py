"""The sending switch: a person lets real mail leave from this installation at this place, or forbids it; both are noted.

Whoever administers a programme may, because one outbox serves them all.
"""

from __future__ import annotations

from datetime import datetime

from engine.actor import Actor
from engine.errors import Refused
from engine.ports import Tx
from handslag.releasing import fallen_due, skip_fallen_due
from handslag.wiring import House
from storage import approval, programme_log
from storage.approval import Approval

SKIPPED = "sending was off"


def decide(
    house: House, person: str, now: datetime, *, release: bool, skip: bool, surface: str = "cli", dry_run: bool = False
) -> int:
    """Have decided what fell due while sending was off; return how many mails ended as skipped.

    Raises: Refused where mails wait and nothing was decided.
    """
    if house.store.read(approval.approval).holds:
        return 0
    found = house.store.read(lambda tx: fallen_due(tx, now))
    count = sum(len(promises) for promises in found.values())
    if count and not (release or skip):
        cases = ", ".join(f"{number} ({len(promises)})" for number, promises in sorted(found.items())[:20])
        raise Refused(
            f"{count} mail(s) fell due while sending was off: {cases}; "
            "say --release to let them leave, or --skip to end them as 'skipped: restored'"
        )
    return skip_fallen_due(house, person, now, SKIPPED, surface=surface) if count and skip and not dry_run else 0


def approve(tx: Tx, actor: Actor, now: datetime) -> Approval:
    """Let real mail leave from here."""
    old = approval.approval(tx)
    made = approval.approve(tx, by=actor.name, at=now)
    changes = {"place": (old.approved_place or None, made.place)}
    programme_log.note(tx, actor, now, "sending_approved", made.installation, changes)
    return made


def revoke(tx: Tx, actor: Actor, now: datetime) -> None:
    """Forbid it; mails wait in the outbox."""
    old = approval.approval(tx)
    approval.revoke(tx)
    changes = {"place": (old.approved_place or None, None)}
    programme_log.note(tx, actor, now, "sending_revoked", old.installation, changes)
