"""Questions about time, on every database: finished stays, signings, cases on their way, what is overdue by owner."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from engine.case import Case, Seat, Wait
from storage import stay_reads
from storage.case_rows import VERSIONS
from storage.overdue_reads import Owner, overdue, overdue_lines
from storage.reads import line_of
from storage.store import SqlStore
from tests.contracts.cast import TODAY, deadline, open_case, settle_in, step
from tests.contracts.stays import to

WEEK = timedelta(days=7)
SIGNED = ("signed", "renewal")


def versions(store: SqlStore) -> list[int]:
    return list(store.read(lambda tx: line_of(tx).core.execute(VERSIONS.select()).scalars()))


def signings(store: SqlStore, first: date = TODAY, last: date = TODAY + 52 * WEEK) -> list[tuple[Any, ...]]:
    signed = [(versions(store), SIGNED)]
    found = store.read(lambda tx: stay_reads.signings(tx, "aalborg", signed, first=first, last=last))
    return [(line.number, line.signed_on, line.closed_on) for line in found]


def test_signings_are_first_entries_within_the_window(store: SqlStore) -> None:
    settle_in(store)
    settle_in(store, "utrecht", "UTR")
    early, late = open_case(store), open_case(store)
    to(store, open_case(store, programme="utrecht"), "signed", 1)
    early = to(store, to(store, to(store, early, "signed", 1), "renewal", 2), "closed", 3, closed_on=TODAY + 3 * WEEK)
    to(store, early, "signed", 4, closed_on=None)
    to(store, late, "signed", 2)

    assert signings(store) == [(early.number, TODAY + WEEK, None), (late.number, TODAY + 2 * WEEK, None)]
    assert signings(store, first=TODAY + WEEK + timedelta(days=1)) == [(late.number, TODAY + 2 * WEEK, None)]
    assert signings(store, last=TODAY + WEEK) == [(early.number, TODAY + WEEK, None)]
    assert signings(store, last=TODAY) == []


def test_a_signing_taken_back_counts_when_it_is_made_again(store: SqlStore) -> None:
    settle_in(store)
    case = to(store, open_case(store), "signed", 1)
    case = to(store, case, "talks", 2, kind="corrected")
    assert signings(store) == []

    case = to(store, case, "signed", 3)
    assert signings(store) == [(case.number, TODAY + 3 * WEEK, None)]


def test_an_agreement_that_ended_stays_a_signing(store: SqlStore) -> None:
    settle_in(store)
    case = to(store, to(store, open_case(store), "signed", 1), "withdrawn", 2, closed_on=TODAY + 2 * WEEK)

    assert signings(store) == [(case.number, TODAY + WEEK, TODAY + 2 * WEEK)]


def test_finished_stays_are_those_of_the_cases_that_left_last(store: SqlStore) -> None:
    settle_in(store)
    twice, once = open_case(store), open_case(store)
    twice = to(store, to(store, to(store, twice, "rest", 1), "talks", 2), "signed", 3)
    once = to(store, once, "signed", 2)

    found = store.read(lambda tx: stay_reads.finished(tx, "aalborg", versions(store), "talks"))
    newest = store.read(lambda tx: stay_reads.finished(tx, "aalborg", versions(store), "talks", limit=1))

    assert [(s.case_id, s.entered_on, s.left_on, s.to_phase, s.now) for s in found] == [
        (twice.id, TODAY, TODAY + WEEK, "rest", "signed"),
        (twice.id, TODAY + 2 * WEEK, TODAY + 3 * WEEK, "signed", "signed"),
        (once.id, TODAY, TODAY + 2 * WEEK, "signed", "signed"),
    ]
    assert {s.case_id for s in newest} == {twice.id}
    assert len(newest) == 2
    assert store.read(lambda tx: stay_reads.finished(tx, "aalborg", [0], "talks")) == []


def test_cases_on_their_way_come_by_phase_and_never_twice_signed(store: SqlStore) -> None:
    settle_in(store)
    talking, resting, renewing = open_case(store), open_case(store), open_case(store)
    to(store, resting, "rest", 1)
    to(store, to(store, renewing, "signed", 1), "talks", 2)

    def found(*phases: str, limit: int = 10) -> list[str]:
        asked = versions(store)
        lines = store.read(lambda tx: stay_reads.on_way(tx, "aalborg", asked, phases, SIGNED, limit=limit))
        return [line.number for line in lines]

    assert found("rest", "talks") == [resting.number, talking.number]
    assert found("talks", "rest") == [talking.number, resting.number]
    assert found("talks", "rest", limit=1) == [talking.number]


def test_a_case_that_came_back_brings_its_earlier_stay_and_a_resting_one_its_end(store: SqlStore) -> None:
    settle_in(store)
    back = to(store, to(store, open_case(store), "rest", 1), "talks", 2)
    resting = open_case(
        store, Seat(no=1, role="coordinator", person="bob"), Wait(no=2, reason="x", first=TODAY, until=TODAY + WEEK)
    )

    both = [back.id, resting.id]
    assert store.read(lambda tx: stay_reads.earlier_stays(tx, both)) == {back.id: [(TODAY, TODAY + WEEK)]}
    assert store.read(lambda tx: stay_reads.pauses(tx, both, TODAY)) == {resting.id: TODAY + WEEK}
    assert store.read(lambda tx: stay_reads.pauses(tx, both, TODAY + WEEK)) == {}


def test_phases_are_counted_with_the_case_that_stands_there_longest(store: SqlStore) -> None:
    settle_in(store)
    first: Case = open_case(store)
    open_case(store, phase_since=TODAY + WEEK)

    (line,) = store.read(lambda tx: stay_reads.phases_now(tx, "aalborg"))

    assert (line.version, line.phase, line.cases, line.since) == ("method", "talks", 2, TODAY)
    assert store.read(lambda tx: stay_reads.longest(tx, "aalborg", "talks", TODAY)) == first.number
    assert store.read(lambda tx: stay_reads.longest(tx, "aalborg", "signed", TODAY)) == ""


def test_overdue_is_counted_by_seat_and_holder(store: SqlStore) -> None:
    settle_in(store)
    late = {"due_on": TODAY - timedelta(days=3), "last_on": TODAY}
    anne = Seat(no=1, role="coordinator", person="alice")
    named = Seat(no=9, role="signatory", person="bob")
    open_case(store, anne, deadline(2, **late), deadline(3, **late), deadline(4))
    other = open_case(
        store, anne, named, deadline(2, **late), deadline(3, seat="signatory#9", **late), deadline(4, seat="contact", **late)
    )
    store.run(lambda tx: step(tx, other, deadline(5, state="met", **late), deadline(6, state="submitted", **late)))

    found = store.read(lambda tx: overdue(tx, "aalborg", TODAY))

    assert [(o.seat, o.person, o.items, o.cases, o.since) for o in found] == [
        ("coordinator", "alice", 3, 2, TODAY - timedelta(days=3)),
        ("contact", "", 1, 1, TODAY - timedelta(days=3)),
        ("signatory#9", "bob", 1, 1, TODAY - timedelta(days=3)),
    ]


def test_the_lines_of_an_owner_are_those_counted(store: SqlStore) -> None:
    settle_in(store)
    late = {"due_on": TODAY - timedelta(days=3), "last_on": TODAY}
    seats = (Seat(no=1, role="coordinator", person="alice"), Seat(no=9, role="signatory", person="bob"))
    for _ in range(2):
        submitted, own = deadline(5, state="submitted", **late), deadline(6, seat="person:bob", **late)
        open_case(store, *seats, deadline(2, **late), deadline(3, seat="signatory#9", **late), deadline(4), submitted, own)

    def lines(role: str, person: str, past: tuple[date, int, int] | None = None) -> list[tuple[int, int]]:
        owner = Owner(version="method", role=role, person=person)
        found = store.read(lambda tx: overdue_lines(tx, "aalborg", TODAY, owner, past=past, limit=9))
        return [(line.case_id, line.no) for line in found]

    assert lines("coordinator", "alice") == [(1, 2), (2, 2)]
    assert lines("coordinator", "alice", (TODAY - timedelta(days=3), 1, 2)) == [(2, 2)]
    assert lines("signatory", "bob") == [(1, 3), (2, 3)]
    assert lines("", "bob") == [(1, 6), (2, 6)]
    assert lines("coordinator", "") == lines("signatory", "alice") == []
