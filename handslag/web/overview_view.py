"""The overview in the reader's words: rows for its tables, sums behind its dates, and its charts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from engine.outlook import (
    AT_RISK,
    EARLY,
    LIKELY,
    MET,
    MISSED,
    ON_COURSE,
    OUT_OF_REACH,
    SHORT,
    TOO_LATE,
    UNSURE,
    Expected,
    Step,
)
from engine.pace import DECLARED, STAYS, UNKNOWN, Pace
from engine.programme import Programme
from handslag.overview import COMPANY, IN_FORCE, MUNICIPALITY, RESTING, Aim, Overview, PhaseTime
from handslag.web.case_view import Naming
from handslag.web.labels import Labels
from handslag.web.sums import counted
from notifications.dates import day_month, long_date
from storage.overdue_reads import OverdueLine

VERDICTS = {
    MET: "met",
    ON_COURSE: "on course",
    SHORT: "{n} short, still within reach",
    OUT_OF_REACH: "{n} short at the usual pace",
    MISSED: "missed by {n}",
}
STATES = {
    LIKELY: "likely",
    AT_RISK: "at risk",
    TOO_LATE: "too late at the usual pace",
    EARLY: "before the target begins",
    UNSURE: "cannot be reckoned",
}
SHAPES = {LIKELY: "●", AT_RISK: "◆", TOO_LATE: "▲", EARLY: "○", UNSURE: "○",
          MET: "✓", ON_COURSE: "●", SHORT: "◆", OUT_OF_REACH: "▲", MISSED: "▲"}  # fmt: skip
SIDES = {
    MUNICIPALITY: "the municipality",
    COMPANY: "the company",
    RESTING: "nobody, it rests",
    IN_FORCE: "nobody, the agreement is in force",
}
OWED = {
    "accept": "accept or return what was submitted",
    "answer": "answer what was returned",
    "do": "do what is late or due within 7 days",
}
ORDER = (MUNICIPALITY, COMPANY, RESTING, IN_FORCE)


class StepLine(NamedTuple):
    """A step of an expected date: what is added, the day it leads to, and where the figure comes from."""

    what: str
    on: str
    passed: str


class CaseLine(NamedTuple):
    """An open case on its way to an agreement."""

    number: str
    title: str
    owner: str
    phase: str
    spent: int
    leave_by: date
    signed_on: date
    slow_on: date
    state: str
    shape: str
    said: str
    is_beyond: bool
    steps: Sequence[StepLine]


class PhaseLine(NamedTuple):
    """A phase and the time that cases spend in it; usual, slow and allowed are -1 where there is no figure."""

    phase: str
    side: str
    waits_for: str
    cases: int
    usual: int
    slow: int
    source: str
    declared: str
    allowed: int
    longest: str
    spent: int
    since: date | None

    @property
    def is_over(self) -> bool:
        """Whether the case that has been there longest has passed the longest stay declared."""
        return 0 <= self.allowed < self.spent


class OwnerLine(NamedTuple):
    """What an owner owes too late. address: of the list it stands for."""

    side: str
    name: str
    role: str
    items: int
    cases: int
    since: date
    address: str


class OwedWaitLine(NamedTuple):
    """What is owed and waits for a side now."""

    waits_for: str
    what: str
    items: int
    cases: int
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewView:
    """An overview with all that is needed to speak of it."""

    seen: Overview
    programme: Programme
    labels: Labels

    def naming(self, workflow: str) -> Naming:
        """Return the names of a method's things."""
        return Naming(version=self.seen.methods[workflow].version, labels=self.labels)

    def short(self, day: date) -> str:
        """Return a day without its year."""
        return day_month(day, self.labels.language)

    def verdict(self, aim: Aim) -> str:
        """Return what a target comes to."""
        return self.labels(VERDICTS[aim.outlook.verdict], n=aim.outlook.short)

    def case_lines(self, aim: Aim, *states: str) -> list[CaseLine]:
        """Return the cases in these states, those that must move first on top."""
        return [self._case(expected) for expected in aim.outlook.cases if expected.state in states]

    def _case(self, expected: Expected) -> CaseLine:
        case, naming = expected.case, self.naming(expected.case.workflow)
        return CaseLine(
            number=case.number,
            title=case.title,
            owner=case.owner,
            phase=naming.phase(case.phase),
            spent=case.spent,
            leave_by=expected.leave_by,
            signed_on=expected.signed_on,
            slow_on=expected.slow_on,
            state=expected.state,
            shape=SHAPES[expected.state],
            said=self.labels(STATES[expected.state]),
            is_beyond=expected.is_beyond,
            steps=list(self._steps(expected, naming)),
        )

    def _steps(self, expected: Expected, naming: Naming) -> Iterator[StepLine]:
        t, language = self.labels, self.labels.language
        yield StepLine(t("today"), long_date(self.seen.today, language), "")
        for step in expected.steps:
            what = t("{phase}: {days} more", phase=naming.phase(step.phase), days=self.days(step.days))
            beyond = expected.is_beyond and step is expected.steps[0]
            yield StepLine(what, long_date(step.on, language), self._source_of_step(step, beyond))

    def _source_of_step(self, step: Step, is_beyond: bool) -> str:
        t = self.labels
        spent = t("{days} there already", days=self.days(step.spent)) if step.spent else ""
        if is_beyond:
            source = t("longer there than any before it")
        elif step.basis == DECLARED:
            source = t("declared, because too few stays are finished")
        elif step.basis == UNKNOWN:
            source = t("nothing is known of this phase")
        elif step.spent:
            source = t("middle of {n} finished stays that lasted at least so long", n=step.stays)
        else:
            source = t("middle of {n} finished stays", n=step.stays)
        return "; ".join(filter(None, (spent, source)))

    def days(self, count: int) -> str:
        """Return working days in words."""
        return counted(self.labels, f"{count} wd")

    def phase_lines(self) -> list[PhaseLine]:
        """Return the phases on the way to an agreement, in the order of the method."""
        return [self._phase(line) for line in self.seen.phases if line.side != IN_FORCE]

    def waiting_lines(self) -> list[PhaseLine]:
        """Return the phases in which cases stand, those that wait for the municipality first."""
        lines = [self._phase(line) for line in self.seen.phases if line.cases]
        return sorted(lines, key=lambda line: ORDER.index(line.side))

    def owed_lines(self) -> list[OwedWaitLine]:
        """Return what waits by what is owed, the municipality first."""
        t = self.labels
        return [
            OwedWaitLine(t(SIDES[COMPANY if line.is_company else MUNICIPALITY]), t(OWED[line.what]), *line[2:])
            for line in self.seen.owed
        ]

    def _phase(self, line: PhaseTime) -> PhaseLine:
        pace, t = line.pace, self.labels
        known = pace is not None and pace.basis != UNKNOWN
        allowed = pace.declared if pace else None
        return PhaseLine(
            phase=self.naming(line.workflow).phase(line.phase),
            side=line.side,
            waits_for=t(SIDES[line.side]),
            cases=line.cases,
            usual=pace.usual if pace and known else -1,
            slow=pace.slow if pace and pace.basis == STAYS else -1,
            source=self.source(pace) if pace else "",
            declared=counted(t, str(pace.declared)) if pace and pace.declared else "",
            allowed=allowed.count if allowed and allowed.unit == "wd" else -1,
            longest=line.longest,
            spent=line.spent,
            since=line.since,
        )

    def source(self, pace: Pace) -> str:
        """Return where a pace comes from."""
        t, count = self.labels, len(pace.observed)
        if pace.basis == DECLARED:
            return t("declared: {term}", term=counted(t, str(pace.declared)))
        if not count:
            return t("nothing known")
        return t("1 finished stay") if count == 1 else t("{n} finished stays", n=count)

    def owner_lines(self) -> list[OwnerLine]:
        """Return who owes what too late, the municipality first, then who owes most."""
        lines = [self._owner(line) for line in self._together()]
        return sorted(lines, key=lambda line: (line.side != MUNICIPALITY, -line.items, line.name))

    def _together(self) -> list[OverdueLine]:
        """Join the lines of one person and role over versions and numbered seats."""
        found: dict[tuple[str, str, str], OverdueLine] = {}
        for line in self.seen.overdue:
            role = line.seat.partition("#")[0]
            person = line.seat.removeprefix("person:") if line.seat.startswith("person:") else line.person
            key = (line.version, "" if role.startswith("person:") else role, person)
            there = found.get(key)
            both = line if there is None else line._replace(
                items=there.items + line.items, cases=there.cases + line.cases, since=min(there.since, line.since)
            )  # fmt: skip
            found[key] = both._replace(seat=line.seat if there is None else there.seat, person=person)
        return list(found.values())

    def _owner(self, line: OverdueLine) -> OwnerLine:
        naming = self.naming(line.version)
        role = line.seat.partition("#")[0]
        person = self.programme.people.get(line.person)
        side = MUNICIPALITY if person or naming.version.side_of(role) == MUNICIPALITY else COMPANY
        said = naming.seat_role(line.seat)
        owner = {"method": line.version, "role": "" if role.startswith("person:") else role, "person": line.person}
        address = f"/programmes/{self.programme.key}/overdue?{urlencode(owner)}"
        return OwnerLine(side, person.name if person else said, said, line.items, line.cases, line.since, address)
