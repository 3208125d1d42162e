"""Scenario 5: ten agreements by 31 May. Signed, expected and missing, and which case must move by when.

By hand: on Tue 14 April 2026 there are 31 working days left until Sun 31 May (12 in April, 21 weekdays in May without
Ascension Day and Whit Monday). Six cases have passed the phases, usually in 22 (actions), 10 (drafting), 12 (approval) and
8 (signing) working days. What entered its phase today needs

- in signing 8 days: signed on Fri 24 April; it must be out of signing by Fri 29 May, the last working day of the window;
- in approval 12 + 8 = 20: signed on Tue 12 May; out of approval 8 working days before 29 May: Mon 18 May;
- in actions 22 + 10 + 12 + 8 = 52, 21 more than 31: the 21st of June's working days (without Friday the 5th) is Tue 30 June,
  not in time; out of actions 30 working days before 29 May: Wed 15 April.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from engine import acts
from engine.outlook import AT_RISK, LIKELY, MET, ON_COURSE, SHORT, TOO_LATE, Expected, Outlook
from engine.programme import Target
from handslag.overview import Aim, Overview, overview
from tests.world import World, programme_file

TEN = Target(title="Ten agreements by 31 May", count=10, first=date(2025, 6, 1), last=date(2026, 5, 31))
LENGTHS = {"actions": 22, "drafting": 10, "approval": 12, "signing": 8}


@pytest.fixture
def spring(tmp_path: Path) -> Iterator[World]:
    """An installation in January 2026 whose programme wants ten agreements by the end of May."""
    made = World(tmp_path / "handslag", now="2026-01-05 09:00", programme=replace(programme_file(), targets=(TEN,)))
    yield made
    made.close()


def open_one(world: World, name: str, number: str) -> str:
    company = world.organisation(name, number)
    director, officer = world.contact(company, "Ib Dam", "da"), world.contact(company, "Eva Ry", "en")
    party = acts.PartyGiven(organisation=company.id, contacts={"company_contact": officer.id, "signatory_private": director.id})
    people = {"coordinator": "anne", "deputy": "bo", "signatory_public": "sofie"}
    facts = {"financial_year_end": "12-31"}
    return world.open_case(acts.OpenCase(title=name, parties=(party,), people=people, facts=facts))


def after(world: World, days: int) -> None:
    """Move the clock so many working days on, without working in between."""
    calendar = world.house.store.read(lambda tx: tx.programme("aalborg")).calendar
    world.go(f"{list(calendar.steps(world.clock.now().date(), days))[-1]} 09:00")


def history(world: World) -> None:
    """Carry six cases through, from actions on at the usual pace."""
    six = [open_one(world, f"Company {n}", number) for n, number in enumerate(
        ("10000009", "10000017", "10000025", "10000033", "10000041", "10000068"))]  # fmt: skip
    for number in six:
        for step in (world.to_screening, world.to_dialogue, world.to_baseline, world.to_actions):
            step(number)
    for phase, step in (("actions", world.to_drafting), ("drafting", world.to_approval), ("approval", world.to_signing),
                        ("signing", world.sign_all)):  # fmt: skip
        after(world, LENGTHS[phase])
        for number in six:
            step(number)


def standing(world: World, upto: str, name: str, number: str) -> str:
    """Open a case and carry it into a phase today."""
    made = open_one(world, name, number)
    for phase, step in (("screening", world.to_screening), ("dialogue", world.to_dialogue), ("baseline", world.to_baseline),
                        ("actions", world.to_actions), ("drafting", world.to_drafting), ("approval", world.to_approval),
                        ("signing", world.to_signing)):  # fmt: skip
        step(made)
        if phase == upto:
            break
    return made


@pytest.fixture
def april(spring: World) -> World:
    """Tuesday 14 April 2026: six in force, two in signing, one in approval, two in actions."""
    history(spring)
    assert spring.clock.now().date() < date(2026, 4, 14)
    spring.go("2026-04-14 09:00")
    for phase, name, number in (("signing", "Sign 1", "10000076"), ("signing", "Sign 2", "10000084"),
                                ("approval", "Approve", "10000092"), ("actions", "Act 1", "10000106"),
                                ("actions", "Act 2", "10000114")):  # fmt: skip
        standing(spring, phase, name, number)
    return spring


def looked_at(world: World) -> Overview:
    programme = world.house.store.read(lambda tx: tx.programme("aalborg"))
    today = programme.calendar.local_day(world.clock.now())
    return world.house.store.read(lambda tx: overview(tx, programme, today))


def aim(world: World) -> Aim:
    return looked_at(world).aims[0]


def by_title(found: Outlook) -> dict[str, Expected]:
    return {expected.case.title: expected for expected in found.cases}


def test_six_of_ten_nine_likely_one_short(april: World) -> None:
    found = aim(april).outlook

    assert (found.done, found.days_left) == (6, 31)
    assert (found.count(LIKELY), found.count(AT_RISK), found.count(TOO_LATE)) == (3, 2, 0)
    assert (found.likely_total, found.short, found.verdict) == (9, 1, SHORT)


def test_each_case_says_when_it_is_signed_and_by_when_it_must_move(april: World) -> None:
    cases = by_title(aim(april).outlook)

    told = {title: (e.state, e.signed_on, e.leave_by) for title, e in cases.items()}
    assert told == {
        "Sign 1": (LIKELY, date(2026, 4, 24), date(2026, 5, 29)),
        "Sign 2": (LIKELY, date(2026, 4, 24), date(2026, 5, 29)),
        "Approve": (LIKELY, date(2026, 5, 12), date(2026, 5, 18)),
        "Act 1": (AT_RISK, date(2026, 6, 30), date(2026, 4, 15)),
        "Act 2": (AT_RISK, date(2026, 6, 30), date(2026, 4, 15)),
    }
    steps = cases["Act 1"].steps
    # The three that went through at once today are finished stays too; they do not change the middle.
    assert [(step.phase, step.days, step.basis, step.stays) for step in steps] == [
        ("actions", 22, "stays", 9),
        ("drafting", 10, "stays", 9),
        ("approval", 12, "stays", 8),
        ("signing", 8, "stays", 6),
    ]


def test_a_case_that_has_not_moved_by_its_day_is_too_late(april: World) -> None:
    april.go("2026-04-16 09:00")

    found = aim(april).outlook

    assert {by_title(found)[title].state for title in ("Act 1", "Act 2")} == {TOO_LATE}
    assert (found.likely_total, found.verdict) == (9, "out_of_reach")


def test_moving_in_time_brings_the_target_within_reach(april: World) -> None:
    april.go("2026-04-15 09:00")
    number = by_title(aim(april).outlook)["Act 1"].case.number
    april.to_drafting(number)

    found = aim(april).outlook

    assert by_title(found)["Act 1"].signed_on == date(2026, 5, 29)
    assert (found.likely_total, found.verdict) == (10, ON_COURSE)


def test_a_signature_on_1_june_counts_only_where_the_programme_rolls(april: World) -> None:
    number = by_title(aim(april).outlook)["Sign 1"].case.number
    april.go("2026-06-01 09:00")
    april.sign_all(number)
    programme = april.house.store.read(lambda tx: tx.programme("aalborg"))
    rolling = replace(programme, targets=(replace(TEN, roll="next"),))

    assert aim(april).outlook.done == 6
    rolled = april.house.store.read(lambda tx: overview(tx, rolling, date(2026, 6, 1))).aims[0]
    assert (rolled.outlook.last, rolled.outlook.done) == (date(2026, 6, 1), 7)


def test_an_agreement_that_ended_since_stays_counted_and_is_told(april: World) -> None:
    first = aim(april).signings[0].number
    april.do(first, acts.Advance(transition="withdraw_by_agreement", facts={"short_form_agreed": "yes"}))

    found = aim(april)

    assert (found.outlook.done, found.ended) == (6, 1)


def test_a_signing_taken_back_by_a_correction_does_not_count(april: World) -> None:
    first = aim(april).signings[0].number
    april.do(first, acts.Correct(phase="signing", reason="the signature was of another case"), "mette")

    assert aim(april).outlook.done == 5


def test_a_case_longer_in_its_phase_than_any_before_is_not_called_likely(april: World) -> None:
    april.go("2026-04-28 09:00")  # nine working days in signing, none took more than eight

    sign = by_title(aim(april).outlook)["Sign 1"]

    assert sign.is_beyond
    assert (sign.state, sign.signed_on) == (AT_RISK, date(2026, 4, 28))


def test_with_ten_signed_it_is_met(april: World) -> None:
    programme = april.house.store.read(lambda tx: tx.programme("aalborg"))
    six = replace(programme, targets=(replace(TEN, count=6),))

    found = april.house.store.read(lambda tx: overview(tx, six, date(2026, 4, 14))).aims[0].outlook

    assert (found.verdict, found.short) == (MET, 0)


def test_what_a_case_spent_in_a_phase_before_it_was_sent_back_counts(april: World) -> None:
    number = by_title(aim(april).outlook)["Approve"].case.number
    after(april, 3)
    april.do(number, acts.Advance(transition="send_back", reason="one clause"), "mette")
    after(april, 2)
    april.do(number, acts.FreezeDocument(fact="agreement", hash=april.document(b"second"), name="agreement.pdf"))
    april.do(number, acts.Advance(transition="request_approval"))
    after(april, 1)

    expected = by_title(aim(april).outlook)["Approve"]

    assert (expected.case.phase, expected.case.spent) == ("approval", 4)
    assert [(step.phase, step.days) for step in expected.steps] == [("approval", 8), ("signing", 8)]
