"""A programme's calendar: working days, quiet windows, sending hours and the zone; the only place with local time.

Dates are dates, instants are aware UTC. Free and quiet days are data (`calendar_day` rows), so this module knows no country.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from engine.terms import Term, add_calendar

SATURDAY = 5
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Working days of one programme.

    free: holidays and the like, day -> name; weekends are free without being listed.
    quiet: days on which companies get no mail that can wait, day -> name of the window.
    opens, closes: sending hours, local time.
    """

    zone: str
    free: Mapping[date, str] = field(default_factory=dict)
    quiet: Mapping[date, str] = field(default_factory=dict)
    opens: time = time(8)
    closes: time = time(16)

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def is_working(self, day: date) -> bool:
        """Tell whether the day is neither weekend nor free."""
        return day.weekday() < SATURDAY and day not in self.free

    def why_free(self, day: date) -> str:
        """Name why a day is not a working day: its holiday, else `weekend`; empty on a working day."""
        return self.free.get(day, "weekend" if day.weekday() >= SATURDAY else "")

    def roll_forward(self, day: date) -> date:
        """Return the day itself if it is a working day, else the next one."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def roll_back(self, day: date) -> date:
        """Return the day itself if it is a working day, else the one before."""
        while not self.is_working(day):
            day -= ONE_DAY
        return day

    def steps(self, start: date, count: int) -> Iterator[date]:
        """Yield every day after `start` (before it, for a negative count) up to the count-th working day, that included."""
        step = ONE_DAY if count > 0 else -ONE_DAY
        left, day = abs(count), start
        while left:
            day += step
            left -= self.is_working(day)
            yield day

    def add(self, start: date, term: Term) -> date:
        """Add a term; working days are counted from the day after `start`.

        A count of 0 wd is the day itself, working or not: rolling is a step of its own.
        """
        if term.unit != "wd":
            return add_calendar(start, term)
        day = start
        for day in self.steps(start, term.count):  # noqa: B007 - the last one counts
            pass
        return day

    def working_days_after(self, start: date, end: date) -> int:
        """Count the working days in (start, end]; 0 where end is not later."""
        days = (end - start).days
        return sum(self.is_working(start + timedelta(days=n)) for n in range(1, days + 1))

    def local_day(self, instant: datetime) -> date:
        """Return the date on the wall of the programme at an instant."""
        return instant.astimezone(self._zone).date()

    def local(self, instant: datetime) -> datetime:
        """Return the instant as local time, for screens and mails."""
        return instant.astimezone(self._zone)

    def instant(self, day: date, at: time = time(0)) -> datetime:
        """Return the UTC instant of a local time; the earlier one where an hour repeats, the later where one is missing."""
        return datetime.combine(day, at, self._zone).astimezone(UTC)

    def opening(self, day: date) -> datetime:
        """Return the instant at which sending hours open on a day."""
        return self.instant(day, self.opens)

    def company_day(self, day: date, *, quiet_applies: bool = True) -> date:
        """Return the first day from `day` on which a company may get a mail: working, and not in a quiet window."""
        while not self.is_working(day) or (quiet_applies and day in self.quiet):
            day += ONE_DAY
        return day

    def next_sending(self, now: datetime, *, to_company: bool, quiet_applies: bool = True) -> datetime:
        """Return the first instant from `now` at which a mail may leave.

        Mails within the municipality may leave at any hour; mails to companies on working days, in sending hours,
        outside quiet windows (unless these do not apply, as for signing requests and confirmations).
        """
        if not to_company:
            return now
        day = self.local_day(now)
        allowed = self.company_day(day, quiet_applies=quiet_applies)
        if allowed == day and now < self.instant(day, self.closes):
            return max(now, self.opening(day))
        if allowed == day:
            allowed = self.company_day(day + ONE_DAY, quiet_applies=quiet_applies)
        return self.opening(allowed)
