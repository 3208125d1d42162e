"""What must hold after any act whatsoever."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

from engine.calendar import Calendar
from engine.case import Case
from engine.letters import Message
from engine.replay import replay
from tests.journeys.model.model import Model, ledger_lines
from tests.journeys.model.walker import Walker
from tests.world import LIBRARY, World, programme_file


class Laws:
    """Judges one walk, entry by entry."""

    def __init__(self, walker: Walker) -> None:
        self.walker, self.world, self.number = walker, walker.world, walker.number
        self.model = Model(LIBRARY / self.world.workflow, programme_file())
        self.heard = 0

    def judge(self) -> None:
        """Ask them all; a breach is told with the last acts of the walk."""
        try:
            self._judge()
        except AssertionError as error:
            error.add_note("\n".join(self.walker.done[-8:]))
            raise

    def _judge(self) -> None:
        world, number = self.world, self.number
        whole, history = world.case(number, whole=True), world.history(number)
        assert world.verify(number) is None
        assert replay(history) == replace(whole, id=0, head="")
        for entry in history[self.heard :]:
            self.model.hear(entry)
        self.heard = len(history)
        there, wanted = ledger_lines(whole.promises.values()), self.model.lines()
        assert there == wanted, f"ledger has {sorted((there - wanted).items())}\nmodel has {sorted((wanted - there).items())}"
        ends_once(history)
        messages = world.messages()
        calendar = world.house.store.read(lambda tx: tx.programme("aalborg")).calendar
        nothing_pending_when_closed(world, whole)
        carried_once(whole, messages)
        one_a_day(messages)
        for message in messages:
            within_hours(message, calendar, urgent=bool(self.model.method.urgent & set(message.code.split(","))))


def ends_once(history: list[dict[str, object]]) -> None:
    """A promise has at most one end, and an end has a reason."""
    ended: set[int] = set()
    for entry in history:
        changes = entry["changes"]
        assert isinstance(changes, list)
        for change in changes:
            new = change["new"] or {}
            if change["kind"] != "promise" or new.get("state", "planned") in {"planned", "queued"}:
                continue
            assert change["no"] not in ended, f"promise {change['no']} ended twice"
            ended.add(change["no"])
            assert new.get("ended_at"), change
            assert new.get("why") or new["state"] == "sent", change


def nothing_pending_when_closed(world: World, case: Case) -> None:
    """A closed case owes nothing; what it still has to say is the mail that says so."""
    if not case.closed_on:
        return
    assert not case.open_deadlines()
    last = max(p.entry for p in case.promises.values())
    closing = next(e["no"] for e in reversed(world.history(case.number)) if e["from"] != e["to"])
    for promise in case.pending():
        assert promise.state == "queued" and closing <= promise.entry <= last, promise


def carried_once(case: Case, messages: list[Message]) -> None:
    """Every queued promise has exactly one unsent message, and unsent messages carry pending promises only."""
    unsent = [m for m in messages if m.state in {"queued", "claimed"}]
    carried = Counter(no for m in unsent for number, no in m.promises if number == case.number)
    assert set(carried) == {p.no for p in case.promises.values() if p.state == "queued"}
    assert not carried or max(carried.values()) == 1
    for message in unsent:
        assert all(case.promises[no].message == message.id for number, no in message.promises if number == case.number)


def one_a_day(messages: list[Message]) -> None:
    """One merged mail for a person, programme and sending day."""
    merged = Counter((m.recipient, m.programme, m.day) for m in messages if m.merges and m.state != "cancelled")
    assert not merged or max(merged.values()) == 1, merged.most_common(1)


def within_hours(message: Message, calendar: Calendar, *, urgent: bool) -> None:
    """No mail to a company leaves outside its hours; urgent ones may in a quiet window."""
    letter = json.loads(message.letter)
    if letter["recipient"]["side"] == "municipality":
        return
    local = calendar.local(message.not_before)
    assert calendar.is_working(local.date()), message
    assert urgent or local.date() not in calendar.quiet, message
    assert calendar.opens <= local.time() < calendar.closes, message
