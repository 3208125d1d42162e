"""Where the cast acts: one installation with its clock, and for each company a player that acts through the use cases."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

from engine import acts, use_cases
from engine.calendar import Calendar
from engine.case import Case, Deadline, Seat
from engine.declared import Version
from engine.draft import Call
from engine.ports import Document
from engine.programme import Programme
from engine.seats import active_seats
from engine.terms import Term
from handslag.acting import actor_on
from handslag.clock import MovedClock
from handslag.demo.parts import Company
from handslag.wiring import House

MORNING, FIRST_ACT, LAST_ACT = time(8), time(8, 40), time(15, 30)
BETWEEN_ACTS = timedelta(minutes=7)
WALL = Calendar(zone="Europe/Copenhagen")  # Amsterdam keeps the same time
SURFACE = "demo"


class Stage:
    """The installation: its programmes (nothing about them changes while it is played) and its clock."""

    def __init__(self, house: House, clock: MovedClock, programmes: Iterable[str]) -> None:
        self.house, self.clock = house, clock
        self.programmes = {key: self._read(key) for key in programmes}
        self.numbers: dict[str, str] = {}  # key of a company -> number of its case

    def _read(self, key: str) -> Programme:
        return self.house.store.read(lambda tx: tx.programme(key))

    def act(self, case: Case, act: acts.Act, person: str, for_whom: str = "") -> Case:
        """Let a person act on a case, a few minutes after whatever happened before; return the case after it."""
        self.pass_time()
        call = self.call(self.programmes[case.programme], case, person, for_whom)
        return self.house.store.run(lambda tx: use_cases.perform(tx, self.house.tools, case.number, act, call).case)

    def call(self, programme: Programme, case: Case | None, person: str, for_whom: str = "") -> Call:
        """Return the circumstances in which a person acts now; no operating-system account, which differs between machines."""
        now = self.clock.now()
        actor = actor_on(programme, case, person, now, for_whom=for_whom, surface=SURFACE)
        return Call(actor=actor, now=now, ids=self.house.tools.ids)

    def pass_time(self) -> None:
        """Let some minutes go by, but never past the end of the working day."""
        later = self.clock.now() + BETWEEN_ACTS
        if WALL.local(later).time() < LAST_ACT:
            self.clock.move_to(later)

    def document(self, title: str, text: str) -> tuple[str, str]:
        """Store a text and return its hash and name."""
        content = text.encode()
        found = hashlib.sha256(content).hexdigest()
        made = Document(hash=found, name=f"{title}.txt", media_type="text/plain", content=content)
        self.house.store.run(lambda tx: tx.save_document(made, self.clock.now()))
        return found, made.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that a player means to do on a day, or as soon after it as there is a working day."""

    on: date
    what: str
    do: Callable[[], object]


class Player:
    """One company's case: who acts in it today, and in whose name."""

    def __init__(self, stage: Stage, company: Company, version: Version) -> None:
        self.stage, self.company, self.version = stage, company, version
        self.events = list(company.events)
        self.idle: tuple[int, date] | None = None  # nothing to do at this revision before this day
        self.case: Case | None = None
        self.programme = stage.programmes[company.programme]
        self.day = self.calendar.local_day(stage.clock.now())

    @property
    def calendar(self) -> Calendar:
        """The working days of its programme."""
        return self.programme.calendar

    @property
    def number(self) -> str:
        """The number of its case."""
        assert self.case is not None, f"the case of {self.company.key} is not open yet"
        return self.case.number

    def wake(self, day: date) -> None:
        """Begin a day."""
        self.day = day

    def look(self) -> Case:
        """Read the case as it stands now."""
        self.case = self.stage.house.store.read(lambda tx: tx.case(self.number))
        return self.case

    # who acts

    def _there(self, person: str) -> str:
        absence = self.programme.absence_of(person, self.day)
        return absence.deputy if absence else person

    def seat(self, role: str) -> Seat | None:
        """Return the latest seat of a role that holds today."""
        assert self.case is not None
        return next(reversed(active_seats(self.case, role, self.day)), None)

    def office(self, act: acts.Act) -> Case:
        """The coordinator acts, or the deputy while the coordinator is away."""
        seat = self.seat("coordinator")
        return self._act(act, self._there(seat.person if seat else self.company.coordinator))

    def boss(self, act: acts.Act) -> Case:
        """The manager acts."""
        return self._act(act, self._there(self.programme.people_in("manager")[0].key))

    def person(self, key: str, act: acts.Act) -> Case:
        """A person of the municipality acts, or the deputy."""
        return self._act(act, self._there(key))

    def says(self, act: acts.Act, who: str = "", how: str = "by phone") -> Case:
        """The company acts: the coordinator types in what it said. who: the contact, if nobody else."""
        seat = self.seat("coordinator")
        person = self._there(seat.person if seat else self.company.coordinator)
        return self._act(act, person, f"{who or self.company.contact}, {self.company.name}, {how}")

    def _act(self, act: acts.Act, person: str, for_whom: str = "") -> Case:
        assert self.case is not None
        self.case = self.stage.act(self.case, act, person, for_whom)
        return self.case

    # when

    def after(self, day: date, working_days: int) -> date:
        """Return the day so many working days later, or, negative, earlier."""
        return self.calendar.roll_forward(self.calendar.add(day, Term(working_days, "wd")))

    def in_phase(self, working_days: int) -> date:
        """Return the day so many working days after the case came into its phase."""
        assert self.case is not None and self.case.phase_since is not None
        return self.after(self.case.phase_since, working_days)

    def at_pace(self) -> date:
        """Return the day on which the company is ready to leave the phase."""
        assert self.case is not None
        stay = self.version.phases[self.case.phase].stay
        return self.in_phase(round((stay.count if stay else 20) * self.company.temperament.pace))

    def owed(self, kind: str = "", rule: str = "") -> Iterator[Deadline]:
        """Yield what is open, of a kind or rule if asked."""
        assert self.case is not None
        for deadline in self.case.open_deadlines():
            if (not kind or deadline.kind == kind) and (not rule or deadline.rule == rule):
                yield deadline

    def change_record(self, no: int, reason: str = "", **values: object) -> acts.ChangeRecord:
        """Return the act that changes a record of the case."""
        return acts.ChangeRecord(no=no, values=values, reason=reason)

    def lay_agreement(self, fact: str = "agreement") -> Case:
        """Lay the text of the agreement into the case, as the coordinator."""
        assert self.case is not None
        names = ("company_commitments", "municipal_commitments")
        lines = [f"- {r.values['title']}, by {r.values.get('due_on')}" for name in names for r in self.case.records_of(name)]
        head = f"Agreement with {self.company.name}, period {self.case.period}, {self.day:%d.%m.%Y}"
        text = "\n".join([head, "", *lines, ""])
        found, name = self.stage.document("agreement", text)
        return self.office(acts.FreezeDocument(fact=fact, hash=found, name=name))
