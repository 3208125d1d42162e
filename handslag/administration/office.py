"""A person who administers: where, as whom, and when; and leaving an entry of what that person changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.actor import Actor
from engine.policy import ACTS, require
from engine.ports import Tx
from engine.programme import Programme
from handslag.acting import actor_on
from storage import programme_log

ADMINISTER = "programme"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Who acts in which programme. now: aware UTC."""

    programme: Programme
    actor: Actor
    now: datetime

    def may(self, act: str) -> bool:
        """Tell whether the actor may do an act anywhere in the programme."""
        return self.actor.kind == "system" or bool(set(self.actor.roles) & set(ACTS[act]))

    def note(self, tx: Tx, kind: str, subject: str, changes: Mapping[str, Any]) -> None:
        """Leave an entry in the programme's log."""
        programme_log.note(tx, self.actor, self.now, kind, subject, changes, programme=self.programme.key)


def office_in(tx: Tx, programme: str, person: str, now: datetime, act: str, *, surface: str) -> Office:
    """Return a person in a programme, allowed to do an act there. Raises: NotFound, NotPermitted."""
    found = tx.programme(programme)
    actor = actor_on(found, None, person, now, surface=surface)
    require(actor, act)
    return Office(programme=found, actor=actor, now=now)
