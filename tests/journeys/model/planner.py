"""What is owed and promised, planned by the model: dates, ladders, tasks, follow-ups, records, automatic moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count, islice, takewhile

from tests.journeys.model.days import DAY, Op, shift_months
from tests.journeys.model.method import Step, as_list
from tests.journeys.model.owed import Owed, Told
from tests.journeys.model.story import Story, Values

NOT_ASKED_AGAIN = {"fulfilled", "cancelled_item"}


class Planner:
    """The rows of one case."""

    def __init__(self, story: Story) -> None:
        self.story, self.days = story, story.days
        self.all: list[Owed] = []
        self.told: list[Told] = []
        self.entry = 0
        self.asked_moves: dict[str, str] = {}
        self.facts_changed = False

    # dates and ladders

    def open_ones(self, kind: str = "", rule: str = "") -> list[Owed]:
        """What is owed now."""
        return [o for o in self.all if o.is_open and (not kind or o.kind == kind) and (not rule or o.rule == rule)]

    def owe(self, kind: str, rule: str, seat: str, ops: list[Op], *, occurrence: str = "", record: int = 0) -> None:
        """Open something."""
        owed = Owed(kind, rule, seat, ops, occurrence=occurrence, record=record, period=self.story.period)
        self.all.append(owed)
        self.redate(owed)

    def redate(self, owed: Owed) -> None:
        """Reckon its dates, and its ladder with them."""
        before = owed.last
        owed.due, owed.last = self.days.reckon(owed.ops, self.story.pauses())
        if owed.state == "submitted":
            return
        if owed.last > before:
            owed.missed = False
        self.plan(owed)

    def rungs(self, owed: Owed) -> Iterator[tuple[Step, date]]:
        """The ladder with its days."""
        for step in self.story.method.ladder(self.story.method.declared(owed.kind, owed.rule)):
            if int(step.at.split()[0]) <= 0:
                yield step, self.days.next_working(self.days.shift(owed.due, step.at), -DAY)
            else:
                yield step, self.days.next_working(self.days.shift(owed.last, step.at))

    def plan(self, owed: Owed) -> None:
        """Make the promises of a deadline what its ladder wants."""
        wanted: dict[tuple[str, str], Told] = {}
        for step, day in self.rungs(owed):
            seats = [s for spec in step.to for s in self.story.meant(spec, owed.seat)] if step.mail else []
            for seat in seats:
                company = self.story.side(seat) != "municipality"
                wake = self.days.opening(day, company=company, urgent=step.mail in self.story.method.urgent)
                wanted.setdefault((step.name, seat), Told("mail", step.name, seat, day, wake, owed, step.mail))
            if step.escalates or step.task:
                seat = "manager" if step.escalates else self.story.method["tasks"][step.task]["owner"]
                wake = self.days.opening(day, company=False)
                silent = Told("escalation", f"{step.name} !", seat, day, wake, owed, task=step.task)
                wanted[silent.step, seat] = silent
        steps = {name for step, _ in self.rungs(owed) for name in (step.name, f"{step.name} !")}
        known = {
            (t.step, t.seat): t for t in self.told
            if t.about is owed and t.round == owed.round and t.step in steps and not t.again
        }  # fmt: skip
        for key, want in wanted.items():
            self._want(owed, known.get(key), want)
        for key, promise in known.items():
            if key not in wanted:
                promise.end("cancelled", "seat_changed")

    def _want(self, owed: Owed, known: Told | None, want: Told) -> None:
        if known is None:
            want.round, want.born = owed.round, self.entry
            self.told.append(want)
            if want.wake < self.story.now:
                want.end("skipped", "born_past")
        elif known.state == "planned":
            wake = max(want.wake, known.held or want.wake)
            if known.on != want.on:
                known.on, known.wake = want.on, wake
                if wake < self.story.now:
                    known.end("skipped", "born_past")
            elif wake > self.story.now:
                known.wake = wake

    def close(self, owed: Owed, why: str, promises: str = "cancelled") -> None:
        """End something, and what was promised about it."""
        was, owed.ended, owed.state = owed.state, why, "ended"
        for promise in self.told:
            if promise.about is owed:
                promise.end(promises, why)
        if was == "submitted" and why != "fulfilled":
            self.close_review(owed, why)

    def close_review(self, owed: Owed, why: str = "fulfilled") -> None:
        """End the reviewer's task."""
        for task in self.open_ones("task", "review"):
            if task.occurrence == f"#{owed.no}":
                self.close(task, why)

    # phases and tasks

    def owe_phase(self) -> None:
        """Open the deadline of the phase."""
        declared = self.story.method["phases"][self.story.phase]
        until = self.story.facts.get(declared.get("until") or "")
        if until:
            ops = [("start", str(until))]
        elif declared.get("stay"):
            ops = [("start", self.story.today.isoformat()), ("add", declared["stay"])]
        else:
            return
        self.owe("phase", self.story.phase, declared["owner"], [*ops, *_grace(declared)])

    def owe_task(self, key: str, about: Owed | None = None, owner: str = "") -> None:
        """Open a task, for each whom it is for."""
        task = self.story.method["tasks"][key]
        kind, _, names = str(task.get("for_each") or "").partition(":")
        if kind == "seats":
            whom = [(f"{role}#{no}", 0) for role in names.split(",") for no in self.story.seats(role.strip())]
        elif kind == "records":
            whom = [(f"record#{no}", no) for no in self.story.records(names)]
        else:
            whom = [(seat, 0) for seat in self.story.meant(owner or task["owner"])[:1]]
        for seat, record in whom:
            occurrence = f"#{about.no}" if about else ""
            if not any(o.name == ("task", key, seat, occurrence, record) for o in self.open_ones()):
                self.owe("task", key, seat, self._task_ops(task), occurrence=occurrence, record=record)

    def _task_ops(self, task: Values) -> list[Op]:
        start: list[Op] = [("start", self.story.today.isoformat())]
        if task.get("within"):
            return [*start, ("add", task["within"])]
        phase = self.open_ones("phase", self.story.phase)
        return [op for op in phase[0].ops if op[0] != "grace"] if phase else start

    # what follows from where the case stands

    def settle(self, *, seats: bool = False) -> None:
        """Make follow-ups, records, automatic moves and ladders agree."""
        if self.story.in_phase("ending"):
            return
        self.follow_up()
        for name, declared in self.story.method["records"].items():
            if declared.get("due"):
                self._records(name, declared)
        self._moves()
        for owed in self.open_ones() if seats else ():
            if owed.state != "submitted":
                self.plan(owed)

    def _records(self, name: str, declared: Values) -> None:
        runs = self.story.phase in declared["during"]
        standing = self.story.records(name)
        for owed in self.open_ones("record", name):
            values = standing.get(owed.record)
            if values is None:
                self.close(owed, "cancelled_item")
            elif declared.get("done") and values.get(declared["done"]):
                self.close(owed, "fulfilled")
            elif owed.state == "open" and not values.get(declared["due"]):
                self.close(owed, "date_moved")
            elif not runs and not self.story.in_phase("stops_clocks"):
                self.close(owed, "left_phase")
        for no, values in standing.items() if runs else ():
            day = values.get(declared["due"]) if not values.get(declared.get("done") or "") else None
            ops = [("start", str(day)), *_grace(declared)]
            current = [o for o in self.open_ones("record", name) if o.record == no]
            spent = [o for o in self.all if o.record == no and o.rule == name and o.period == self.story.period
                     and o.ended in NOT_ASKED_AGAIN]  # fmt: skip
            if day and current and not current[0].extended and current[0].state == "open" and current[0].ops[0] != ops[0]:
                current[0].ops = ops
                self.redate(current[0])
            elif day and not current and not spent:
                self.owe("record", name, f"record#{no}", ops, record=no)

    def _moves(self) -> None:
        pending = {t.step: t for t in self.told if t.kind == "move" and t.pending}
        for key, transition in self.story.method["transitions"].items():
            day = self._move_day(key, transition)
            promise = pending.get(key)
            if day is None:
                if promise:
                    promise.end("cancelled", "date_moved")
            elif promise is None:
                wake = self.days.opening(day, company=False)
                self.told.append(Told("move", key, "system", day, wake, born=self.entry))
            elif promise.on != day:
                promise.on, promise.wake = day, self.days.opening(day, company=False)

    def _move_day(self, key: str, transition: Values) -> date | None:
        automatic = transition.get("automatic") or {}
        value = self.story.facts.get(automatic.get("date") or "")
        if not value or self.story.phase not in as_list(transition["from"]):
            return None
        day = self.days.shift(date.fromisoformat(value), automatic.get("offset", "0 days"))
        asked = self.asked_moves.get(key, "")
        may_ask_again = asked.endswith("?") and self.facts_changed
        return None if asked.rstrip("?") == day.isoformat() and not may_ask_again else day

    # follow-ups

    def follow_up(self) -> None:
        """Open the current and the next occurrence of each follow-up, and take back what has no place any more."""
        starts = self.story.facts.get(self.story.method["period"]["starts"])
        for key, declared in self.story.method["followups"].items():
            here = self.story.phase in declared["during"]
            if not here and not self.story.in_phase("stops_clocks"):
                for owed in self.open_ones("followup", key):
                    self.close(owed, "left_phase")
            if not here or not starts or declared["anchor"].get("after"):
                continue
            owners = self.story.owners(declared["owner"])
            for owed in self.open_ones("followup", key):
                if owed.seat not in owners and owed.state == "open" and not owed.missed:
                    self.close(owed, "seat_changed")
            for seat in owners:
                self._next(key, declared, seat)

    def _next(self, key: str, declared: Values, seat: str) -> None:
        series = [o for o in self.all if o.kind == "followup" and o.rule == key and o.seat == seat
                  and o.period == self.story.period]  # fmt: skip
        standing = [o for o in series if o.is_open]
        spent = [o.occurrence for o in series if o.ended in NOT_ASKED_AGAIN]
        dated = self._occurrences(key, declared)
        if _once(declared):
            wanted = next(dated, None)
            for owed in standing if wanted else ():
                if owed.state == "open" and not owed.extended and wanted and owed.occurrence != wanted[0]:
                    owed.occurrence, owed.ops = wanted[0], wanted[1]
                    self.redate(owed)
            if wanted and not standing and not spent and self.days.reckon(wanted[1], ())[0] >= self.story.today:
                self.owe("followup", key, seat, wanted[1], occurrence=wanted[0])
            return
        furthest = max((o.occurrence for o in standing), default="")
        named = {name for name, _ in takewhile(lambda pair: pair[0] <= furthest, self._occurrences(key, declared))}
        for owed in standing:
            if owed.state == "open" and not owed.missed and owed.occurrence not in named:
                self.close(owed, "date_moved")
        standing = [o for o in standing if o.is_open]
        names, latest = {o.occurrence for o in standing}, max(spent, default="")
        within = takewhile(lambda name: name <= latest, (name for name, _ in self._occurrences(key, declared)))
        done = max((name for name in within if name in spent), default="")
        fresh = (
            (name, ops) for name, ops in dated
            if name > done and name not in names and self.days.reckon(ops, ())[0] >= self.story.today
        )  # fmt: skip
        for name, ops in islice(fresh, max(0, 2 - sum(not o.missed for o in standing))):
            self.owe("followup", key, seat, ops, occurrence=name)

    def _occurrences(self, key: str, declared: Values) -> Iterator[tuple[str, list[Op]]]:
        period, facts = self.story.method["period"], self.story.facts
        start, end = date.fromisoformat(facts[period["starts"]]), facts.get(period["ends"])
        last = date.fromisoformat(end) if end else date.max
        own_end = {"fact", "halfway"} & set(declared["anchor"])
        for anchor in self._anchors(declared, start, last):
            ops: list[Op] = [("start", anchor.isoformat())]
            ops += [("add", declared["offset"])] if declared.get("offset") else []
            ops += _grace(declared)
            if not own_end and self.days.reckon(ops, ())[0] >= last:
                return
            yield anchor.isoformat(), ops

    def _anchors(self, declared: Values, start: date, end: date) -> Iterator[date]:
        anchor, facts = declared["anchor"], self.story.facts
        if "fact" in anchor:
            value = facts.get(anchor["fact"])
            first = date.fromisoformat(value) if value else None
            if first and not declared.get("repeat"):
                yield first
            elif first:
                size = int(declared["repeat"].split()[0])
                yield from takewhile(lambda day: day < end, (shift_months(first, size * n) for n in count(1)))
        elif "halfway" in anchor:
            a, b = (facts.get(name) for name in anchor["halfway"])
            if a and b:
                yield date.fromisoformat(a) + timedelta(days=(date.fromisoformat(b) - date.fromisoformat(a)).days // 2)
        elif "events" in anchor:
            yield from (day for day in sorted(self.story.file.events.get(anchor["events"], ())) if day > start)
        elif "calendar" in anchor or "financial_year" in anchor:
            days = anchor.get("calendar") or [facts.get(anchor["financial_year"]) or "12-31"]
            yield from _yearly(days, start, declared.get("first", "next"))


def _yearly(days: list[str], start: date, first: str) -> Iterator[date]:
    every = (date(year, 1, 1) for year in count(start.year - 1))
    dated = (shift_months(date(y.year, 1, int(d[3:])), int(d[:2]) - 1) for y in every for d in sorted(days))
    before = next(dated)
    for day in dated:
        whole = first != "full_period" or before + DAY >= start
        late = " " not in first or day >= shift_months(start, int(first.split()[0]))
        if day > start and whole and late:
            yield day
        before = day


def _once(declared: Values) -> bool:
    anchor = declared["anchor"]
    return "halfway" in anchor or ("fact" in anchor and not declared.get("repeat"))


def _grace(declared: Values) -> list[Op]:
    return [("grace", declared["grace"])] if declared.get("grace") else []
