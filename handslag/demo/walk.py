"""The day loop: each day that matters, people act, and the worker works off what is due. All through the real engine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from engine.declared import Version, VersionRef
from engine.ports import Channel
from handslag.clock import MovedClock
from handslag.demo.cast import ABSENCES, COMPANIES, FIRST, LAST
from handslag.demo.founding import WORKFLOWS, found_house, furnish
from handslag.demo.opening import open_case
from handslag.demo.parts import Company
from handslag.demo.scripts import due_steps, has_nothing_to_do
from handslag.demo.stage import FIRST_ACT, MORNING, WALL, Player, Stage
from handslag.wiring import House
from handslag.worker import fire_all, mail_out
from storage import reads

MOST_STEPS_A_DAY = 60
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is played: from which day to which, and by whom."""

    first: date = FIRST
    last: date = LAST
    companies: tuple[Company, ...] = COMPANIES


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """How far the walk is: the virtual day, and what there is by now."""

    day: date
    days: int
    cases: int
    acts: int
    mails: int


class Walk:
    """One demonstration under way."""

    def __init__(self, house: House, clock: MovedClock, scope: Scope, tell: Callable[[Tick], None]) -> None:
        self.house, self.clock, self.scope, self.tell = house, clock, scope, tell
        self.stage = Stage(house, clock, _programmes(scope.companies))
        versions = {key: self._version(key) for key in _programmes(scope.companies)}
        self.players = {c.key: Player(self.stage, c, versions[c.programme]) for c in scope.companies}
        self.acts = self.mails = 0
        self._revisions: dict[str, int] = {}

    def _version(self, programme: str) -> Version:
        ref = VersionRef(key=WORKFLOWS[programme], number=1)
        return self.house.store.read(lambda tx: tx.version(ref))

    def run(self) -> None:
        """Walk from the first day to the last."""
        with asyncio.Runner() as runner:
            channel = self.house.channel()
            day = self.scope.first
            while day <= self.scope.last:
                self._live(day, runner, channel)
                self.tell(self._tick(day))
                day += ONE_DAY
            runner.run(channel.close())

    def _tick(self, day: date) -> Tick:
        days = (day - self.scope.first).days + 1
        return Tick(day=day, days=days, cases=len(self.stage.numbers), acts=self.acts, mails=self.mails)

    def _live(self, day: date, runner: asyncio.Runner, channel: Channel) -> None:
        """One day: the worker when sending hours open, then the people, then the worker again when that has been held."""
        self._work(WALL.instant(day, MORNING), runner, channel)
        if day.weekday() < 5:
            before = self.acts
            self._move_to(WALL.instant(day, FIRST_ACT))
            self._open(day)
            self._look()
            for player in self.players.values():
                self._play(player, day)
            if self.acts > before:
                self._work(self.clock.now() + self.house.tools.hold, runner, channel)

    def _work(self, at: datetime, runner: asyncio.Runner, channel: Channel) -> None:
        """Work off what is due at an instant; nothing is asked of the database but when the next thing is."""
        due = self.house.store.read(lambda tx: tx.next_due())
        if due is None or due > at:
            return
        self._move_to(at)
        fire_all(self.house, self.clock.now())
        self.mails += runner.run(mail_out(self.house, channel))

    def _move_to(self, at: datetime) -> None:
        self.clock.move_to(max(at, self.clock.now()))

    def _open(self, day: date) -> None:
        for n, company in enumerate(self.scope.companies, start=1):
            player = self.players[company.key]
            if player.case is None and company.opens <= day and player.calendar.is_working(day):
                player.wake(day)
                open_case(player, n)
                self.acts += 1

    def _look(self) -> None:
        """Read the cases again that have changed since their player looked."""
        for line in self.house.store.read(reads.heads):
            self._revisions[line.case] = line.entry

    def _play(self, player: Player, day: date) -> None:
        if player.case is None or player.case.closed_on is not None or not player.calendar.is_working(day):
            return
        player.wake(day)
        if player.case.revision != self._revisions.get(player.number, player.case.revision):
            player.look()
        if has_nothing_to_do(player, day):
            return
        for _ in range(MOST_STEPS_A_DAY):
            due = due_steps(player, day)
            if not due:
                return
            due[0].do()
            self.acts += 1
        raise AssertionError(f"{player.company.key} does not come to rest on {day}: {[step.what for step in due]}")


def walk(folder: Path, scope: Scope, tell: Callable[[Tick], None]) -> House:
    """Build a demonstration in an empty folder and return its installation, open, with the clock at the end."""
    clock = MovedClock(WALL.instant(scope.first, MORNING) - timedelta(hours=1))
    house = found_house(folder, clock)
    furnish(house, _programmes(scope.companies), clock.now(), ABSENCES)
    Walk(house, clock, scope, tell).run()
    return house


def _programmes(companies: Iterable[Company]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(company.programme for company in companies))
