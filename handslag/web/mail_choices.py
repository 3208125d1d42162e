"""What is decided on the panel about each mail: send it, hold it until a time, or not send it and why. Plain form fields.

A mail is named in the form by its code and the seats that get it (`mail.<n>.code`, `mail.<n>.seat`), so a decision finds its
mail again whatever its place in the plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from engine.acts import MailChoice
from engine.choosing import HOLD, SUPPRESS
from engine.errors import Fault
from engine.use_cases import Outcome
from handslag.web.visit import Posted

PREFIX = "mail."
MOST = 50
SEND = "send"

Mails = frozenset[tuple[str, frozenset[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed about one mail. n: its place in the form; until: as typed, local; seats: those that get it."""

    n: int
    code: str
    seats: frozenset[str]
    what: str = SEND
    until: str = ""
    reason: str = ""

    @property
    def mail(self) -> tuple[str, frozenset[str]]:
        """What names the mail."""
        return self.code, self.seats


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a form decides about the mails of a plan. typed: as it stands there; zone: of the times in it."""

    typed: tuple[Typed, ...] = ()
    zone: str = "UTC"

    def about(self, code: str, seats: frozenset[str]) -> Typed | None:
        """Return what was typed about a mail, None where nothing was."""
        return next((typed for typed in self.typed if typed.mail == (code, seats)), None)

    def of(self, mails: Mails) -> Choices:
        """Return those about mails that are (still) in the plan."""
        return Choices(typed=tuple(t for t in self.typed if t.mail in mails), zone=self.zone)

    def but(self, faults: Sequence[Fault]) -> Choices:
        """Return those that have no fault."""
        wrong = {fault.place.split(".")[1] for fault in faults if fault.place.startswith(PREFIX)}
        return Choices(typed=tuple(t for t in self.typed if str(t.n) not in wrong), zone=self.zone)

    @property
    def decided(self) -> tuple[MailChoice, ...]:
        """What goes into the call: one choice for each seat of a mail that does not simply leave."""
        return tuple(choice for _, choice in self._each())

    def _each(self) -> Iterator[tuple[Typed, MailChoice]]:
        for typed in self.typed:
            for seat in sorted(typed.seats) if typed.what in (HOLD, SUPPRESS) else ():
                until = self._instant(typed) if typed.what == HOLD else None
                reason = typed.reason if typed.what == SUPPRESS else ""
                yield typed, MailChoice(code=typed.code, seat=seat, what=typed.what, until=until, reason=reason)

    def _instant(self, typed: Typed) -> datetime | None:
        try:
            found = datetime.fromisoformat(typed.until)
        except ValueError:
            return None
        return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(self.zone))).astimezone(UTC)

    def placed(self, faults: Sequence[Fault]) -> tuple[Fault, ...]:
        """Return the engine's faults with their places in the form: `mails.2` is the third choice, not the third mail."""
        numbers = [typed.n for typed, _ in self._each()]
        return tuple(dict.fromkeys(_placed(fault, numbers) for fault in faults))


def _placed(fault: Fault, numbers: Sequence[int]) -> Fault:
    name, _, rest = fault.place.partition(".")
    no, _, field = rest.partition(".")
    if name != "mails" or not no.isdigit() or int(no) >= len(numbers):
        return fault
    return Fault(place=f"{PREFIX}{numbers[int(no)]}.{field}", code=fault.code, sentence="")


def choices_of(form: Posted | None, zone: str) -> Choices:
    """Read what a form says about mails; a mail that it says nothing about is sent."""
    if form is None:
        return Choices(zone=zone)
    return Choices(typed=tuple(_typed(form, n) for n in range(MOST) if form.text(f"{PREFIX}{n}.code")), zone=zone)


def _typed(form: Posted, n: int) -> Typed:
    name = f"{PREFIX}{n}."
    return Typed(
        n=n,
        code=form.text(f"{name}code"),
        seats=frozenset(form.all(f"{name}seat")),
        what=form.text(f"{name}what") or SEND,
        until=form.text(f"{name}until"),
        reason=form.text(f"{name}reason"),
    )


def mails_of(outcome: Outcome) -> Mails:
    """Return what names each mail of a plan."""
    return frozenset((message.code, seats_of(outcome, message.id)) for message in outcome.messages)


def seats_of(outcome: Outcome, message: str) -> frozenset[str]:
    """Return the seats that a message of a plan goes to."""
    return frozenset(p.seat for d in outcome.decisions for p in d.after.promises.values() if p.message == message)
