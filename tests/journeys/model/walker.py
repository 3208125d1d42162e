"""Random walks: acts that anybody could do next, drawn by a seed, with the clock jumping in between."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

from engine import acts
from engine.errors import HandslagError
from tests.journeys.model.paths import INTO_FORCE, PATHS, in_days
from tests.world import AALBORG, World


class Walker:
    """One case on its way, and a memory of what was done to it."""

    def __init__(self, world: World, seed: int, *, in_force: bool) -> None:
        self.world = world
        self.chance = random.Random(seed)
        self.number = world.candidate(**({"financial_year_end": "12-31"} if world.workflow == AALBORG else {}))
        self.done: list[str] = []
        self.paths = PATHS[world.workflow]
        for step in INTO_FORCE[world.workflow] if in_force else ():
            self.paths[step](world, self.number)

    def step(self) -> None:
        """Do one thing; what is refused has happened too: it must leave no trace."""
        names: dict[str, tuple[int, Callable[[], str]]] = {
            "move": (6, self._move), "jump": (12, self._jump), "fulfil": (8, self._fulfil), "record": (3, self._record),
            "change record": (3, self._change_record), "fact": (3, self._fact), "seat": (3, self._seat),
            "correct": (1, self._correct), "promise": (4, self._promise), "end seat": (1, self._end_seat),
            "resend": (2, self._resend), "comment": (1, self._comment),
        }  # fmt: skip
        [name] = self.chance.choices(list(names), [weight for weight, _ in names.values()])
        try:
            said = names[name][1]()
        except HandslagError as error:
            said = f"refused: {type(error).__name__} {str(error)[:120]}"
        self.done.append(f"{self.world.clock.now():%Y-%m-%d %H:%M} {name}: {said}")

    def _move(self) -> str:
        case = self.world.case(self.number)
        offers = [o.transition.key for o in self.world.offers(self.number, "mette")]
        ways_out = {"decline", "withdraw", "withdraw_by_agreement", "terminate", "complete_by_merger", "complete"}
        likely = [k for k in offers if k not in ways_out or self.chance.random() < 0.1]
        if not likely:
            return f"none from {case.phase}"
        key = self.chance.choice(likely)
        if key in {"start_renewal", "expire"}:
            return "left to the clock"
        self.paths[key](self.world, self.number)
        return key

    def _jump(self) -> str:
        span = self.chance.choice(
            [timedelta(hours=5), timedelta(hours=11), timedelta(days=1), timedelta(days=3), timedelta(days=8),
             timedelta(days=30)]
        )  # fmt: skip
        if self.chance.random() < 0.5:
            self.world.clock.advance(span)  # a downtime
            self.world.work()
            return f"{span} asleep"
        end = self.world.clock.now() + span
        while self.world.clock.now() + timedelta(days=1) <= end:
            self.world.clock.advance(timedelta(days=1))
            self.world.work()
        self.world.clock.move_to(end)
        self.world.work()
        return f"{span} awake"

    def _fulfil(self) -> str:
        open_ones = self.world.case(self.number).open_deadlines()
        if not open_ones:
            return "nothing owed"
        deadline = self.chance.choice(open_ones)
        if deadline.state == "submitted":
            what = self.chance.choice(["accept", "return", "accept", "cancel"])
        else:
            what = self.chance.choice(["submit", "submit", "submit", "confirm", "extend", "cancel"])
        if what == "cancel" and self.chance.random() < 0.7:
            what = "submit"
        self.world.do(self.number, acts.Fulfil(what=what, deadline=deadline.no, text="because"))
        return f"{what} {deadline.no} {deadline.kind} {deadline.rule}"

    def _record(self) -> str:
        name = self.chance.choice(["company_commitments", "municipal_commitments"])
        values = {"title": f"Thing {self.chance.randint(1, 99)}"}
        if self.chance.random() < 0.8:
            values["due_on"] = in_days(self.world, self.chance.choice([-3, 0, 2, 15, 30, 60, 150]))
        if name == "municipal_commitments":
            values["owner"] = self.chance.choice(["pia", "ole"])
        self.world.do(self.number, acts.AddRecord(list=name, values=values))
        return f"{name} {values}"

    def _change_record(self) -> str:
        case = self.world.case(self.number)
        records = [*case.records_of("company_commitments"), *case.records_of("municipal_commitments")]
        if not records:
            return "none"
        record = self.chance.choice(records)
        if self.chance.random() < 0.2:
            self.world.do(self.number, acts.ChangeRecord(no=record.no, void=True, reason="dropped"))
            return f"void {record.no}"
        values = {"due_on": in_days(self.world, self.chance.choice([-3, 0, 2, 15, 30, 60, 150]))}
        if record.list == "municipal_commitments" and self.chance.random() < 0.3:
            values = {"owner": self.chance.choice(["pia", "ole"])}
        elif record.list == "company_commitments" and self.chance.random() < 0.3:
            blockers = case.records_of("municipal_commitments")
            values = {"blocked_by": str(blockers[0].no)} if blockers else values
        self.world.do(self.number, acts.ChangeRecord(no=record.no, values=values))
        return f"{record.no} {values}"

    def _fact(self) -> str:
        case = self.world.case(self.number)
        choices: list[dict[str, str]] = [{"agreement_number": str(case.facts.get("agreement_number") or "")}]
        if case.facts.get("ends_on"):
            choices.append({"ends_on": in_days(self.world, self.chance.choice([100, 300, 700]))})
            choices.append({"renewal_decision": self.chance.choice(["", "renew", "close"])})
        if case.phase == "paused":
            choices += [{"restart_on": in_days(self.world, self.chance.choice([20, 60, 200]))}] * 3
        given = self.chance.choice(choices)
        self.world.do(self.number, acts.SetFacts(facts=given))
        return str(given)

    def _seat(self) -> str:
        case = self.world.case(self.number)
        role = self.chance.choice(["coordinator", "deputy", "company_contact", "signatory_private", "signatory_public"])
        held = [s for s in case.seats.values() if s.role == role and s.ended_on is None]
        contacts = sorted({s.contact for s in case.seats.values() if s.contact})
        if role in {"coordinator", "deputy", "signatory_public"}:
            act = acts.GiveSeat(role=role, person=self.chance.choice(["anne", "bo", "sofie"]),
                                replaces=held[0].no if held and role == "signatory_public" else 0)  # fmt: skip
        else:
            replaces = held[0].no if held and self.chance.random() < 0.7 else 0
            act = acts.GiveSeat(role=role, contact=self.chance.choice(contacts), replaces=replaces)
        self.world.do(self.number, act)
        return f"{role} {act.person}{act.contact} replaces {act.replaces}"

    def _end_seat(self) -> str:
        held = [s for s in self.world.case(self.number).seats.values() if s.ended_on is None and s.role != "coordinator"]
        seat = self.chance.choice(held)
        self.world.do(self.number, acts.EndSeat(no=seat.no))
        return seat.key

    def _correct(self) -> str:
        phases = [p for p, declared in self.phases().items() if not declared or self.chance.random() < 0.2]
        phase = self.chance.choice(phases)
        self.world.do(self.number, acts.Correct(phase=phase, reason="a wrong click"), "mette")
        return phase

    def phases(self) -> dict[str, str]:
        """The phases, with the outcome of those that end the case."""
        case = self.world.case(self.number)
        version = self.world.house.store.read(lambda tx: tx.version(case.version))
        return {key: phase.ending for key, phase in version.phases.items()}

    def _promise(self) -> str:
        pending = self.world.case(self.number).pending()
        if not pending:
            return "none"
        promise = self.chance.choice(pending)
        if self.chance.random() < 0.5:
            self.world.do(self.number, acts.Suppress(promise=promise.no, reason="they know"))
            return f"suppress {promise.no} {promise.step} {promise.kind}"
        until = self.world.clock.now() + timedelta(days=self.chance.choice([1, 6, 20]))
        self.world.do(self.number, acts.Hold(promise=promise.no, until=until, reason="not yet"))
        return f"hold {promise.no} {promise.step} until {until}"

    def _resend(self) -> str:
        ended = [p for p in self.world.promises(self.number) if not p.is_pending and p.kind == "mail"]
        if not ended:
            return "none"
        promise = self.chance.choice(ended)
        self.world.do(self.number, acts.Resend(promise=promise.no, reason="again"))
        return f"{promise.no} {promise.step} {promise.state}"

    def _comment(self) -> str:
        self.world.do(self.number, acts.Comment(text="said"))
        return ""
