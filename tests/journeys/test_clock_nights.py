"""Nights on which clocks change, a leap day, the turn of the year, and clocks that are put right while all works.

What should leave when is reckoned here anew, from weekends, three free days and a table of offsets written by hand.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from engine.letters import Message, Receipt
from engine.ports import Document
from handslag.clock import MovedClock
from handslag.wiring import House, load_version
from handslag.worker import fire_all, mail_out
from storage.schema import migrate
from tests.contracts import stage
from tests.contracts.checker import Facts, faults, rows_of
from workflows.folder import digest

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FREE = {date(2026, 12, 25), date(2027, 1, 1), date(2027, 12, 31)}
# First days of summer and winter time in both cities (Commission notice 2021/C 149/01 for 2022-2026; then the same rule).
SUMMERS = [
    (date(2026, 3, 29), date(2026, 10, 25)),
    (date(2027, 3, 28), date(2027, 10, 31)),
    (date(2028, 3, 26), date(2028, 10, 29)),
]
ZONES = ("Europe/Copenhagen", "Europe/Amsterdam")
Mail = tuple[str, str, datetime]


def works(day: date) -> bool:
    return day.weekday() < 5 and day not in FREE


def on(day: date, count: int) -> date:
    """Count working days, forwards or back."""
    while count:
        day += DAY if count > 0 else -DAY
        count -= (1 if count > 0 else -1) if works(day) else 0
    return day


def at_local(day: date, hour: int) -> datetime:
    """The instant of an hour on the wall; none of the hours asked for lies in the night's change itself."""
    summer = any(first <= day < last for first, last in SUMMERS)
    if hour == 0:  # midnight comes before the change
        summer = any(first < day <= last for first, last in SUMMERS)
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - (2 if summer else 1) * HOUR


def hours(start: datetime, end: datetime) -> list[datetime]:
    """Every instant at which the worker looks: 5, 6, 7, 22 and 23 h UTC."""
    all_hours = (start + n * HOUR for n in range(int((end - start) / HOUR) + 1))
    return [moment for moment in all_hours if moment.hour in (5, 6, 7, 22, 23)]


class FreeClock(MovedClock):
    """A clock that may be put back."""

    def put(self, instant: datetime) -> None:
        self._now = instant


class Postbox:
    """Takes every mail and remembers when."""

    def __init__(self, clock: MovedClock) -> None:
        self.clock, self.mails = clock, list[Mail]()

    async def send(self, message: Message, document: Document | None) -> Receipt:
        self.mails.append((message.thread, message.code, self.clock.now()))
        return Receipt(outcome="sent", words="250 taken", code=250)

    async def close(self) -> None:
        """Nothing."""


class Town:
    """A case opened on every day of some weeks, and a worker that looks every hour."""

    def __init__(self, folder: Path, first: date, days: int, zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.url = f"sqlite:///{folder / 'town.db'}"
        migrate(self.url)
        self.clock = FreeClock(at_local(first, 10))
        self.house: House = replace(stage.open_town(folder, self.url, now=self.clock.now()), clock=self.clock)
        self.postbox, self.opened = Postbox(self.clock), dict[str, date]()
        file = stage.programme_file("aalborg", "AAL")
        free = tuple((day, "free", "free") for day in sorted(FREE))
        self.house.store.run(lambda tx: tx.publish("reminding", 1, stage.FILES, digest(stage.FILES), self.clock.now()))
        self.house.store.run(lambda tx: tx.add_programme(replace(file, zone=zone, calendar_days=free)))
        assert load_version(stage.FILES).number == 1
        for n in range(days):
            monkeypatch.setattr(stage, "OPENED", at_local(first + n * DAY, 10))
            contact = self.house.store.run(lambda tx, n=n: stage.contact_of(tx, "aalborg", n))  # type: ignore[misc]
            [number] = stage.open_cases(self.house, 1, contact=contact)
            self.opened[number] = first + n * DAY

    def work(self) -> None:
        fire_all(self.house, self.clock.now())
        asyncio.run(mail_out(self.house, self.postbox))

    def hours(self, start: datetime, end: datetime) -> None:
        """Work at the hours around midnight and around the opening, in summer and in winter."""
        for moment in hours(start, end):
            self.clock.put(moment)
            self.work()

    def catch_up(self, to: datetime) -> None:
        """Do what was due before."""
        self.clock.put(to)
        self.work()
        self.postbox.mails.clear()

    def due(self, number: str) -> date:
        return on(self.opened[number], 20)

    def expected(self, start: datetime, end: datetime) -> list[Mail]:
        """Every reminder whose hour comes between two instants."""
        planned = [
            (number, code, at_local(on(self.due(number), days), 8))
            for number in self.opened for code, days in (("M08", -3), ("M09", 1))
        ]  # fmt: skip
        return sorted(mail for mail in planned if start <= mail[2] <= end)

    def missed(self) -> dict[str, datetime]:
        said = rows_of(self.url, "SELECT number, missed_at FROM deadline JOIN cases ON cases.id = case_id WHERE missed_at > 0")
        return {number: datetime.fromtimestamp(at / 1_000_000, UTC) for number, at in said}

    def complaints(self) -> Sequence[str]:
        seen = rows_of(self.url, "SELECT id, address, text FROM message WHERE state = 'sent'")
        return faults(Facts(self.url), [{"id": key, "to": to, "text": text} for key, to, text in seen])


@pytest.fixture
def towns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Town]]:
    made: list[Town] = []
    yield made
    for town in made:
        town.house.close()


