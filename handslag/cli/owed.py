"""The due list behind `due`: lines of storage with titles and names, for the programmes that the person may see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from engine.ports import Tx
from engine.programme import Programme
from handslag.cli.case_view import CaseView, view_of
from handslag.cli.desk import Desk
from handslag.cli.given import read_day
from handslag.cli.people import readable
from handslag.cli.printing import as_data
from storage.due_reads import DeadlineLine
from storage.due_reads import due as due_lines

AHEAD = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for. before: a day, empty for within 30 days."""

    before: str
    person: str
    programme: str
    missed: bool
    escalated: bool
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A thing owed, with the words for it."""

    line: DeadlineLine
    what: str
    by: str
    today: date

    def row(self) -> tuple[object, ...]:
        """Return it as a row: due, address, case, what, by, state."""
        line = self.line
        marks = ["missed"] if line.missed_at else ["late"] if line.due_on < self.today else []
        marks += [f"escalated {line.escalated_on}"] if line.escalated_on else []
        marks += [f"stuck: {line.trouble}"] if line.trouble else []
        return line.due_on, f"{line.case}/{line.no}", line.title, self.what, self.by, ", ".join([line.state, *marks])

    def as_data(self) -> dict[str, Any]:
        """Return it as data."""
        line: dict[str, Any] = as_data(self.line)
        line.pop("case_id")
        return {**line, "address": f"{self.line.case}/{self.line.no}", "what": self.what, "by": self.by}


def due_items(desk: Desk, asked: Asked) -> list[Item]:
    """Return what is owed, earliest first. Raises: NotFound, BadInput."""

    def ask(tx: Tx) -> list[Item]:
        found: list[Item] = []
        for programme, whole in readable(desk, tx, asked.programme):
            found += _of_programme(desk, tx, programme, asked, whole=whole)
        return sorted(found, key=lambda item: (item.line.due_on, item.line.case, item.line.no))[: asked.limit]

    return desk.read(ask)


def _of_programme(desk: Desk, tx: Tx, programme: Programme, asked: Asked, *, whole: bool) -> Iterator[Item]:
    today = programme.calendar.local_day(desk.now(programme.calendar.zone))
    until = read_day(asked.before, "--before") - timedelta(days=1) if asked.before else today + AHEAD
    who = asked.person if whole else desk.who
    roles = programme.people[who].roles if who in programme.people else ()
    views: dict[str, CaseView] = {}
    for line in _pages(tx, programme, until, who, roles, asked):
        view = views.get(line.case) or views.setdefault(line.case, view_of(desk, tx, line.case))
        what = view.rule(line.kind, line.rule, line.record, line.occurrence)
        yield Item(line=line, what=what, by=view.seat(line.seat), today=today)


def _pages(
    tx: Tx, programme: Programme, until: date, who: str, roles: tuple[str, ...], asked: Asked
) -> Iterator[DeadlineLine]:  # fmt: skip
    """Yield lines until enough of them fit what was asked."""
    after: tuple[date, int, int] | None = None
    fitting = 0
    while page := due_lines(tx, until=until, programme=programme.key, person=who, roles=roles, after=after):
        for line in page:
            after = (line.due_on, line.case_id, line.no)
            if (asked.missed and not line.missed_at) or (asked.escalated and not line.escalated_on):
                continue
            fitting += 1
            yield line
            if fitting == asked.limit:
                return
