"""Searching: who finds what by which words, the same on both databases, in the transaction that writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import text

from engine import search_words
from engine.case import Case, Party, Seat
from engine.entry import Private
from engine.policy import Reach
from engine.ports import Tx
from engine.programme import Contact, Organisation
from storage import search, search_filling, search_index
from storage.connect import connect, connect_to_migrate
from storage.reads import line_of
from storage.search_hits import Hit, hits
from storage.store import SqlStore
from tests.contracts.cast import entry, load_version, open_case, settle_in

ALICE = Reach(person="alice", whole=("aalborg",))


def find(store: SqlStore, asked: str, reach: Reach = ALICE, *, before: int = 0, limit: int = 20) -> Sequence[Hit]:
    return store.read(lambda tx: hits(tx, reach, search_words.asked(asked), before=before, limit=limit))


def titles(store: SqlStore, asked: str, reach: Reach = ALICE) -> list[str]:
    return [hit.title for hit in find(store, asked, reach)]


def firm(
    store: SqlStore, name: str, number: str, contact: str, programme: str = "aalborg"
) -> tuple[Case, Organisation, Contact]:
    """Open a case of a company with a contact."""

    def use(tx: Tx) -> tuple[Organisation, Contact]:
        made = tx.save_organisation(programme, Organisation(id=0, name=name, register="CVR", number=number))
        return made, tx.save_contact(Contact(id=0, organisation=made.id, name=contact, email="post@firm.dk", language="da"))

    made, person = store.run(use)
    rows = (Party(no=1, organisation=made.id, kind="company"), Seat(no=2, role="company_contact", contact=person.id, party=1))
    return open_case(store, *rows, programme=programme, title=name), made, person


def comment(store: SqlStore, number: str, said: str) -> int:
    """Say something about a case; return the number of the entry."""

    def use(tx: Tx) -> int:
        case = tx.case(number)
        sealed = entry(case.revision + 1, kind="commented", previous=case.head)
        private = Private(path="/reason", salt="s", digest="d", value=said)
        sealed = replace(sealed, privates=(*sealed.privates, private))
        tx.write(case, replace(case, revision=sealed.no, head=sealed.hash), (), sealed)
        return sealed.no

    return store.run(use)


@pytest.fixture
def town(store: SqlStore) -> SqlStore:
    settle_in(store)
    settle_in(store, "utrecht", "UTR")
    firm(store, "Ålborg Rørværk A/S", "10150817", "Søren Østergård")
    firm(store, "Nordjysk Varme ApS", "12345678", "Eva Ry")
    firm(store, "Coöperatie Ĳsselmeer B.V.", "87654321", "Daniëlle de Vries", "utrecht")
    return store


@pytest.mark.parametrize(
    "asked",
    [
        "ålborg", "Aalborg", "alborg", "rørv", "roerv", "rorvaerk", "søren", "soren", "SOEREN øst", "a/s", "AAL-2026-0001",
        "aal-2026-00 alb", "2026-0001", "0001", "10150817", "10 15 08 17", "10.15.08.17", "1015", "cvr 10150817",
        "CVR-10150817", "post@firm.dk ål", "  ålborg,  SØREN! ",
    ],
)  # fmt: skip
def test_a_case_is_found_by_what_people_type(town: SqlStore, asked: str) -> None:
    assert titles(town, asked)[-1:] == ["Ålborg Rørværk A/S"]


@pytest.mark.parametrize(
    "asked", ["", " -- ", "%", "_", "'", '"', "ålborg nordjysk", "borg", "aal-2026-0009", "OR", "NOT x*", "_1"]
)
def test_what_is_nowhere_is_not_found(town: SqlStore, asked: str) -> None:
    assert titles(town, asked) == []


def test_dutch_letters_and_the_other_programme(town: SqlStore) -> None:
    dutch = Reach(person="bob", whole=("utrecht",))

    assert titles(town, "ijssel") == titles(town, "cooperatie") == []
    for asked in ("ijssel", "ĳsselmeer", "cooperatie b.v.", "BV", "danielle", "DANIËLLE"):
        assert titles(town, asked, dutch) == ["Coöperatie Ĳsselmeer B.V."]
    both = Reach(person="bob", whole=("aalborg", "utrecht"))
    assert [hit.number for hit in find(town, "2026", both)] == ["UTR-2026-0001", "AAL-2026-0002", "AAL-2026-0001"]
    assert titles(town, "ijssel", Reach(person="bob", whole=("nowhere",))) == []


def test_newest_come_first_and_pages_go_on(town: SqlStore) -> None:
    first = find(town, "aal-2026", limit=1)
    second = find(town, "aal-2026", before=first[-1].id, limit=1)

    assert [hit.number for hit in (*first, *second)] == ["AAL-2026-0002", "AAL-2026-0001"]
    assert find(town, "aal-2026", before=second[-1].id) == ()


def test_the_places_say_where_the_words_stand(town: SqlStore) -> None:
    comment(town, "AAL-2026-0001", "He wants figures for <b>scope 2</b>")

    (hit,) = find(town, "ålb søren figures 2026-0001 1015")

    assert [find.place for find in hit.finds] == ["number", "registration", "contact"]
    (hit,) = find(town, "ålborg figures")
    assert [(find.place, find.text) for find in hit.finds] == [("comment", "He wants figures for <b>scope 2</b>")]
    assert hit.finds[0].at is not None


def test_somebody_who_only_sits_in_cases_finds_those(town: SqlStore) -> None:
    own = open_case(town, Seat(no=1, role="intermediary", person="peter"), title="Brought by Peter")
    peter = Reach(person="peter", seated=("aalborg",))

    assert titles(town, "aal-2026", peter) == [own.title]
    assert titles(town, "ålborg", peter) == titles(town, "peter", replace_programme(peter)) == []
    mixed = Reach(person="peter", whole=("utrecht",), seated=("aalborg",))
    assert titles(town, "2026", mixed) == ["Brought by Peter", "Coöperatie Ĳsselmeer B.V."]


def replace_programme(reach: Reach) -> Reach:
    return replace(reach, seated=("utrecht",))


def test_a_new_name_is_found_and_the_old_one_no_more(store: SqlStore) -> None:
    settle_in(store)
    case, company, contact = firm(store, "Old Name", "10150817", "Ib Dam")
    store.run(lambda tx: tx.save_organisation("aalborg", replace(company, name="New Words")))
    store.run(lambda tx: tx.save_contact(replace(contact, name="Eva Ry")))

    assert [hit.number for hit in find(store, "words eva")] == [case.number]
    assert titles(store, "ib") == []
    assert titles(store, "old") == ["Old Name"], "the title of the case is its own until its act changes it"


def test_erased_words_are_found_no_more(town: SqlStore) -> None:
    first = comment(town, "AAL-2026-0001", "secret and shared")
    comment(town, "AAL-2026-0001", "shared alone")
    assert titles(town, "secret") == titles(town, "alone") == ["Ålborg Rørværk A/S"]

    town.run(lambda tx: tx.erase_private("AAL-2026-0001", first, "/reason"))  # type: ignore[attr-defined]

    assert titles(town, "secret") == []
    assert titles(town, "shared alone") == ["Ålborg Rørværk A/S"]
    kept = town.read(lambda tx: line_of(tx).core.execute(text("SELECT said FROM case_words")).scalars().all())
    assert not any("secret" in said for said in kept)


def test_what_is_taken_back_is_not_found(town: SqlStore) -> None:
    def fail(tx: Tx) -> None:
        made = tx.save_organisation("aalborg", Organisation(id=0, name="Never", register="CVR", number="99999999"))
        case = tx.case("AAL-2026-0001")
        tx.save_organisation("aalborg", replace(made, name="Never Was"))
        tx.save_contact(Contact(id=0, organisation=1, name="Phantom", email="", language="da"))
        assert case.number
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        town.run(fail)

    assert titles(town, "phantom") == []


def test_rare_words_are_found_behind_thousands_of_newer_cases(town: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "LOOKED_THROUGH", 2)  # as if these few were the newest thousands
    monkeypatch.setattr(search, "COMMON", 0)
    for no in range(4):
        open_case(town, title=f"Later {no}")

    assert titles(town, "sør") == ["Ålborg Rørværk A/S"]
    assert titles(town, "aal-2026 sør a/s") == ["Ålborg Rørværk A/S"]
    assert [hit.number[-1] for hit in find(town, "aal")] == ["6", "5", "4", "3", "2", "1"]
    assert [hit.number[-1] for hit in find(town, "later", before=find(town, "later")[0].id)] == ["5", "4", "3"]
    assert titles(town, "sør nordjysk") == []


def test_filling_anew_finds_the_same(town: SqlStore) -> None:
    comment(town, "AAL-2026-0002", "about <heat>")
    before = words(town)
    engine = connect_to_migrate(town.url.render_as_string(hide_password=False))
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM case_words"))
        assert search_filling.fill(connection) == 3
    engine.dispose()

    assert words(town) == before
    assert titles(town, "heat nordjysk") == ["Nordjysk Varme ApS"]


def words(store: SqlStore) -> list[tuple[object, ...]]:
    query = text("SELECT case_id, programme_id, card, said FROM case_words ORDER BY case_id")
    return store.read(lambda tx: [tuple(row) for row in line_of(tx).core.execute(query)])


def test_the_index_is_asked_and_not_every_row(url: str) -> None:
    store = SqlStore(url, load_version=load_version)
    settle_in(store)
    firm(store, "Ålborg", "10150817", "Ib")
    asked = search_index.asking(store.url.get_backend_name(), search_words.asked("ålb"), [1], wanted=[], before=9, limit=5)
    engines = connect(url)
    with engines.reading.connect() as connection:
        explain = "EXPLAIN QUERY PLAN " if store.url.get_backend_name() == "sqlite" else "EXPLAIN "
        if explain == "EXPLAIN ":
            connection.exec_driver_sql("SET enable_seqscan = off")
        compiled = asked.compile(connection, compile_kwargs={"literal_binds": True})
        plan = " ".join(str(row) for row in connection.exec_driver_sql(explain + str(compiled)).all())
        assert connection.execute(asked).scalar() == 1
    engines.close()
    store.close()

    assert "case_words_index" in plan