NIGHTS = {
    "spring 2026": date(2026, 3, 29), "autumn 2026": date(2026, 10, 25), "spring 2027": date(2027, 3, 28),
    "autumn 2027": date(2027, 10, 31), "leap day": date(2028, 2, 29), "turn of the year": date(2027, 1, 1),
}  # fmt: skip


@pytest.mark.parametrize(
    ("night", "zone"), [(night, zone) for night in NIGHTS for zone in ZONES[: 1 + night.startswith(("spring", "autumn"))]]
)
def test_reminders_around_a_special_night_leave_once_at_their_hour(
    towns: list[Town], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, night: str, zone: str
) -> None:
    day = NIGHTS[night]
    town = Town(tmp_path, day - 32 * DAY, 10, zone, monkeypatch)
    towns.append(town)
    before = next(found for found in (day - n * DAY for n in range(5, 12)) if works(found))
    start, end = at_local(before + DAY, 0), at_local(day + 3 * DAY, 12)
    town.catch_up(at_local(before, 12))

    town.hours(start, end)

    wanted = town.expected(start, end)
    assert len(wanted) >= 6
    assert sorted(town.postbox.mails) == wanted
    passed = {number: at_local(town.due(number) + DAY, 0) for number in town.opened}
    assert {n: at for n, at in town.missed().items() if at > start} == {n: at for n, at in passed.items() if start < at <= end}
    assert town.complaints() == []


def test_clock_put_back_an_hour_again_and_again_doubles_nothing_and_hurries_nothing(
    towns: list[Town], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = Town(tmp_path, date(2026, 2, 20), 10, ZONES[0], monkeypatch)
    towns.append(town)
    start, end = at_local(date(2026, 3, 17), 0), at_local(date(2026, 3, 26), 12)
    for moment in hours(start, end):
        for back in (timedelta(), -HOUR, timedelta()):
            town.clock.put(moment + back)
            town.work()

    assert sorted(town.postbox.mails) == town.expected(start, end)
    assert town.complaints() == []


def test_clock_that_jumps_72_hours_loses_and_doubles_nothing(
    towns: list[Town], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = Town(tmp_path, date(2026, 2, 20), 10, ZONES[0], monkeypatch)
    towns.append(town)
    start, middle = at_local(date(2026, 3, 17), 0), at_local(date(2026, 3, 19), 9)
    later, end = middle + 72 * HOUR, at_local(date(2026, 3, 26), 12)  # from a Thursday morning to a Sunday morning

    town.hours(start, middle)
    town.hours(later, end)

    monday = at_local(date(2026, 3, 23), 8)
    wanted = [(number, code, monday if middle < at < later else at) for number, code, at in town.expected(start, end)]
    assert sorted(town.postbox.mails) == sorted(wanted)
    assert any(middle < at < later for _, _, at in town.expected(start, end))
    assert town.complaints() == []


def test_case_opened_in_the_last_hour_of_the_year_gets_the_number_of_the_year_on_the_wall(
    towns: list[Town], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = Town(tmp_path, date(2026, 12, 30), 1, ZONES[0], monkeypatch)
    towns.append(town)
    contact = town.house.store.run(lambda tx: stage.contact_of(tx, "aalborg", 77))
    for instant in (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC)):
        monkeypatch.setattr(stage, "OPENED", instant)
        stage.open_cases(town.house, 1, contact=contact)

    assert [number for (number,) in rows_of(town.url, "SELECT number FROM cases ORDER BY id")] == [
        "AAL-2026-0001", "AAL-2026-0002", "AAL-2027-0001",
    ]  # fmt: skip
