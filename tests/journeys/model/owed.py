"""The model's rows: what is owed, and what was promised about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from tests.journeys.model.days import Op


@dataclass(eq=False)
class Owed:
    """Something owed. no: as the ledger numbers it, once it is known."""

    kind: str
    rule: str
    seat: str
    ops: list[Op]
    occurrence: str = ""
    record: int = 0
    due: date = date.min
    last: date = date.min
    state: str = "open"
    ended: str = ""
    round: int = 1
    missed: bool = False
    extended: bool = False
    no: int = 0
    period: int = 1

    @property
    def is_open(self) -> bool:
        """Whether it has no end yet."""
        return not self.ended

    @property
    def name(self) -> tuple[str, str, str, str, int]:
        """What tells it from others of the same entry."""
        return (self.kind, self.rule, self.seat, self.occurrence, self.record)


@dataclass(eq=False)
class Told:
    """A promise."""

    kind: str
    step: str
    seat: str
    on: date
    wake: datetime
    about: Owed | None = None
    code: str = ""
    task: str = ""
    round: int = 1
    state: str = "planned"
    why: str = ""
    no: int = 0
    message: str = ""
    again: bool = False
    held: datetime | None = None
    born: int = field(default=0)

    @property
    def pending(self) -> bool:
        """Whether it has no end yet."""
        return self.state in {"planned", "queued"}

    def end(self, state: str, why: str) -> None:
        """End it, once."""
        if self.pending:
            self.state, self.why = state, why

    @property
    def line(self) -> tuple[str, int, str, str, str, int, str, str]:
        """What the ledger has to say of it."""
        about = self.about.no if self.about else 0
        on = "" if self.again else self.on.isoformat()
        why = "" if self.pending else self.why
        return (self.kind, about, self.step, self.seat, on, self.round, self.state, why)
