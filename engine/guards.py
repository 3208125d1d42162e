"""Asking guards: what they may look at, and what they answered, kept for history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from engine.case import Case, Deadline, Record, Seat
from engine.declared import Guard, Version
from engine.entry import GuardAnswer
from engine.programme import Programme
from engine.seats import active_seats, signed_seats


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardView:
    """All that a guard may look at: the case as it would stand with the facts given at the move, and its surroundings.

    figures: counts beyond the case that the guard declared, e.g. `open_cases`; today: local date of the programme.
    """

    version: Version
    programme: Programme
    case: Case
    today: date
    figures: Mapping[str, int] = field(default_factory=dict)

    def fact(self, key: str) -> Any:
        """Return a fact's JSON value; None where it is absent or an empty text."""
        value = self.case.facts.get(key)
        return None if value == "" else value

    def number(self, key: str) -> Decimal | None:
        """Return a number fact, None where absent (numbers are kept as decimal text)."""
        value = self.fact(key)
        return None if value is None else Decimal(str(value))

    def records(self, list_key: str) -> tuple[Record, ...]:
        """Return the records of a list that are not void."""
        return self.case.records_of(list_key)

    def seats(self, role: str) -> tuple[Seat, ...]:
        """Return the seats of a role that hold today, from the case; programme-wide roles have no seat row."""
        return active_seats(self.case, role, self.today)

    def is_filled(self, role: str) -> bool:
        """Tell whether somebody holds a role: by a seat of the case, or because the programme has such people."""
        return bool(self.seats(role)) or bool(self.programme.people_in(role))

    @property
    def frozen_hash(self) -> str:
        """Hash of the agreement frozen for signing, empty where none is."""
        return str(self.case.facts.get("frozen_hash") or "")

    def signed_seats(self) -> frozenset[str]:
        """Return the keys of the seats with a valid signature on the frozen document."""
        return signed_seats(self.case)

    def overdue(self) -> tuple[tuple[Deadline, int], ...]:
        """Return open, not yet submitted deadlines past their grace, each with its working days late."""
        late = (d for d in self.case.open_deadlines() if d.state != "submitted" and d.last_on < self.today)
        return tuple((d, self.programme.calendar.working_days_after(d.last_on, self.today)) for d in late)


def ask(guards: Iterable[Guard], view: GuardView) -> tuple[GuardAnswer, ...]:
    """Ask every guard, unmet ones included, and return what each said in order."""
    answers = []
    for guard in guards:
        said = guard.check(view)
        reason = said.reason
        answers.append(
            GuardAnswer(
                name=guard.name,
                params=dict(guard.params),
                yes=said.yes,
                code=reason.code if reason else "",
                values=dict(reason.values) if reason else None,
            )
        )
    return tuple(answers)
