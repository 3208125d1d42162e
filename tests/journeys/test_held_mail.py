"""A mail that waits for days: when it leaves, it goes to whoever holds the seat then, at the address of then, or to nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from engine import acts, use_cases
from engine.letters import Message
from engine.programme import Absence
from tests.world import World

HELD, LEAVES = "M01", "2026-02-06 10:00"


@pytest.fixture
def number(world: World) -> str:
    """A case whose invitation to the company is held for two days."""
    made = world.candidate()
    world.to_screening(made)
    world.walk("2026-02-02 09:00")
    act = acts.Advance(transition="invite_to_dialogue", facts={"score": "72", "tier": "standard"})
    until = world.clock.now() + timedelta(days=2)
    choice = acts.MailChoice(code=HELD, what="hold", until=until)
    call = replace(world.call("anne", world.case(made)), mails=(choice,))
    world.house.store.run(lambda tx: use_cases.perform(tx, world.house.tools, made, act, call))
    return made


def invitations(world: World) -> list[tuple[str, str]]:
    """Who was invited, and what became of it, oldest first."""
    return [(m.address.partition("@")[0].rstrip("0123456789"), m.state) for m in mails(world)]


def mails(world: World) -> list[Message]:
    return [m for m in world.messages() if HELD in m.code]


def test_nothing_has_changed_and_it_leaves_as_it_was_shown(world: World, number: str) -> None:
    [shown] = mails(world)

    world.walk(LEAVES)

    [left] = mails(world)
    assert (left.state, left.address, left.text, left.id) == ("sent", shown.address, shown.text, shown.id)
    assert "mail_readdressed" not in {entry["kind"] for entry in world.history(number)}


def test_who_took_the_seat_over_gets_it_and_the_former_holder_does_not(world: World, number: str) -> None:
    [held] = mails(world)
    case = world.case(number)
    seat = next(s for s in case.seats.values() if s.role == "company_contact")
    organisation = next(iter(case.parties.values())).organisation
    company = world.house.store.read(lambda tx: tx.companies(case)).organisations[organisation]
    new = world.contact(company, "Nina Friis", "da")
    world.do(number, acts.GiveSeat(role="company_contact", contact=new.id, replaces=seat.no))

    world.walk(LEAVES)

    assert invitations(world) == [("karen", "cancelled"), ("nina", "sent")]
    left = mails(world)[1]
    assert "Nina Friis" in left.text
    assert "Karen" not in left.text
    assert left.language == "da"
    ended = [(p.state, p.why) for p in world.promises(number) if p.code == HELD]
    assert ended == [("cancelled", "seat_changed"), ("sent", "sent")]
    assert held.id != left.id
    assert world.verify(number) is None


def test_an_address_mended_meanwhile_is_used(world: World, number: str) -> None:
    case = world.case(number)
    contact = next(c for c in world.house.store.read(lambda tx: tx.companies(case)).contacts.values() if "Karen" in c.name)
    world.house.store.run(lambda tx: tx.save_contact(replace(contact, email="right@company.example.org")))

    world.walk(LEAVES)

    assert [(m.address, m.state) for m in mails(world)] == [("right@company.example.org", "sent")]


@pytest.mark.parametrize(("state", "why"), [("left", "nobody"), ("undeliverable", "undeliverable")])
def test_nobody_to_write_to_is_said_and_nothing_leaves(world: World, number: str, state: str, why: str) -> None:
    case = world.case(number)
    contact = next(c for c in world.house.store.read(lambda tx: tx.companies(case)).contacts.values() if "Karen" in c.name)
    world.house.store.run(lambda tx: tx.save_contact(replace(contact, state=state)))

    world.walk(LEAVES)

    assert {m.state for m in mails(world)} == {"cancelled"}
    assert [(p.state, p.why) for p in world.promises(number) if p.code == HELD] == [("skipped", why)]
    assert world.verify(number) is None


def test_a_closed_case_sends_nothing_of_it(world: World, number: str) -> None:
    world.do(number, acts.Advance(transition="decline", reason="they said no", facts={"decline_reason": "not_now"}))

    world.walk(LEAVES)

    assert {m.state for m in mails(world) if "M01" in m.code} == {"cancelled"}


def held_for_pia(world: World, absence: Absence | None = None) -> str:
    """A case that Pia brought, whose mail to her is held for two days. absence: known when the mail is written."""
    made = world.candidate()
    world.do(made, acts.GiveSeat(role="intermediary", person="pia"))
    world.to_screening(made)
    world.walk("2026-02-02 09:00")
    if absence:
        world.house.store.run(lambda tx: tx.save_absence("aalborg", absence))
    choice = acts.MailChoice(code="M19", what="hold", until=world.clock.now() + timedelta(days=2))
    act = acts.Advance(transition="invite_to_dialogue", facts={"score": "72", "tier": "standard"})
    call = replace(world.call("anne", world.case(made)), mails=(choice,))
    world.house.store.run(lambda tx: use_cases.perform(tx, world.house.tools, made, act, call))
    return made


def told(world: World) -> list[tuple[str, str]]:
    """Who got the mail to the intermediary, and what became of it, by name."""
    return sorted((m.recipient.removeprefix("person:"), m.state) for m in world.messages() if m.code == "M19")


def test_somebody_on_leave_by_then_is_stood_in_for_and_gets_a_copy(world: World) -> None:
    number = held_for_pia(world)
    away = Absence(person="pia", first=date(2026, 2, 3), last=date(2026, 2, 27), deputy="ole")
    world.house.store.run(lambda tx: tx.save_absence("aalborg", away))

    world.walk(LEAVES)

    assert told(world) == [("ole", "sent"), ("pia", "cancelled"), ("pia", "sent")]
    assert world.verify(number) is None


def test_somebody_back_from_leave_gets_it_once(world: World) -> None:
    away = Absence(person="pia", first=date(2026, 1, 20), last=date(2026, 2, 3), deputy="ole")
    number = held_for_pia(world, away)
    assert told(world) == [("ole", "queued"), ("pia", "queued")]

    world.walk(LEAVES)

    assert told(world) == [("ole", "cancelled"), ("pia", "sent")]
    assert world.verify(number) is None


def test_closing_undone_holds_it_again_and_revives_nothing_suppressed(world: World, number: str) -> None:
    [held] = mails(world)
    manager_call = next(p for p in world.case(number).promises.values() if p.state == "planned" and p.kind == "mail")
    world.do(number, acts.Suppress(promise=manager_call.no, reason="told by phone"))
    done = world.do(number, acts.Advance(transition="decline", reason="a slip", facts={"decline_reason": "not_now"}))

    world.do(number, acts.Undo(entry=done.decisions[0].entry.no))

    again = [m for m in mails(world) if m.state == "queued"]
    assert [(m.not_before, m.text, m.address) for m in again] == [(held.not_before, held.text, held.address)]
    alike = [p for p in world.promises(number) if (p.step, p.seat, p.about) == (
        manager_call.step, manager_call.seat, manager_call.about)]  # fmt: skip
    assert [p.state for p in alike] == ["suppressed"]
    world.walk(LEAVES)
    assert [m.state for m in mails(world)].count("sent") == 1
