"""The model's own calendar: working days, terms, sending hours; written anew, from the programme's data only."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.programme import ProgrammeFile

Pause = tuple[date, date]
Op = tuple[str, str]
DAY = timedelta(days=1)


def read_term(text: str) -> tuple[int, str]:
    """`-14 wd` is (-14, `wd`); units are wd, days, months and years."""
    match = re.fullmatch(r"\s*([+-]?\d+)\s*([a-z]+?)s?\s*", text)
    assert match is not None, text
    return int(match[1]), match[2]


class Days:
    """One programme's days."""

    def __init__(self, file: ProgrammeFile) -> None:
        self.free = {day for day, kind, _ in file.calendar_days if kind == "free"}
        self.quiet = {day for day, kind, _ in file.calendar_days if kind == "quiet"}
        self.zone = ZoneInfo(file.zone)
        self.opens, self.closes = file.opens, file.closes

    def works(self, day: date) -> bool:
        """Whether people work on a day."""
        return day.isoweekday() <= 5 and day not in self.free

    def next_working(self, day: date, step: timedelta = DAY) -> date:
        """The day itself or the nearest working day in a direction."""
        while not self.works(day):
            day += step
        return day

    def shift(self, day: date, term: str, pauses: Iterable[Pause] = ()) -> date:
        """A term from a day; working days in a pause do not count."""
        count, unit = read_term(term)
        if unit == "wd":
            pauses = tuple(pauses)
            step = DAY if count > 0 else -DAY
            for _ in range(abs(count)):
                day += step
                while not self.works(day) or any(a <= day < b for a, b in pauses):
                    day += step
            return day
        if unit == "day":
            return day + timedelta(days=count)
        if unit == "week":
            return day + timedelta(weeks=count)
        return shift_months(day, count * (12 if unit == "year" else 1))

    def reckon(self, ops: Iterable[Op], pauses: Iterable[Pause]) -> tuple[date, date]:
        """The due date and the last day of grace that operations lead to."""
        pauses, day, due = tuple(pauses), date.min, None
        for op, arg in ops:
            if op == "start":
                day = date.fromisoformat(arg)
            elif op == "add":
                day = self.shift(day, arg, pauses)
            elif op == "extend":
                day = self.next_working(self.shift(self.next_working(day), arg, pauses))
            else:
                due = self.next_working(day)
                day = self.shift(due, arg, pauses)
        return (due, day) if due else (self.next_working(day), self.next_working(day))

    def local(self, instant: datetime) -> date:
        """The date on the programme's wall."""
        return instant.astimezone(self.zone).date()

    def instant(self, day: date, at: time) -> datetime:
        """Local time as an instant."""
        return datetime.combine(day, at, self.zone).astimezone(UTC)

    def opening(self, day: date, *, company: bool, urgent: bool = False) -> datetime:
        """When what is dated on a day may leave."""
        while company and not self.may_reach_company(day, urgent=urgent):
            day += DAY
        return self.instant(day, self.opens)

    def may_reach_company(self, day: date, *, urgent: bool = False) -> bool:
        """Whether companies may hear from us on a day."""
        return self.works(day) and (urgent or day not in self.quiet)

    def leaves(self, now: datetime, *, company: bool, urgent: bool = False) -> datetime:
        """When what is written now may leave."""
        if not company:
            return now
        today = self.local(now)
        if self.may_reach_company(today, urgent=urgent) and now < self.instant(today, self.closes):
            return max(now, self.instant(today, self.opens))
        start = today if now < self.instant(today, self.closes) else today + DAY
        return self.opening(start, company=True, urgent=urgent)


def shift_months(day: date, months: int) -> date:
    """The same day of another month, or the last one that month has."""
    month = day.year * 12 + day.month - 1 + months
    for number in range(day.day, 0, -1):
        try:
            return date(month // 12, month % 12 + 1, number)
        except ValueError:
            continue
    raise AssertionError(day)
