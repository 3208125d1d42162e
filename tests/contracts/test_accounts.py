"""Who gets in, over every database: accounts, sessions, invitations, attempts, and accounts elsewhere."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest

from engine.ports import Tx
from storage import account_rows, identity_rows
from storage.store import SqlStore
from tests.contracts.cast import HOUR, NOW, settle_in

WEEK = timedelta(days=7)
ISSUER = "https://login.city.example.org"


@pytest.fixture
def alice(store: SqlStore) -> int:
    settle_in(store)
    return store.run(lambda tx: account_rows.set_password(tx, "alice", "argon", NOW))


def test_an_account_is_found_by_key_and_by_mail_address(store: SqlStore, alice: int) -> None:
    by_key = store.read(lambda tx: account_rows.account(tx, "alice"))
    by_mail = store.read(lambda tx: account_rows.account(tx, "ALICE@aalborg.dk"))

    assert by_key == by_mail
    assert by_key is not None
    assert (by_key.id, by_key.password, by_key.language) == (alice, "argon", "da")
    assert store.read(lambda tx: account_rows.account(tx, "bob")) is None
    assert store.read(account_rows.with_accounts) == {"alice"}


def test_a_new_password_stays_the_same_account(store: SqlStore, alice: int) -> None:
    again = store.run(lambda tx: account_rows.set_password(tx, "alice", "new", NOW + HOUR))

    found = store.read(lambda tx: account_rows.account(tx, "alice"))
    assert found is not None
    assert (again, found.password) == (alice, "new")


def test_a_session_lives_until_it_is_idle_over_or_ended(store: SqlStore, alice: int) -> None:
    store.run(lambda tx: account_rows.start_session(tx, alice, "a" * 64, NOW, WEEK, "Firefox"))

    def signed(hours: int) -> bool:
        return store.read(lambda tx: account_rows.session(tx, "a" * 64, NOW + hours * HOUR, 12 * HOUR)) is not None

    assert signed(11)
    assert not signed(13)
    (line,) = store.read(lambda tx: account_rows.sessions(tx, alice))
    store.run(lambda tx: account_rows.seen(tx, line.id, NOW + 10 * HOUR))
    assert signed(13)
    store.run(lambda tx: account_rows.seen(tx, line.id, NOW + WEEK - HOUR))
    assert not signed(7 * 24)
    store.run(lambda tx: account_rows.end_session(tx, alice + 1, line.id))
    assert signed(7 * 24 - 1)
    store.run(lambda tx: account_rows.end_session(tx, alice, line.id))
    assert not signed(7 * 24 - 1)


def test_starting_a_session_sweeps_those_that_are_over(store: SqlStore, alice: int) -> None:
    store.run(lambda tx: account_rows.start_session(tx, alice, "a" * 64, NOW, HOUR, ""))
    store.run(lambda tx: account_rows.start_session(tx, alice, "b" * 64, NOW + 2 * HOUR, HOUR, ""))

    assert len(store.read(lambda tx: account_rows.sessions(tx, alice))) == 1
    store.run(lambda tx: account_rows.end_sessions(tx, alice))
    assert store.read(lambda tx: account_rows.sessions(tx, alice)) == []


def test_an_invitation_works_once_and_not_too_late(store: SqlStore, alice: int) -> None:
    store.run(lambda tx: account_rows.invite(tx, "i" * 64, "bob", "alice", NOW, HOUR))

    assert store.read(lambda tx: account_rows.invitation(tx, "i" * 64, NOW + 2 * HOUR)) is None
    assert not store.run(lambda tx: account_rows.use_invitation(tx, "i" * 64, NOW + 2 * HOUR))
    assert store.run(lambda tx: account_rows.use_invitation(tx, "i" * 64, NOW))
    assert not store.run(lambda tx: account_rows.use_invitation(tx, "i" * 64, NOW))
    assert store.read(lambda tx: account_rows.invitation(tx, "i" * 64, NOW)) is None


def test_a_new_invitation_ends_the_earlier_one(store: SqlStore, alice: int) -> None:
    for digest in ("i" * 64, "j" * 64):
        store.run(lambda tx, digest=digest: account_rows.invite(tx, digest, "bob", "alice", NOW, HOUR))  # type: ignore[misc]

    assert store.read(lambda tx: account_rows.invitation(tx, "i" * 64, NOW)) is None
    assert store.read(lambda tx: account_rows.invitation(tx, "j" * 64, NOW)) is not None


def test_attempts_of_many_at_once_all_count(store: SqlStore) -> None:
    def attempt() -> None:
        for _ in range(5):
            store.run(lambda tx: account_rows.count_attempt(tx, "name:alice", NOW, HOUR))

    attempt()
    threads = [Thread(target=attempt) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert store.run(lambda tx: account_rows.count_attempt(tx, "name:alice", NOW, HOUR)) == 26
    store.run(lambda tx: account_rows.take_attempts_back(tx, ["name:alice"]))
    assert store.run(lambda tx: account_rows.count_attempt(tx, "name:alice", NOW, HOUR)) == 26
    assert store.run(lambda tx: account_rows.count_attempt(tx, "name:alice", NOW + 2 * HOUR, HOUR)) == 1


def test_the_first_attempts_of_many_at_once_all_count(store: SqlStore) -> None:
    def attempt() -> None:
        store.run(lambda tx: account_rows.count_attempt(tx, "name:new", NOW, HOUR))

    threads = [Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert store.run(lambda tx: account_rows.count_attempt(tx, "name:new", NOW, HOUR)) == 9


def test_an_account_elsewhere_stands_for_one_person(store: SqlStore, alice: int) -> None:
    def link(tx: Tx) -> None:
        identity_rows.link(tx, ISSUER, "s-1", account_rows.open_account(tx, "bob", NOW), "invitation", NOW)

    store.run(link)

    known = store.read(lambda tx: identity_rows.identity(tx, ISSUER, "s-1"))
    assert known is not None
    assert known.person == "bob"
    assert store.read(lambda tx: identity_rows.identity(tx, "https://other.example.org", "s-1")) is None
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"):
        store.run(lambda tx: identity_rows.link(tx, ISSUER, "s-1", alice, "email", NOW))
    assert [line.person for line in store.read(identity_rows.identities)] == ["bob"]
    assert store.run(lambda tx: identity_rows.unlink(tx, "bob")) == 1
    assert store.read(lambda tx: identity_rows.identity(tx, ISSUER, "s-1")) is None


def test_opening_an_account_again_keeps_its_password(store: SqlStore, alice: int) -> None:
    assert store.run(lambda tx: account_rows.open_account(tx, "alice", NOW)) == alice

    found = store.read(lambda tx: account_rows.account(tx, "alice"))
    assert found is not None
    assert found.password == "argon"
