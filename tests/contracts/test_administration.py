"""People, absences, calendar and settings of a programme changed through the use cases, and who changed what is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from engine.actor import Actor
from engine.errors import BadInput, NotFound, NotPermitted
from engine.ports import Tx
from engine.programme import Person
from handslag.administration import absences, calendar, people, programme_settings, sending
from handslag.administration.office import ADMINISTER, Office, office_in
from storage import approval, programme_log, programme_reads
from storage.store import SqlStore
from tests.contracts.cast import NOW, open_case, programme_file, settle_in

GIVEN = {"name": "Nina", "email": "nina@aalborg.dk", "roles": ("coordinator",)}


def bob(tx: Tx, programme: str = "aalborg", act: str = ADMINISTER) -> Office:
    return office_in(tx, programme, "bob", NOW, act, surface="web")


def log(store: SqlStore) -> list[tuple[str, str, str, dict[str, Any]]]:
    lines = store.read(lambda tx: programme_log.entries(tx, "aalborg"))
    return [(line.actor_name, line.kind, line.subject, dict(line.changes)) for line in reversed(lines)]


def test_changed_roles_are_kept_with_old_new_and_who(store: SqlStore) -> None:
    settle_in(store)
    store.run(lambda tx: people.save_person(tx, bob(tx), "nina", GIVEN))
    store.run(lambda tx: people.save_person(tx, bob(tx), "nina", {"roles": ("manager",), "email": "nina@home.example"}))
    store.run(lambda tx: people.save_person(tx, bob(tx), "nina", {"roles": ("manager",)}))

    added, changed = log(store)
    assert added[:3] == ("Bob", "person_added", "nina")
    assert changed[3] == {"roles": [["coordinator"], ["manager"]], "email": ["…@aalborg.dk", "…@home.example"]}
    assert "Nina" not in str(added)


def test_a_coordinator_may_not_change_people(store: SqlStore) -> None:
    settle_in(store)

    with pytest.raises(NotPermitted):
        store.run(lambda tx: office_in(tx, "aalborg", "alice", NOW, ADMINISTER, surface="web"))


def test_every_fault_of_a_person_is_named_and_nothing_written(store: SqlStore) -> None:
    settle_in(store)

    with pytest.raises(BadInput) as raised:
        store.run(lambda tx: people.save_person(tx, bob(tx), "n n", {"email": "x", "roles": ("boss",), "deputy": "nobody"}))

    assert {fault.place for fault in raised.value.faults} == {"name", "key", "email", "boss", "deputy"}
    assert log(store) == []


def test_the_last_one_who_administers_stays(store: SqlStore) -> None:
    settle_in(store)

    for given in ({"roles": ("coordinator",)}, {"active": False}):
        with pytest.raises(BadInput, match="nobody left"):
            store.run(lambda tx, given=given: people.save_person(tx, bob(tx), "bob", given))  # type: ignore[misc]


def test_an_account_of_another_city_is_not_taken_over(store: SqlStore) -> None:
    settle_in(store)
    theirs = Person(key="dora", name="Dora", email="dora@odense.dk", language="da", roles=("manager",))
    store.run(lambda tx: tx.add_programme(programme_file("odense", "ODE", [theirs])))

    for given in ({"email": "bob@aalborg.dk", "roles": ("coordinator",)}, {"roles": ("coordinator",)}):
        with pytest.raises(NotPermitted, match="does not administer"):
            store.run(lambda tx, given=given: people.save_person(tx, bob(tx), "dora", given))  # type: ignore[misc]

    kept = store.read(lambda tx: programme_reads.person_of(tx, "dora"))
    assert kept is not None
    assert kept.email == "dora@odense.dk"


def test_who_administers_both_brings_somebody_over(store: SqlStore) -> None:
    settle_in(store)
    theirs = Person(key="dora", name="Dora", email="dora@odense.dk", language="da", roles=("coordinator",))
    both = Person(key="bob", name="Bob", email="bob@aalborg.dk", language="en", roles=("administrator",))
    store.run(lambda tx: tx.add_programme(programme_file("odense", "ODE", [theirs, both])))

    store.run(lambda tx: people.save_person(tx, bob(tx), "dora", {"roles": ("coordinator",)}))

    assert store.read(lambda tx: tx.programme("aalborg").people["dora"].email) == "dora@odense.dk"


def test_an_absence_under_way_ends_yesterday_and_one_to_come_goes(store: SqlStore) -> None:
    settle_in(store)
    now, later = (date(2026, 5, 1), date(2026, 5, 8)), (date(2026, 6, 1), date(2026, 6, 8))
    for days in (now, later):
        store.run(lambda tx, days=days: absences.save_absence(tx, bob(tx), "alice", days))  # type: ignore[misc]

    left = store.run(lambda tx: absences.end_absence(tx, bob(tx), "alice", *now))
    gone = store.run(lambda tx: absences.end_absence(tx, bob(tx), "alice", *later))

    assert left is not None
    assert (left.last, gone) == (date(2026, 5, 3), None)
    assert [(a.first, a.last) for a in store.read(lambda tx: tx.programme("aalborg").absences)] == [(now[0], date(2026, 5, 3))]
    assert [entry[1] for entry in log(store)] == ["absence_noted", "absence_noted", "absence_ended", "absence_ended"]
    with pytest.raises(NotFound):
        store.run(lambda tx: absences.end_absence(tx, bob(tx), "alice", *later))


def test_nobody_stands_in_for_itself(store: SqlStore) -> None:
    settle_in(store)

    with pytest.raises(BadInput) as raised:
        store.run(lambda tx: absences.save_absence(tx, bob(tx), "bob", (date(2026, 5, 9), date(2026, 5, 8)), "bob"))

    assert {fault.place for fault in raised.value.faults} == {"deputy", "last"}


def test_settings_change_with_their_faults_and_their_entry(store: SqlStore) -> None:
    settle_in(store)
    before = store.read(lambda tx: tx.programme("aalborg"))

    with pytest.raises(BadInput) as raised:
        store.run(lambda tx: programme_settings.change(tx, bob(tx), {"sender": "x", "languages": (), "opens": time(18)}))
    assert {fault.place for fault in raised.value.faults} == {"sender", "languages", "closes"}

    target = replace(before.targets[0], count=12)
    given = {"sender_name": "Klima", "opens": time(9), "targets": (target,), "name": before.name}
    store.run(lambda tx: programme_settings.change(tx, bob(tx), given))

    after = store.read(lambda tx: tx.programme("aalborg"))
    assert (after.sender_name, after.calendar.opens, after.targets) == ("Klima", time(9), (target,))
    ((_, kind, _, changes),) = log(store)
    assert kind == "settings_changed"
    assert changes["opens"] == ["08:00", "09:00"]
    assert "name" not in changes


def test_a_calendar_day_is_noted(store: SqlStore) -> None:
    settle_in(store)
    store.run(lambda tx: calendar.set_day(tx, bob(tx), date(2026, 12, 25), "", ""))

    assert log(store)[0][3] == {"day": ["free: Juledag, quiet: Jul", None]}
    with pytest.raises(BadInput):
        store.run(lambda tx: calendar.set_day(tx, bob(tx), date(2026, 12, 25), "free", " "))


def test_the_sending_switch_is_noted_for_the_whole_installation(store: SqlStore) -> None:
    settle_in(store)
    settle_in_other = programme_file("odense", "ODE", [Person(key="d", name="D", email="d@o.dk", language="da", roles=())])
    store.run(lambda tx: tx.add_programme(settle_in_other))
    actor = Actor(kind="person", key="bob", name="Bob", surface="web")

    store.run(lambda tx: sending.approve(tx, actor, NOW))
    assert store.read(approval.approval).holds
    store.run(lambda tx: sending.revoke(tx, actor, NOW))
    assert not store.read(approval.approval).holds

    assert [entry[1] for entry in log(store)] == ["sending_approved", "sending_revoked"]
    assert len(store.read(lambda tx: programme_log.entries(tx, "odense"))) == 2


def test_entries_come_in_pages_of_one_programme(store: SqlStore) -> None:
    settle_in(store)
    other = Person(key="bob", name="Bob", email="bob@aalborg.dk", language="en", roles=("manager", "coordinator"))
    store.run(lambda tx: tx.add_programme(programme_file("odense", "ODE", [other])))
    for day in range(1, 6):
        store.run(lambda tx, day=day: calendar.set_day(tx, bob(tx), date(2026, 8, day), "free", "x"))  # type: ignore[misc]
    store.run(lambda tx: calendar.set_day(tx, bob(tx, "odense"), date(2026, 9, 1), "free", "x"))

    first = store.read(lambda tx: programme_log.entries(tx, "aalborg", limit=3))
    rest = store.read(lambda tx: programme_log.entries(tx, "aalborg", before=first[-1].id, limit=3))

    assert [line.subject for line in (*first, *rest)] == [f"2026-08-0{n}" for n in (5, 4, 3, 2, 1)]


def test_seats_are_counted_by_person_and_role(store: SqlStore) -> None:
    settle_in(store)
    open_case(store)
    open_case(store)

    assert store.read(lambda tx: programme_reads.seats_held(tx, "aalborg")) == [("alice", "coordinator", 2)]
    assert store.read(lambda tx: programme_reads.seats_held(tx, "aalborg", "bob")) == []
