"""Programmes, people, companies, versions and documents; nothing crosses from one programme into another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.calendar import Calendar
from engine.case import Party
from engine.errors import NotFound, Refused
from engine.ports import Document, Tx
from engine.programme import Absence, Contact, Organisation, Programme
from storage import programme_reads
from storage.store import SqlStore
from tests.contracts.cast import (
    ALICE,
    BOB,
    FILES,
    NOW,
    REF,
    TODAY,
    company,
    digest_of,
    load_version,
    open_case,
    programme_file,
    settle_in,
    step,
)


def aalborg(store: SqlStore) -> Programme:
    return store.read(lambda tx: tx.programme("aalborg"))


def test_programme_comes_back_as_declared(store: SqlStore) -> None:
    settle_in(store)
    file = programme_file()

    found = aalborg(store)

    plain = ("key", "code", "name", "names", "languages", "sender", "sender_name", "reply_to", "events", "targets")
    assert {name: getattr(found, name) for name in plain} == {name: getattr(file, name) for name in plain}
    assert [*found.people.values()] == [ALICE, BOB]
    christmas = date(2026, 12, 25)
    assert found.calendar == Calendar(
        zone="Europe/Copenhagen",
        free={christmas: "Juledag"},
        quiet={christmas: "Jul", date(2026, 7, 20): "Sommer"},
        opens=file.opens,
        closes=file.closes,
    )
    assert aalborg(store) is found


def test_taken_key_or_code_is_refused(store: SqlStore) -> None:
    settle_in(store)
    for key, code in (("aalborg", "NEW"), ("new", "AAL")):
        with pytest.raises(Refused, match="exists already"):
            store.run(lambda tx, key=key, code=code: tx.add_programme(programme_file(key, code)))  # type: ignore[misc]
    with pytest.raises(NotFound):
        store.read(lambda tx: tx.programme("new"))


def test_every_change_of_a_programme_is_seen(store: SqlStore) -> None:
    settle_in(store)
    away = Absence(person="alice", first=TODAY, last=TODAY, deputy="bob")
    seen = [aalborg(store)]

    store.run(lambda tx: tx.save_absence("aalborg", away))
    seen.append(aalborg(store))
    store.run(lambda tx: tx.save_person("aalborg", replace(ALICE, name="Alice B.", active=False)))
    seen.append(aalborg(store))
    store.run(lambda tx: tx.save_calendar_day("aalborg", TODAY, "free", "Strike"))
    seen.append(aalborg(store))
    store.run(lambda tx: tx.save_calendar_day("aalborg", date(2026, 12, 25), "", ""))
    seen.append(aalborg(store))

    assert seen[1].absences == (away,)
    assert seen[2].people["alice"].name == "Alice B." and [*seen[2].people] == ["alice", "bob"]
    assert seen[3].calendar.why_free(TODAY) == "Strike"
    assert date(2026, 12, 25) not in {**seen[4].calendar.free, **seen[4].calendar.quiet}
    assert seen[4].calendar.quiet


def test_same_absence_again_changes_its_deputy(store: SqlStore) -> None:
    settle_in(store)
    away = Absence(person="alice", first=TODAY, last=TODAY, deputy="bob")
    store.run(lambda tx: tx.save_absence("aalborg", away))
    store.run(lambda tx: tx.save_absence("aalborg", replace(away, deputy="")))

    assert aalborg(store).absences == (replace(away, deputy=""),)


def test_calendar_day_of_an_unknown_kind_is_refused(store: SqlStore) -> None:
    settle_in(store)
    with pytest.raises(Refused, match="free or quiet"):
        store.run(lambda tx: tx.save_calendar_day("aalborg", TODAY, "busy", ""))


def test_change_that_is_rolled_back_is_not_remembered(store: SqlStore) -> None:
    settle_in(store)

    def fails(tx: Tx) -> None:
        tx.save_person("aalborg", replace(ALICE, name="Nobody"))
        assert tx.programme("aalborg").people["alice"].name == "Nobody"
        raise ValueError("taken back")

    with pytest.raises(ValueError, match="taken back"):
        store.run(fails)
    assert aalborg(store).people["alice"] == ALICE
    store.run(lambda tx: tx.save_person("aalborg", replace(ALICE, name="Alice C.")))
    assert aalborg(store).people["alice"].name == "Alice C."


def test_person_in_two_programmes_is_one_account(store: SqlStore) -> None:
    settle_in(store)
    store.run(lambda tx: tx.add_programme(programme_file("utrecht", "UTR", [replace(ALICE, roles=("manager",))])))
    aalborg(store)

    store.run(lambda tx: tx.save_person("utrecht", replace(ALICE, email="new@aalborg.dk", roles=("manager",))))

    assert aalborg(store).people["alice"] == replace(ALICE, email="new@aalborg.dk")
    everybody = store.read(lambda tx: programme_reads.people(tx))
    assert [(p.programme, p.key, p.roles) for p in everybody] == [
        ("aalborg", "alice", ("coordinator",)),
        ("aalborg", "bob", ("manager", "coordinator")),
        ("utrecht", "alice", ("manager",)),
    ]


def test_another_process_sees_the_change(store: SqlStore, url: str) -> None:
    settle_in(store)
    other = SqlStore(url, load_version=load_version)
    aalborg(other)

    store.run(lambda tx: tx.save_person("aalborg", replace(BOB, language="da")))

    assert aalborg(other).people["bob"].language == "da"
    other.close()


def test_company_is_known_only_in_its_programme(store: SqlStore) -> None:
    settle_in(store)
    settle_in(store, "utrecht", "UTR")
    acme, carl = company(store)

    assert store.read(lambda tx: tx.find_organisation("aalborg", "CVR", "12345678")) == acme
    assert store.read(lambda tx: tx.find_contact("aalborg", "CARL@acme.DK")) == carl
    assert store.read(lambda tx: tx.find_organisation("utrecht", "CVR", "12345678")) is None
    assert store.read(lambda tx: tx.find_contact("utrecht", carl.email)) is None
    assert store.read(lambda tx: programme_reads.organisations(tx, "utrecht")) == []
    with pytest.raises(NotFound):
        store.run(lambda tx: tx.save_organisation("utrecht", replace(acme, name="Stolen")))
    theirs = company(store, "utrecht")[0]
    assert theirs.id != acme.id


def test_cases_of_a_company_are_those_open_and_not_left(store: SqlStore) -> None:
    settle_in(store)
    settle_in(store, "utrecht", "UTR")
    acme, carl = company(store)
    part = Party(no=1, organisation=acme.id)
    mine = open_case(store, part)
    open_case(store, replace(part, left_on=TODAY))
    open_case(store, part, closed_on=TODAY)

    assert store.read(lambda tx: tx.cases_with("aalborg", acme.id)) == [mine.number]
    assert store.read(lambda tx: tx.cases_with("utrecht", acme.id)) == []
    for found in (
        store.read(lambda tx: tx.companies(mine)),
        store.read(lambda tx: tx.companies_of([acme.id])),
    ):
        assert found.organisations == {acme.id: acme}
        assert found.contacts == {carl.id: carl}
    assert store.read(lambda tx: tx.companies_of([])).organisations == {}


def test_taken_registration_number_is_refused(store: SqlStore) -> None:
    settle_in(store)
    acme, _ = company(store)

    with pytest.raises(Refused, match="CVR 12345678 is Acme A/S already"):
        company(store)
    renamed = replace(acme, name="Acme Holding", note="§")
    assert store.run(lambda tx: tx.save_organisation("aalborg", renamed)) == renamed
    none = Organisation(id=0, name="No number yet", register="CVR", number="")
    assert store.run(lambda tx: tx.save_organisation("aalborg", none)).id
    assert store.run(lambda tx: tx.save_organisation("aalborg", none)).id


def test_contact_changes_and_active_ones_are_found_first(store: SqlStore) -> None:
    settle_in(store)
    acme, carl = company(store)
    left = replace(carl, state="left", language="en")
    assert store.run(lambda tx: tx.save_contact(left)) == left
    again = store.run(lambda tx: tx.save_contact(replace(carl, id=0, name="Carl II")))

    assert store.read(lambda tx: tx.find_contact("aalborg", carl.email)) == again
    assert store.read(lambda tx: programme_reads.contacts(tx, acme.id)) == [left, again]
    with pytest.raises(NotFound):
        store.run(lambda tx: tx.save_contact(replace(carl, id=404)))
    with pytest.raises(NotFound):
        store.run(lambda tx: tx.save_contact(Contact(id=0, organisation=404, name="", email="", language="da")))


def test_publishing_again_changes_nothing_or_is_refused(store: SqlStore) -> None:
    other = {**FILES, "mails/M02.da": "Ny"}

    def publish(files: dict[str, str]) -> bool:
        return store.run(lambda tx: tx.publish("method", 1, files, digest_of(files), NOW))

    assert publish(FILES) is True
    assert publish(FILES) is False
    with pytest.raises(Refused, match="publish v2"):
        publish(other)
    assert store.read(lambda tx: programme_reads.version_files(tx, REF)) == FILES
    assert [v.number for v in store.read(lambda tx: programme_reads.versions(tx, "method"))] == [1]


def test_document_is_kept_by_its_content(store: SqlStore) -> None:
    deed = Document(hash="a1", name="aftale.pdf", media_type="application/pdf", content=bytes(range(256)))
    store.run(lambda tx: tx.save_document(deed, NOW))
    store.run(lambda tx: tx.save_document(replace(deed, name="other.pdf"), NOW))

    assert store.read(lambda tx: tx.document("a1")) == deed
    with pytest.raises(NotFound):
        store.read(lambda tx: tx.document("b2"))


def test_imported_row_is_noted_once(store: SqlStore) -> None:
    settle_in(store)
    settle_in(store, "utrecht", "UTR")
    case = open_case(store)

    assert store.run(lambda tx: tx.note_import("aalborg", "file.xlsx:7", case.number)) is True
    assert store.run(lambda tx: tx.note_import("aalborg", "file.xlsx:7", case.number)) is False
    assert store.run(lambda tx: tx.note_import("aalborg", "file.xlsx:8", case.number)) is True
    assert store.run(lambda tx: tx.note_import("utrecht", "file.xlsx:7", case.number)) is True


def test_programmes_are_listed_with_their_cases(store: SqlStore) -> None:
    settle_in(store)
    settle_in(store, "utrecht", "UTR")
    open_case(store)
    ended = open_case(store)
    store.run(lambda tx: step(tx, ended, closed_on=TODAY))

    listed = store.read(lambda tx: programme_reads.programmes(tx))

    assert [(p.key, p.cases, p.open_cases) for p in listed] == [("aalborg", 2, 1), ("utrecht", 0, 0)]
