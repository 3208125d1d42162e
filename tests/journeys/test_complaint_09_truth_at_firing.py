"""Complaint 9: a long automation run acts on what was true when it started."""

from __future__ import annotations

from engine import acts, use_cases
from engine.actor import system
from engine.draft import Call
from tests.world import World


def _select(world: World, number: str) -> tuple[int, ...]:
    now = world.clock.now()
    return tuple(item.no for item in world.house.store.read(lambda tx: tx.due_promises(now, 100)) if item.case == number)


def _act_on(world: World, number: str, promises: tuple[int, ...]) -> None:
    call = Call(actor=system("due"), now=world.clock.now(), ids=world.house.tools.ids)
    act = acts.Fire(promises=promises)
    world.house.store.run(lambda tx: use_cases.perform(tx, world.house.tools, number, act, call))


def test_case_that_changed_between_selection_and_action_is_asked_again(world: World) -> None:
    """If a case changes between selection and action, the condition is evaluated again in the transaction that writes, and the
    action is dropped with a reason.
    """
    number = world.active()
    pulse = world.deadline(number, "F2")
    world.go("2026-06-09 09:00")
    world.work()
    world.go("2026-06-10 09:00")
    selected = _select(world, number)
    [reminder] = [p for p in world.promises(number, pulse.no) if p.no in selected]
    mails = len(world.messages())

    world.do(number, acts.Fulfil(what="submit", deadline=pulse.no), for_whom="the company")
    _act_on(world, number, selected)

    ended = next(p for p in world.promises(number) if p.no == reminder.no)
    assert (ended.state, ended.why) == ("cancelled", "submitted")
    assert all((number, reminder.no) not in m.promises for m in world.messages()[mails:])


def test_condition_that_came_after_planning_is_asked_at_firing(world: World) -> None:
    number = world.active()
    blocker = world.deadline(number, "municipal_commitments")
    world.do(number, acts.AddRecord(list="company_commitments", values={
        "title": "Vans", "due_on": "2026-04-15", "blocked_by": str(blocker.record)}))  # fmt: skip
    vans = next(d for d in world.case(number).open_deadlines() if str(d.due_on) == "2026-04-15")

    world.walk("2026-04-16 09:00")

    states = {p.step: (p.state, p.why) for p in world.promises(number, vans.no) if p.seat.startswith("record")}
    assert states["-14 wd M08"] == states["+0 wd M08"] == ("skipped", "waits_for_municipality")


def test_holder_who_changed_after_planning_gets_the_mail(world: World) -> None:
    number = world.active()
    company = next(iter(world.house.store.read(lambda tx: tx.companies(tx.case(number)).organisations.values())))
    new = world.contact(company, "Liv Dam", "da")
    old = next(s for s in world.case(number).seats.values() if s.role == "company_contact" and s.ended_on is None)
    world.go("2026-06-09 09:00")
    world.work()

    world.do(number, acts.GiveSeat(role="company_contact", contact=new.id, replaces=old.no))
    world.walk("2026-06-11 09:00")

    got = {m.recipient for m in world.messages() if str(m.day) == "2026-06-10" and "M08" in m.code}
    assert {who for who in got if who.startswith("contact:")} == {f"contact:{new.id}"}
