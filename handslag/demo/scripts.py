"""What everybody does when: the steps that a player means to make, worked out from how its case stands now.

Nothing is remembered here. After each act, and whenever the worker has changed the case, the steps are asked for again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from zlib import crc32

from engine import acts
from engine.case import Deadline
from handslag.demo import aalborg, amsterdam
from handslag.demo.events import EVENTS
from handslag.demo.parts import AALBORG, Event
from handslag.demo.stage import Player, Step

COMPANY_SEATS = ("company_contact", "signatory_private")
COMPANY_RULES = ("company_commitments",)


def steps(player: Player) -> list[Step]:
    """Return what the people around a case mean to do, earliest first."""
    if player.case is None:
        return []
    found = [*_events(player), *_owed(player), *_moves(player)]
    return sorted(found, key=lambda step: step.on)


def _moves(player: Player) -> Iterator[Step]:
    assert player.case is not None
    if player.case.phase == player.company.stays_in:
        return
    phases = aalborg.PHASES if player.company.programme == AALBORG else amsterdam.PHASES
    script = phases.get(player.case.phase)
    if script is not None:
        yield from script(player)


def _events(player: Player) -> Iterator[Step]:
    assert player.case is not None
    for event in player.events:
        phase, _, days = event.when.partition("+")
        if not days:
            yield Step(on=date.fromisoformat(event.when), what=event.what, do=partial(_happen, player, event))
        elif phase == player.case.phase:
            yield Step(on=player.in_phase(int(days)), what=event.what, do=partial(_happen, player, event))


def _happen(player: Player, event: Event) -> None:
    player.events.remove(event)
    EVENTS[event.what](player)


def _owed(player: Player) -> Iterator[Step]:
    """Yield a step for everything owed that somebody will see to."""
    for deadline in player.owed():
        if deadline.kind == "phase":
            continue
        if deadline.state == "submitted":
            continue  # its review is a task of its own
        if deadline.kind == "task":
            yield from _task(player, deadline)
        elif is_companys(player, deadline):
            yield from _company_item(player, deadline)
        else:
            yield from _city_item(player, deadline)


def is_companys(player: Player, deadline: Deadline) -> bool:
    """Tell whether the company owes it."""
    return deadline.seat.partition("#")[0] in COMPANY_SEATS or deadline.rule in COMPANY_RULES


def _lag(lags: tuple[int, ...], deadline: Deadline) -> int:
    """Return one of the lags, the same on each run but another for each item."""
    return lags[crc32(f"{deadline.rule} {deadline.occurrence} {deadline.no} {deadline.round}".encode()) % len(lags)]


def _company_item(player: Player, deadline: Deadline) -> Iterator[Step]:
    """The company hands in what it owes, unless it is silent or waits for the municipality."""
    assert player.case is not None
    record = player.case.records.get(deadline.record)
    blocker = str(record.values.get("blocked_by") or "") if record else ""
    if blocker and any(str(d.record) == blocker for d in player.owed("record")):
        return
    lags = (0,) if deadline.rule == "F7" else player.company.temperament.lags
    on = player.after(deadline.due_on, _lag(lags, deadline))
    if player.company.is_silent(max(on, player.day)):
        return
    words = "as agreed" if deadline.kind == "record" else "figures and status of every commitment"
    act = acts.Fulfil(what="submit", deadline=deadline.no, text=words)
    yield Step(on=on, what="submit", do=partial(player.says, act, how="by mail"))


def _city_item(player: Player, deadline: Deadline) -> Iterator[Step]:
    """The municipality does its part: owners their commitments and status, the coordinator the meetings."""
    if deadline.rule == "visits":
        yield Step(on=deadline.due_on, what="visit", do=partial(_visit, player, deadline))
        return
    late = deadline.rule in {"municipal_commitments", "F3", "F2"}
    lags = player.company.city_lags if late else (0,)
    on = player.after(deadline.due_on, _lag(lags, deadline))
    act = acts.Fulfil(what="submit", deadline=deadline.no, text="done")
    owner = _owner(player, deadline)
    yield Step(on=on, what="submit", do=partial(player.person, owner, act) if owner else partial(player.office, act))


def _owner(player: Player, deadline: Deadline) -> str:
    """Return the key of the municipal owner of an item, empty for the coordinator."""
    assert player.case is not None
    if deadline.seat.startswith("person:"):
        return deadline.seat.partition(":")[2]
    record = player.case.records.get(deadline.record)
    return str(record.values.get("owner") or "") if record and deadline.rule != "visits" else ""


def _visit(player: Player, deadline: Deadline) -> None:
    note = "walked through the plant, looked at the meters"
    player.office(player.change_record(deadline.record, held_on=player.day, note=note))


# Tasks


def _task(player: Player, deadline: Deadline) -> Iterator[Step]:
    match deadline.rule:
        case "review":
            yield Step(on=player.after(deadline.opened_on, 3), what="review", do=partial(_review, player, deadline))
        case "sign":
            yield from _signature(player, deadline)
        case "confirm_commitment":
            assert player.case is not None
            owner = str(player.case.records[deadline.record].values["owner"])
            act = acts.Fulfil(what="confirm", deadline=deadline.no)
            on = player.after(deadline.opened_on, 4 + max(player.company.city_lags) // 5)
            yield Step(on=on, what="confirm", do=partial(player.person, owner, act))
        case "decide":
            act = acts.Fulfil(what="submit", deadline=deadline.no, text="the formal way, because nothing is heard")
            yield Step(on=player.after(deadline.opened_on, 6), what="decide", do=partial(player.boss, act))
        case _:
            act = acts.Fulfil(what="submit", deadline=deadline.no, text="done")
            on = player.after(deadline.opened_on, 1 + crc32(f"{deadline.rule}{deadline.no}".encode()) % 5)
            yield Step(on=on, what=deadline.rule, do=partial(player.office, act))


def _review(player: Player, task: Deadline) -> None:
    """The coordinator accepts what was handed in, or sends it back with questions, once."""
    assert player.case is not None
    item = player.case.deadlines[int(task.occurrence.removeprefix("#"))]
    if {item.rule, f"{item.rule} {item.occurrence}"} & set(player.company.returns) and item.round == 1:
        questions = "Which boundary do the figures have? And why is electricity down by half?"
        player.office(acts.Fulfil(what="return", deadline=item.no, text=questions))
        return
    player.office(acts.Fulfil(what="accept", deadline=item.no, text="thank you"))
    if item.record:
        player.office(player.change_record(item.record, status="done", status_note="seen and accepted"))


def _signature(player: Player, deadline: Deadline) -> Iterator[Step]:
    """The mayor signs after three days, the company at its own pace, unless it is silent or stays there."""
    assert player.case is not None
    seat = player.case.seats[int(deadline.seat.partition("#")[2])]
    if seat.person:
        act = acts.Sign(seat=seat.no, method="qualified electronic signature")
        yield Step(on=player.in_phase(3), what="sign", do=partial(player.person, seat.person, act))
    elif player.case.phase != player.company.stays_in and not player.company.is_silent(player.day):
        act = acts.Sign(seat=seat.no, method="paper")
        who = player.company.director
        yield Step(on=player.at_pace(), what="sign", do=partial(player.says, act, who, "on paper"))


def due_steps(player: Player, day: date) -> list[Step]:
    """Return the steps whose day has come, and remember until when there are none."""
    meant = steps(player)
    if player.case is not None and player.company.silent is None:
        player.idle = (player.case.revision, meant[0].on if meant else date.max)
    return [step for step in meant if step.on <= day]


def has_nothing_to_do(player: Player, day: date) -> bool:
    """Tell, without working the steps out again, that there are none on a day: the case is as it was, and they lie ahead.

    A company that falls silent changes its mind with the day alone, so nothing is remembered of it.
    """
    return (
        player.idle is not None and player.case is not None and player.idle[0] == player.case.revision and day < player.idle[1]
    )
