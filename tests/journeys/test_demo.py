"""The demonstration in a short version: the same on each run, one end per promise, whole chains, mails at decent hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from email import policy
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from itertools import pairwise
from pathlib import Path

import pytest

from engine.case import Case
from engine.chain import verify
from engine.errors import Refused
from handslag.demo.cast import COMPANIES
from handslag.demo.founding import MARKER, make_way
from handslag.demo.parts import registration
from handslag.demo.report import Report, digest_of, report
from handslag.demo.walk import Scope, Tick, walk
from handslag.wiring import House
from storage import reads
from storage.outbox_reads import MessageLine, messages

KEYS = ("limfjord", "kiosk", "oestervang", "glarmester", "bakkerij", "sport")
SHORT = Scope(last=date(2025, 9, 30), companies=tuple(c for c in COMPANIES if c.key in KEYS))
ENDS = {"sent", "suppressed", "skipped", "cancelled", "failed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    house: House
    ticks: list[Tick]
    cases: dict[str, Case]
    found: Report


def _play(folder: Path, scope: Scope = SHORT) -> Played:
    ticks: list[Tick] = []
    house = walk(folder, scope, ticks.append)
    numbers = [line.case for line in house.store.read(reads.heads)]
    cases = {number: house.store.read(lambda tx, n=number: tx.case(n, whole=True)) for number in numbers}  # type: ignore[misc]
    return Played(house=house, ticks=ticks, cases=cases, found=house.store.read(report))


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    world = _play(tmp_path_factory.mktemp("demo") / "first")
    yield world
    world.house.close()


def test_walking_twice_gives_the_same_histories(played: Played, tmp_path: Path) -> None:
    again = _play(tmp_path / "second")

    again.house.close()
    assert again.found == played.found
    assert again.found.digest == digest_of(played.house.store.read(reads.heads))


def test_walk_tells_every_day(played: Played) -> None:
    assert [tick.day for tick in played.ticks][:: len(played.ticks) - 1] == [SHORT.first, SHORT.last]
    assert all(a.mails <= b.mails and a.cases <= b.cases for a, b in pairwise(played.ticks))
    assert played.ticks[-1].cases == len(played.cases)


def test_cases_stand_where_their_scripts_lead(played: Played) -> None:
    stand = {case.title.split()[0]: case.phase for case in played.cases.values()}

    assert stand["Limfjordens"] == "active"
    assert stand["Østervang"] == "active"
    assert stand["Glarmesterværkstedet"] == "expired"
    assert stand["Bakkerij"] == "deliver"


def test_every_promise_that_is_due_has_exactly_one_end(played: Played) -> None:
    now = played.house.clock.now()
    promises = [promise for case in played.cases.values() for promise in case.promises.values()]

    due = [promise for promise in promises if promise.due_at <= now]
    assert len(due) > 100
    assert {promise.state for promise in due} <= ENDS
    assert all(promise.ended_at is not None for promise in due)
    for number in played.cases:
        assert set(_ends_in_history(played.house, number).values()) <= {1}


def _ends_in_history(house: House, number: str) -> dict[int, int]:
    """Count for each promise how often an entry ended it."""
    found: dict[int, int] = {}
    for entry in house.store.read(lambda tx: reads.history(tx, number, limit=1000)):
        for change in entry.entry["changes"]:
            old, new = change["old"] or {}, change["new"] or {}
            if change["kind"] == "promise" and new.get("state") in ENDS and old.get("state") not in ENDS:
                found[change["no"]] = found.get(change["no"], 0) + 1
    return found


def test_chains_verify(played: Played) -> None:
    for number, case in played.cases.items():
        sealed = list(played.house.store.read(lambda tx, n=number: reads.sealed(tx, n)))  # type: ignore[misc]
        assert verify(number, sealed, head=case.head, revision=case.revision) is None


def test_no_mail_reaches_a_company_on_a_free_day_or_outside_sending_hours(played: Played) -> None:
    calendars = {key: played.house.store.read(lambda tx, k=key: tx.programme(k)).calendar for key in ("aalborg", "amsterdam")}  # type: ignore[misc]
    lines = [line for line in _mails(played.house) if line.recipient.startswith("contact:")]

    assert len(lines) > 20
    for line in lines:
        calendar = calendars[line.programme]
        assert line.ended_at is not None and line.state == "sent"
        local = calendar.local(line.ended_at)
        assert calendar.is_working(local.date()), line
        assert calendar.opens <= local.time() < calendar.closes, line


def _mails(house: House) -> list[MessageLine]:
    return list(house.store.read(lambda tx: messages(tx, limit=10_000)))


def test_every_mail_lies_in_the_captured_folder_and_none_has_a_real_address(played: Played) -> None:
    files = sorted((played.house.folder / "captured").glob("*.eml"))

    assert len(files) == len(_mails(played.house)) == played.ticks[-1].mails
    for file in files:
        with file.open("rb") as opened:
            mail = BytesParser(policy=policy.default).parse(opened, headersonly=True)
        assert str(mail["To"]).rstrip(">").endswith(".example.org")
        assert parsedate_to_datetime(str(mail["Date"])).year == 2025


def test_report_counts_everything_once(played: Played) -> None:
    tables = {table.title: table for table in played.found.tables}
    deadlines = sum(len(case.deadlines) for case in played.cases.values())

    assert sum(int(str(row[-1])) for row in tables["Cases by phase"].rows) == len(played.cases)
    assert sum(int(str(row[-1])) for row in tables["Promises by outcome"].rows) == played.found.promises
    assert sum(int(str(n)) for row in tables["Deadlines by side"].rows for n in row[1:]) == deadlines


def test_second_demonstration_leaves_the_first_alone(played: Played, tmp_path: Path) -> None:
    folder = played.house.folder

    with pytest.raises(Refused, match="--reset"):
        make_way(folder, reset=False)

    assert (folder / "handslag.db").is_file()


def test_reset_removes_only_what_a_demonstration_made(tmp_path: Path) -> None:
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    for folder in (mine, theirs):
        folder.mkdir()
        (folder / "handslag.db").write_text("x")
    (mine / MARKER).write_text("")

    make_way(mine, reset=True)
    with pytest.raises(Refused, match="no demonstration made"):
        make_way(theirs, reset=True)

    assert not mine.exists()
    assert (theirs / "handslag.db").exists()


def test_cast_is_invented() -> None:
    assert all(company.name.endswith(" (demo)") for company in COMPANIES)
    assert len({company.key for company in COMPANIES}) == len(COMPANIES)
    assert all(company.email(company.director).isascii() for company in COMPANIES)
    numbers = [registration(register, n) for register in ("CVR", "KVK") for n in range(1, 50)]
    assert len(set(numbers)) == 98 and all(number.startswith("0") for number in numbers)
