"""What a cast is made of: a company with its case, its temperament, and the days on which something special happens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.registrations import check_digit_fails

AALBORG, AMSTERDAM = "aalborg", "amsterdam"


@dataclass(frozen=True, slots=True, kw_only=True)
class Temperament:
    """How somebody works. pace: share of a phase's longest stay that is used; lags: working days after (or, negative, before)
    the due date at which something is handed in, one after the other.
    """

    pace: float
    lags: tuple[int, ...]


TEMPERAMENTS = {
    "prompt": Temperament(pace=0.4, lags=(-7, -4, -5)),
    "steady": Temperament(pace=0.7, lags=(-2, 0, -1)),
    "late": Temperament(pace=1.15, lags=(3, 8, 17, 6)),
}
CITY_LAGS = (-3, 0, -1)
SPELLED = {"æ": "ae", "ø": "oe", "å": "aa", " ": "."}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something special. when: a day, or so many working days into a phase (`signing+4`); what: a key of `events.EVENTS`."""

    when: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """An invented organisation and how its case goes.

    director signs, contact gets the mails. opens: day on which the case is opened. period: (signed_on, ends_on) of a running
    partnership that is taken over. stays_in: phase that it does not leave again. silent: first and last day on which nothing is
    heard of it. renewal: renew, close, or empty where nobody decides. returns: rules, or `RULE OCCURRENCE`, of what the
    coordinator sends back with questions, once. city_lags: how late the municipality is with its own part. blocked: the first
    commitment waits for the municipality's.
    """

    key: str
    programme: str
    name: str
    sector: str
    director: str
    contact: str
    opens: date
    temper: str = "steady"
    coordinator: str = "anne"
    owners: tuple[str, ...] = ("jonas",)
    language: str = "da"
    address: str = ""
    financial_year_end: str = "12-31"
    score: int = 72
    tier: str = "standard"
    stays_in: str = ""
    silent: tuple[date, date] | None = None
    period: tuple[date, date] | None = None
    renewal: str = ""
    returns: tuple[str, ...] = ()
    city_lags: tuple[int, ...] = CITY_LAGS
    blocked: bool = False
    decline_reason: str = ""
    events: tuple[Event, ...] = ()

    @property
    def temperament(self) -> Temperament:
        """How it works."""
        return TEMPERAMENTS[self.temper]

    def is_silent(self, day: date) -> bool:
        """Whether nothing is heard of it on a day."""
        return self.silent is not None and self.silent[0] <= day <= self.silent[1]

    def email(self, name: str) -> str:
        """Return the invented address of somebody who works there."""
        plain = name.lower()
        for letter, written in SPELLED.items():
            plain = plain.replace(letter, written)
        return f"{plain}@{self.key}.example.org"


def registration(register: str, n: int) -> str:
    """Return the n-th invented registration number: right in form, from a range that the registers do not use.

    >>> registration("CVR", 1), registration("KVK", 1)
    ('01000005', '00001001')
    """
    if register == "KVK":
        return f"{1000 + n:08d}"
    found, number = 0, 1_000_000
    while found < n:
        number += 1
        found += not check_digit_fails("CVR", f"{number:08d}")
    return f"{number:08d}"
