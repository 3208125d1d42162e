"""A programme as its manager looks at it: targets with their outlook, time in each phase, who is waited for, what is overdue.

The one place that puts the questions of `storage` and the reckoning of `engine.outlook` together; the page and the command line
read the same value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from engine.declared import FollowUp, RecordList, Task, Version, VersionRef
from engine.outlook import Outlook, Standing, last_day, outlook
from engine.pace import Pace, Workdays, declared_days, pace_of
from engine.ports import Tx
from engine.programme import Programme
from engine.way import main_line, signed_phases, way_to_signing
from storage import stay_reads
from storage.overdue_reads import OverdueLine, overdue
from storage.stay_reads import PhaseNow, SigningLine, StayLine
from storage.waiting_reads import OwedWait, Turn, owed_waits

MUNICIPALITY, COMPANY, RESTING, IN_FORCE = "municipality", "company", "resting", "in_force"
SOON = timedelta(days=7)  # what is due by then waits for its owner; what is due later does not yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A workflow as a programme uses it. version: the newest in use; ids: rows of all in use."""

    version: Version
    ids: tuple[int, ...]

    @property
    def key(self) -> str:
        """The workflow's key."""
        return self.version.key


class PhaseTime(NamedTuple):
    """A phase in which open cases stand or may. spent: working days of the one there longest, `longest` its number."""

    workflow: str
    phase: str
    side: str
    cases: int
    pace: Pace | None
    since: date | None
    spent: int
    longest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A target, its outlook, and the agreements that count for it. ended: how many of these have ended since."""

    outlook: Outlook
    signings: Sequence[SigningLine]

    @property
    def ended(self) -> int:
        """How many agreements that count have ended since."""
        return sum(signing.closed_on is not None for signing in self.signings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All of it. unjudged: whether there were more open cases than are reckoned (those nearest to an agreement are)."""

    today: date
    methods: Mapping[str, Method]
    aims: Sequence[Aim]
    phases: Sequence[PhaseTime]
    overdue: Sequence[OverdueLine]
    owed: Sequence[OwedWait]
    judged: int
    is_partial: bool

    @property
    def open_cases(self) -> int:
        """How many open cases there are, in force or on their way."""
        return sum(line.cases for line in self.phases)

    def waiting(self, side: str) -> int:
        """Return how many open cases wait for a side."""
        return sum(line.cases for line in self.phases if line.side == side)


def overview(tx: Tx, programme: Programme, today: date) -> Overview:
    """Read the overview of a programme as it stands today."""
    now = stay_reads.phases_now(tx, programme.key)
    methods = _methods(tx, now)
    paces = {
        (method.key, phase): _pace(tx, programme, method, phase, today)
        for method in methods.values()
        for phase in method.version.phases
        if way_to_signing(method.version, phase)
    }
    standing = [case for method in methods.values() for case in _standing(tx, programme, method, today)]
    return Overview(
        today=today,
        methods=methods,
        aims=tuple(_aims(tx, programme, methods, standing, paces, today)),
        phases=tuple(_phases(tx, programme, methods, now, paces, today)),
        overdue=overdue(tx, programme.key, today),
        owed=owed_waits(tx, programme.key, today + SOON, _turns(tx, now)),
        judged=len(standing),
        is_partial=len(standing) >= stay_reads.MOST,
    )


def _methods(tx: Tx, now: Sequence[PhaseNow]) -> dict[str, Method]:
    used: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for line in now:
        used[line.version].add((line.number, line.version_id))
    return {
        key: Method(
            version=tx.version(VersionRef(key=key, number=max(numbers)[0])), ids=tuple(row for _number, row in sorted(numbers))
        )
        for key, numbers in used.items()
    }


def _pace(tx: Tx, programme: Programme, method: Method, phase: str, today: date) -> Pace:
    declared = method.version.phases[phase]
    stays = stay_reads.finished(tx, programme.key, method.ids, phase)
    first = min((stay.entered_on for stay in stays), default=today)
    workdays = Workdays(programme.calendar, first, max([today, *(stay.left_on for stay in stays)]))
    onward = {*way_to_signing(method.version, phase)[1:], *signed_phases(method.version)}
    lengths = lengths_of(stays, phase, onward, workdays)
    return pace_of(phase, lengths, declared.stay, declared_days(programme.calendar, declared.stay, today))


def lengths_of(stays: Sequence[StayLine], phase: str, onward: set[str], workdays: Workdays) -> Iterator[int]:
    """Yield how long each case was in a phase until it went on: its stays together, without what lay between them.

    Left out are cases that stand there again, and those that left the phase to end or to go back.
    """
    visits: dict[tuple[int, int], list[StayLine]] = defaultdict(list)
    for stay in stays:
        visits[stay.case_id, stay.period].append(stay)
    for visit in visits.values():
        last = visit[-1]
        is_back = last.now == phase and last.now_period == last.period
        if last.to_phase in onward and not is_back:
            yield sum(workdays.after(stay.entered_on, stay.left_on) for stay in visit)


