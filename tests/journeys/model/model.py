"""The model: hears a case's entries one by one and says which promises there must be. It shares no code with the engine."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from engine.programme import ProgrammeFile
from tests.journeys.model.method import Method
from tests.journeys.model.owed import Owed, Told
from tests.journeys.model.planner import Planner
from tests.journeys.model.story import Entry, Story

HOLD = timedelta(minutes=10)  # the mails of a person's move wait so long
Line = tuple[str, int, str, str, str, int, str, str]


class Model:
    """Predicts the ledger of one case."""

    def __init__(self, folder: Path, file: ProgrammeFile) -> None:
        self.method = Method(folder)
        self.story = Story(self.method, file)
        self.days = self.story.days
        self.rows = Planner(self.story)
        self._hold = timedelta()
        self._born_in_round: tuple[datetime, int] = (datetime.min.replace(tzinfo=UTC), 0)

    def lines(self) -> Counter[Line]:
        """The promises that there must be."""
        return Counter(told.line for told in self.rows.told)

    def hear(self, entry: Entry) -> None:
        """Work out what an entry has done to what is owed and promised."""
        phase, rows, story = self.story.case.get("phase", ""), self.rows, self.story
        rows.entry = entry["no"]
        held_before = {no: dict(seat) for no, seat in story.rows["seat"].items()}
        waits_before = story.pauses()
        story.hear(entry)
        moved = entry["kind"] in {"moved", "corrected"} and entry["actor"]["kind"] != "system"
        self._hold = HOLD if moved else timedelta()
        rows.facts_changed = any(c["kind"] == "fact" for c in entry["changes"])
        self._seats_ended(held_before)
        match entry["kind"]:
            case "opened":
                self._enter(waits_before)
            case "moved":
                self._moved(entry, phase, waits_before)
            case "corrected":
                self._take_back_mails_into(phase)
                self._leave(phase, met=False)
                self._enter(waits_before)
            case "move_skipped":
                self._end_move(entry["cause"], "skipped", "condition_gone")
            case "facts_set":
                self._facts(entry, waits_before)
            case "seat_given":
                self._given(held_before)
            case "seat_ended" | "party_left":
                for owed in rows.open_ones():
                    if owed.seat in self._ended_seats(held_before):
                        rows.close(owed, "seat_changed")
            case "signed":
                for owed in rows.open_ones("task"):
                    signs = self.method["tasks"][owed.rule].get("closes_by") == "sign"
                    if signs and owed.seat == entry["cause"]:
                        rows.close(owed, "fulfilled")
            case "fired":
                self._fired()
            case "deadline_missed":
                self._missed()
            case kind if kind.startswith("deadline_"):
                self._fulfilled(kind.removeprefix("deadline_"), entry)
            case "promise_suppressed" | "promise_held" | "mail_resent":
                self._of_promise(entry)
            case "mail_readdressed":
                self._readdressed(entry)
            case "mail_sent" | "mail_failed":
                message = entry["cause"].split(":")[0].removeprefix("message ")
                for told in rows.told:
                    if told.message == message:
                        told.end("sent" if entry["kind"] == "mail_sent" else "failed",
                                 "sent" if entry["kind"] == "mail_sent" else "given_up")  # fmt: skip
                return
            case "commented":
                return
        if entry["kind"] not in {"deadline_missed", "promise_suppressed", "promise_held", "mail_resent", "mail_readdressed"}:
            rows.settle(seats=any(c["kind"] == "seat" for c in entry["changes"]))
        self._handed_over(entry, held_before)
        self._number(entry)

    def _number(self, entry: Entry) -> None:
        """Learn by which numbers and messages the ledger calls what this entry opened; its dates and ends are not looked at."""
        for change in entry["changes"]:
            new = change["new"] or {}
            if change["kind"] == "deadline" and change["old"] is None:
                name = (new["kind"], new["rule"], new["seat"], new.get("occurrence", ""), new.get("record", 0))
                found = next((o for o in self.rows.all if not o.no and o.name == name), None)
                assert found, (
                    f"entry {entry['no']} ({entry['kind']}) opens what nobody owes: {change['no']} {name} {new['sum']}"
                )
                found.no = change["no"]
            if change["kind"] == "promise" and change["old"] is None:
                key = (new.get("about", 0), new["step"], new["seat"], new.get("round", 1))
                told = next((t for t in self.rows.told if not t.no and _key(t) == key), None)
                assert told, (
                    f"entry {entry['no']} ({entry['kind']}) promises what nobody expects: {change['no']} {key} {new['on']}"
                )
                told.no = change["no"]
            if change["kind"] == "promise" and new.get("message"):
                next(t for t in self.rows.told if t.no == change["no"]).message = new["message"]
        for task in self.rows.open_ones("task"):
            assert task.no, f"entry {entry['no']} ({entry['kind']}) should have opened {task.name}"
        left = [o.name for o in self.rows.all if not o.no]
        assert not left, f"entry {entry['no']} ({entry['kind']}) should have opened {left}"

    # moves

    def _moved(self, entry: Entry, phase: str, waits_before: Any) -> None:
        transition = self.method["transitions"][entry["transition"]]
        promised = [t for t in self.rows.told if t.kind == "move" and t.pending and t.step == entry["transition"]]
        if entry["actor"]["kind"] == "system" and promised:
            promised[0].end("sent", "")
            self._born_in_round = (self.story.now, entry["no"])
        self._leave(phase, met=transition.get("completes", True))
        self._enter(waits_before)
        if not self.story.in_phase("ending"):
            for key in transition.get("tasks") or ():
                self.rows.owe_task(key)
        for mail in transition.get("mails") or ():
            seats = dict.fromkeys(seat for spec in mail["to"] for seat in self.story.meant(spec))
            for seat in seats:
                self._mail(mail["code"], seat, f"{entry['transition']} {mail['code']}")

    def _take_back_mails_into(self, phase: str) -> None:
        into = {k: t for k, t in self.method["transitions"].items() if t["to"] == phase}
        steps = {f"{key} {mail['code']}" for key, t in into.items() for mail in t.get("mails") or ()}
        for told in self.rows.told:
            if told.about is None and told.step in steps:
                told.end("cancelled", "corrected")

    def _leave(self, phase: str, *, met: bool) -> None:
        tasks = self.method["phases"][phase].get("tasks") or ()
        for owed in self.rows.open_ones():
            if owed.kind == "phase" and owed.rule == phase:
                self.rows.close(owed, "fulfilled" if met else "left_phase")
            elif owed.kind == "task" and owed.rule in tasks:
                self.rows.close(owed, "left_phase")
        for told in self.rows.told:
            if told.kind == "move":
                told.end("cancelled", "left_phase")
        self.rows.asked_moves.clear()
        if self.method["phases"][phase].get("stops_clocks"):
            self._recount()

    def _enter(self, waits_before: Any) -> None:
        if self.story.in_phase("ending"):
            for owed in self.rows.open_ones():
                self.rows.close(owed, "case_closed")
            for told in self.rows.told:
                told.end("cancelled", "case_closed")
            return
        if self.story.in_phase("stops_clocks"):
            self._pause(waits_before)
        self.rows.owe_phase()
        for key in self.story.in_phase("tasks") or ():
            self.rows.owe_task(key)

    def _pause(self, waits_before: Any) -> None:
        for first, until in set(self.story.pauses()) - set(waits_before):
            for owed in self.rows.open_ones("followup"):
                anchor = self.method["followups"][owed.rule]["anchor"]
                if {"calendar", "financial_year", "events"} & set(anchor) and max(first, self.story.today) <= owed.due < until:
                    self.rows.close(owed, "paused", "skipped")
        self._recount()

    def _recount(self) -> None:
        for owed in self.rows.open_ones():
            if any(arg.endswith(" wd") for _, arg in owed.ops):
                self.rows.redate(owed)

    def _facts(self, entry: Entry, waits_before: Any) -> None:
        until = self.story.in_phase("until")
        if until and any(until in (c["new"] or {}) for c in entry["changes"] if c["kind"] == "fact"):
            for owed in self.rows.open_ones("phase", self.story.phase):
                self.rows.close(owed, "date_moved")
            self.rows.owe_phase()
            if self.story.in_phase("stops_clocks") and self.story.pauses() != waits_before:
                self._pause(waits_before)

    def _mail(self, code: str, seat: str, step: str, about: Owed | None = None) -> Told:
        """A mail that an act causes: queued at once, or skipped where nobody holds the seat."""
        told = Told("mail", step, seat, self.story.today, self.story.now, about, code, born=self.rows.entry)
        told.round = about.round if about else 1
        self.rows.told.append(told)
        side = self.story.holder(seat)
        if not side:
            told.end("skipped", "nobody")
            return told
        leaves = self.days.leaves(self.story.now + self._hold, company=side == "company", urgent=code in self.method.urgent)
        told.state, told.on = "queued", self.days.local(leaves)
        return told

    def _readdressed(self, entry: Entry) -> None:
        """A mail that waited and whose seats are held by others now: each of these is promised the same anew."""
        message = entry["cause"].removeprefix("message ")
        ended = {c["no"] for c in entry["changes"] if c["kind"] == "promise" and c["old"] is not None}
        for told in [t for t in self.rows.told if t.message == message and t.state == "queued" and t.no in ended]:
            side, who = self.story.holder(told.seat), self.story.identity(told.seat)
            alike = [t for t in self.rows.told if (t.born, t.code, t.about) == (told.born, told.code, told.about)]
            if not side:
                told.end("skipped", "nobody")
            elif any(t is not told and t.state in {"queued", "sent"} and self.story.identity(t.seat) == who for t in alike):
                told.end("skipped", "superseded")
            else:
                told.end("cancelled", "seat_changed")
                urgent = told.code in self.method.urgent
                leaves = self.days.leaves(self.story.now, company=side == "company", urgent=urgent)
                again = Told("mail", told.step, told.seat, self.days.local(leaves), self.story.now, told.about, told.code)
                again.round = 1 + max(t.round for t in self.rows.told if t.about is told.about)
                again.born, again.state = self.rows.entry, "queued"
                self.rows.told.append(again)

    # seats

    def _ended_seats(self, before: Mapping[int, Mapping[str, Any]]) -> set[str]:
        now = self.story.rows["seat"]
        return {f"{s['role']}#{no}" for no, s in now.items() if s.get("ended_on") and not before.get(no, s).get("ended_on")}

    def _seats_ended(self, before: Mapping[int, Mapping[str, Any]]) -> None:
        for told in self.rows.told:
            if told.seat in self._ended_seats(before):
                told.end("cancelled", "seat_changed")

    def _given(self, before: Mapping[int, Mapping[str, Any]]) -> None:
        [(no, seat)] = [(no, s) for no, s in self.story.rows["seat"].items() if no not in before]
        new = f"{seat['role']}#{no}"
        for owed in self.rows.open_ones("task"):
            if owed.seat not in self._ended_seats(before):
                continue
            self.rows.close(owed, "seat_changed")
            self.rows.owe("task", owed.rule, new, owed.ops, record=owed.record)
            for transition in self.method["transitions"].values():
                for mail in (transition.get("mails") or ()) if transition["to"] == self.story.phase else ():
                    step = f"asked {no} {mail['code']}"
                    if {"unsigned", seat["role"]} & set(mail["to"]) and not any(t.step == step for t in self.rows.told):
                        self._mail(mail["code"], new, step)

    def _handed_over(self, entry: Entry, before: Mapping[int, Mapping[str, Any]]) -> None:
        code = self.method["handover_mail"]
        if entry["kind"] == "seat_given" and entry["cause"].startswith("coordinator ") and self._ended_seats(before) and code:
            for seat in [*self.story.meant("company_contact"), *self.story.meant("coordinator")]:
                self._mail(code, seat, f"handover {code}")

    # what is owed

    def _fulfilled(self, what: str, entry: Entry) -> None:
        no = int(entry["cause"].split()[1])
        owed = next(o for o in self.rows.all if o.no == no)
        declared = self.method.declared(owed.kind, owed.rule)
        match what:
            case "submitted" if declared.get("reviewer"):
                owed.state = "submitted"
                for told in self.rows.told:
                    if told.about is owed:
                        told.end("cancelled", "submitted")
                self.rows.owe_task("review", owed, declared["reviewer"])
            case "submitted" | "confirmed" | "accepted":
                self.rows.close_review(owed)
                self.rows.close(owed, "fulfilled")
                if what == "accepted":
                    self._mail(
                        self.method["accepted_mail"], owed.seat, f"accepted {self.method['accepted_mail']}".split()[0], owed
                    )
                self._open_after(owed)
            case "returned":
                owed.round, owed.state, owed.missed = owed.round + 1, "returned", False
                self.rows.close_review(owed)
                owed.ops = [("start", self.story.today.isoformat()), ("add", declared.get("answer_within") or "10 wd")]
                self.rows.redate(owed)
                self._mail(self.method["returned_mail"], owed.seat, "returned", owed)
            case "cancelled":
                self.rows.close_review(owed)
                self.rows.close(owed, "cancelled_item")
            case "extended":
                grace = [op for op in owed.ops if op[0] == "grace"]
                owed.ops = [op for op in owed.ops if op[0] != "grace"] + [("extend", declared["extend_by"]), *grace]
                owed.extended = True
                self.rows.redate(owed)

    def _open_after(self, done: Owed) -> None:
        for key, declared in self.method["followups"].items():
            if declared["anchor"].get("after") == done.rule and self.story.phase in declared["during"]:
                ops = [("start", self.story.today.isoformat()), ("add", declared["offset"])]
                ops += [("grace", declared["grace"])] if declared.get("grace") else []
                for seat in self.story.owners(declared["owner"]):
                    self.rows.owe("followup", key, seat, ops, occurrence=self.story.today.isoformat())

    def _missed(self) -> None:
        for owed in self.rows.open_ones():
            if owed.state != "submitted" and self.story.today > owed.last:
                owed.missed = True
        if not self.story.in_phase("ending"):
            self.rows.follow_up()

    # promises

    def _end_move(self, key: str, state: str, why: str) -> None:
        for told in self.rows.told:
            if told.kind == "move" and told.step == key and told.pending:
                told.end(state, why)
                self.rows.asked_moves[key] = told.on.isoformat() + ("?" if state == "skipped" else "")
        self._born_in_round = (self.story.now, self.rows.entry)
        self.rows.facts_changed = False

    def _of_promise(self, entry: Entry) -> None:
        found = re.match(r"promise (\d+)", entry["cause"])
        assert found
        told = next(t for t in self.rows.told if t.no == int(found[1]))
        if entry["kind"] == "promise_suppressed":
            if told.kind == "move":
                self._end_move(told.step, "suppressed", "suppressed_by")
            told.end("suppressed", "suppressed_by")
        elif entry["kind"] == "promise_held":
            row = next(c for c in entry["changes"] if c["kind"] == "promise")  # the instant is the person's own word
            told.held = datetime.fromisoformat(row["new"]["held_until"])
            told.wake = max(told.wake, told.held)
        else:
            again = self._mail(told.code, told.seat, told.step, told.about)
            again.again, again.round = True, told.round

    def _fired(self) -> None:
        at, entry = self._born_in_round
        due = [t for t in self.rows.told if t.state == "planned" and t.wake <= self.story.now and t.kind != "move"]
        due = [t for t in due if not (at == self.story.now and entry == self.rows.entry - 1 and t.born == entry)]
        for told in sorted(due, key=lambda t: (t.wake, t.no)):
            owed = told.about
            if told.state != "planned" or owed is None:
                continue
            resting = self.story.in_phase("stops_clocks") and owed.kind in {"followup", "record"}
            if told.kind == "escalation" and not resting:
                told.end("sent", "done")
                if told.task:
                    self.rows.owe_task(told.task, owed)
                continue
            why = self._why_not(told, owed)
            if why:
                told.end("skipped", why)
                continue
            company = self.story.holder(told.seat) == "company"
            leaves = self.days.leaves(self.story.now, company=company, urgent=told.code in self.method.urgent)
            if leaves > self.story.now:
                told.wake = leaves
            else:
                told.state = "queued"

    def _why_not(self, told: Told, owed: Owed) -> str:
        if self.story.in_phase("stops_clocks") and owed.kind in {"followup", "record"}:
            return "paused"
        if told.on < owed.due <= self.story.today and told.on < self.story.today:
            return "overtaken"
        for other in self.rows.told:
            same = other.about is owed and other.seat == told.seat and other.kind == "mail" and other.round == told.round
            rung = other.born and not other.again and other.step[:1] in "+-"
            come = self.days.opening(other.on, company=False) <= self.story.now
            if same and rung and other.on > told.on and come and (other.state != "planned" or other.wake <= self.story.now):
                return "overtaken"
        if self.story.side(told.seat) == "company" and self._waits(owed):
            return "waits_for_municipality"
        return "" if self.story.holder(told.seat) else "nobody"

    def _waits(self, owed: Owed) -> bool:
        if owed.kind == "phase":
            return bool(self.method["phases"][owed.rule].get("waits_for", "municipality") == "municipality")
        record = self.story.rows["record"].get(owed.record)
        blocker = str(record["values"].get("blocked_by") or "") if record else ""
        return any(o.record == int(blocker) for o in self.rows.open_ones("record")) if blocker.isdigit() else False


def _key(told: Told) -> tuple[int, str, str, int]:
    return (told.about.no if told.about else 0, told.step, told.seat, told.round)


def ledger_lines(promises: Any) -> Counter[Line]:
    """The ledger in the model's terms."""
    return Counter(
        (p.kind, p.about, p.step, p.seat, "" if p.resend_of else p.on.isoformat(), p.round, p.state,
         "" if p.is_pending else p.why)
        for p in promises
    )  # fmt: skip
