"""Who is waited for by what is owed: what was submitted waits for whoever accepts it, the rest for its own seat."""

from __future__ import annotations

from datetime import date, timedelta

from storage.store import SqlStore
from storage.waiting_reads import OwedWait, Turn, owed_waits
from tests.contracts.cast import TODAY, deadline, open_case, settle_in

THEN = TODAY + timedelta(days=30)
PAST = TODAY - timedelta(days=5)


def waits(store: SqlStore, *accepts: tuple[str, str], until: date = TODAY) -> list[OwedWait]:
    turn = Turn(version_id=1, roles=("company_contact",), lists=("commitments",), accepts=accepts)
    return list(store.read(lambda tx: owed_waits(tx, "aalborg", until, [turn])))


def test_a_submitted_report_waits_for_whoever_accepts_it(store: SqlStore) -> None:
    settle_in(store)
    report = deadline(2, kind="followup", rule="report", seat="company_contact", due_on=THEN, state="submitted",
                      submitted_on=PAST)  # fmt: skip
    review = deadline(3, kind="task", rule="review", occurrence="#2", due_on=PAST)
    open_case(store, report, review)

    assert waits(store) == [OwedWait(False, "accept", 1, 1, PAST)]
    assert waits(store, ("followup", "report")) == [OwedWait(True, "accept", 1, 1, PAST)]


def test_what_is_returned_or_due_waits_for_its_own_side(store: SqlStore) -> None:
    settle_in(store)
    company = {"kind": "followup", "rule": "report", "seat": "company_contact#2"}
    open_case(store, deadline(2, **company, state="returned", due_on=THEN), deadline(3, kind="task", rule="visit", due_on=PAST))
    open_case(store, deadline(2, **company, due_on=PAST), deadline(3, **company, due_on=TODAY),
              deadline(4, kind="record", rule="commitments", seat="record#4", due_on=TODAY),
              deadline(5, kind="record", rule="visits", seat="record#5", due_on=TODAY))  # fmt: skip

    assert waits(store) == [
        OwedWait(False, "do", 2, 2, PAST),
        OwedWait(True, "answer", 1, 1, THEN),
        OwedWait(True, "do", 3, 1, PAST),
    ]


def test_what_is_due_later_and_the_longest_stay_wait_for_nobody(store: SqlStore) -> None:
    settle_in(store)
    open_case(store, deadline(2, due_on=PAST), deadline(3, kind="task", rule="visit", due_on=THEN))

    assert waits(store) == []
    assert waits(store, until=THEN) == [OwedWait(False, "do", 1, 1, THEN)]