def _standing(tx: Tx, programme: Programme, method: Method, today: date) -> Iterator[Standing]:
    version = method.version
    ways = {phase: way_to_signing(version, phase) for phase in version.phases}
    nearest_first = sorted((phase for phase in ways if ways[phase]), key=lambda phase: len(ways[phase]))
    lines = stay_reads.on_way(tx, programme.key, method.ids, nearest_first, signed_phases(version))
    ids = [line.id for line in lines]
    earlier, pauses = stay_reads.earlier_stays(tx, ids), stay_reads.pauses(tx, ids, today)
    days = [line.phase_since for line in lines] + [stay[0] for stays in earlier.values() for stay in stays]
    workdays = Workdays(programme.calendar, min(days, default=today), max([today, *days]))
    for line in lines:
        before = sum(workdays.after(*stay) for stay in earlier.get(line.id, ()))
        rests = version.phases[line.phase].stops_clocks
        person = programme.people.get(line.coordinator or "")
        yield Standing(
            number=line.number,
            title=line.title,
            workflow=method.key,
            phase=line.phase,
            since=line.phase_since,
            spent=before + workdays.after(line.phase_since, today),
            way=ways[line.phase],
            owner=person.name if person else "",
            resumes_on=pauses.get(line.id, today) if rests else None,
        )


def _aims(
    tx: Tx, programme: Programme, methods: Mapping[str, Method], standing: Sequence[Standing],
    paces: Mapping[tuple[str, str], Pace], today: date,
) -> Iterator[Aim]:  # fmt: skip
    signed = [(method.ids, signed_phases(method.version)) for method in methods.values()]
    for target in programme.targets:
        last = last_day(target, programme.calendar)
        found = stay_reads.signings(tx, programme.key, signed, first=target.first, last=last)
        yield Aim(outlook=outlook(target, len(found), standing, paces, programme.calendar, today), signings=found)


def _phases(
    tx: Tx, programme: Programme, methods: Mapping[str, Method], now: Sequence[PhaseNow],
    paces: Mapping[tuple[str, str], Pace], today: date,
) -> Iterator[PhaseTime]:  # fmt: skip
    for method in methods.values():
        held: dict[str, list[PhaseNow]] = defaultdict(list)
        for line in now:
            if line.version == method.key:
                held[line.phase].append(line)
        wanted = dict.fromkeys([*main_line(method.version), *method.version.phases])
        for phase in wanted:
            declared = method.version.phases[phase]
            lines = held.get(phase, [])
            if declared.ending or (not lines and (method.key, phase) not in paces):
                continue
            since = min((line.since for line in lines if line.since), default=None)
            yield PhaseTime(
                workflow=method.key,
                phase=phase,
                side=side_of(method.version, phase),
                cases=sum(line.cases for line in lines),
                pace=paces.get((method.key, phase)),
                since=since,
                spent=programme.calendar.working_days_after(since, today) if since else 0,
                longest=stay_reads.longest(tx, programme.key, phase, since) if since else "",
            )


def _turns(tx: Tx, now: Sequence[PhaseNow]) -> list[Turn]:
    versions = {line.version_id: VersionRef(key=line.version, number=line.number) for line in now}
    return [_turn(row, tx.version(ref)) for row, ref in versions.items()]


def _turn(row: int, version: Version) -> Turn:
    """Return what is the company's turn: whatever is not the municipality's."""
    rules: list[tuple[str, Mapping[str, FollowUp | RecordList | Task]]] = [
        ("followup", version.followups), ("record", version.records), ("task", version.tasks)
    ]  # fmt: skip
    accepts = [
        (kind, key) for kind, declared in rules for key, rule in declared.items()
        if rule.reviewer and version.side_of(rule.reviewer) != MUNICIPALITY
    ]  # fmt: skip
    roles = [key for key, role in version.roles.items() if role.side != MUNICIPALITY]
    lists = [key for key, declared in version.records.items() if declared.side == COMPANY]
    return Turn(version_id=row, roles=(*roles, "party"), lists=lists, accepts=accepts)


def side_of(version: Version, phase: str) -> str:
    """Return for whom a case in a phase waits: a side, nobody while it rests, nobody while its agreement is in force."""
    declared = version.phases[phase]
    if declared.stops_clocks:
        return RESTING
    if declared.signed:
        return IN_FORCE
    return COMPANY if declared.waits_for == "company" else MUNICIPALITY
