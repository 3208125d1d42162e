"""Tokens at the command line: made once, listed without themselves, revoked by their owner only."""

from __future__ import annotations

from datetime import UTC, datetime

from handslag.settings import load_settings
from handslag.tokens import hash_of
from handslag.wiring import open_house
from storage import token_rows
from tests.cli.desk import FIRST_DAY, CliDesk

MAKE = ("account", "token", "make")


def opens(desk: CliDesk, token: str) -> token_rows.Bearer | None:
    house = open_house(desk.folder, load_settings(desk.folder))
    now = datetime.fromisoformat(FIRST_DAY).replace(tzinfo=UTC)
    found = house.store.read(lambda tx: token_rows.bearer(tx, hash_of(token), now))
    house.close()
    return found


def test_a_token_is_made_listed_and_revoked(desk: CliDesk) -> None:
    made = desk.json(*MAKE, "Spreadsheet", "--scope", "write", "--programme", "aalborg", "--days", "30")
    found = opens(desk, made["token"])
    listed = desk.run("account", "token", "list").out
    desk.run("account", "token", "revoke", str(made["no"]))

    assert found is not None
    assert (found.person, found.scope, found.programme) == ("anne", "write", "aalborg")
    assert "Spreadsheet" in listed
    assert made["token"] not in listed
    assert opens(desk, made["token"]) is None


def test_a_token_reads_unless_told_otherwise(desk: CliDesk) -> None:
    found = opens(desk, desk.json(*MAKE, "Board")["token"])

    assert found is not None
    assert found.scope == "read"


def test_every_fault_of_a_token_is_told_at_once(desk: CliDesk) -> None:
    answer = desk.run(*MAKE, " ", "--programme", "nabo", "--days", "1000", code=2)

    assert all(place in answer.err for place in ("name:", "programme:", "days:"))
    assert desk.json("account", "token", "list") == []


def test_nobody_revokes_somebody_elses_token(desk: CliDesk) -> None:
    made = desk.json(*MAKE, "Spreadsheet")

    desk.run("account", "token", "revoke", str(made["no"]), who="mette", code=4)

    assert opens(desk, made["token"]) is not None


def test_a_stranger_to_the_installation_gets_no_token(desk: CliDesk) -> None:
    assert "nobody here has the key" in desk.run(*MAKE, "x", who="nobody", code=2).err
