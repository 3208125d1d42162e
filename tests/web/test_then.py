"""As it stood: a case and the whole board at the end of any day are what replaying every history up to then says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from engine import acts
from handslag.demo.cast import COMPANIES
from handslag.demo.walk import Scope, walk
from handslag.standing import HAPPENED, RECORDED, stood
from handslag.wiring import House
from storage import reads
from storage.board_then import board_then
from tests.web.conftest import Web
from tests.web.forms import Reader
from tests.world import at

CASE = "AAL-2026-0003"
KEYS = ("limfjord", "kiosk", "oestervang", "glarmester", "bakkerij", "sport")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    scope = Scope(last=date(2025, 9, 30), companies=tuple(c for c in COMPANIES if c.key in KEYS))
    house = walk(tmp_path_factory.mktemp("demo"), scope, lambda _tick: None)
    yield house
    house.close()


def days(first: date, last: date, step: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(0, (last - first).days + 1, step)]


@pytest.mark.parametrize("by", [RECORDED, HAPPENED])
@pytest.mark.parametrize("key", ["aalborg", "amsterdam"])
def test_the_board_on_any_day_is_what_replaying_every_case_says(played: House, key: str, by: str) -> None:
    programme = played.store.read(lambda tx: tx.programme(key))
    cases = played.store.read(lambda tx: [tx.case(line.number) for line in reads.cases(tx, programme=key, limit=500)])
    lines = {case.number: played.store.read(lambda tx, n=case.number: reads.history(tx, n)) for case in cases}  # type: ignore[misc]
    first = min(line.recorded_at for found in lines.values() for line in found).date()
    seen = Counter[str]()
    for day in days(first - timedelta(days=1), date(2025, 10, 1), 5):
        until = programme.calendar.instant(day + timedelta(days=1))
        replayed = {case.number: stood(lines[case.number], until, by, case) for case in cases}
        expected = {(number, then.phase) for number, then in replayed.items() if then is not None}

        found = played.store.read(
            lambda tx, u=until: board_then(tx, key, u, happened=by == HAPPENED, limit=500)  # type: ignore[misc]
        )

        assert {(line.number, line.phase) for line in found} == expected, day
        assert all(line.held == sum(phase == line.phase for _, phase in expected) for line in found)
        seen.update(phase for _, phase in expected)
    assert len(seen) > 5


def test_a_phase_is_paged_and_every_page_tells_how_many_there_are(played: House) -> None:
    until = datetime.fromisoformat("2025-10-01T00:00:00+00:00")
    whole = played.store.read(lambda tx: board_then(tx, "aalborg", until, limit=500))
    phase, most = Counter(line.phase for line in whole).most_common(1)[0]
    pages, before = list[str](), 0
    while page := played.store.read(
        lambda tx, b=before: board_then(tx, "aalborg", until, phase=phase, before=b, limit=1)  # type: ignore[misc]
    ):
        assert page[0].held == most
        pages.append(page[0].number)
        before = page[0].id

    assert pages == [line.number for line in whole if line.phase == phase]


def test_now_replayed_is_the_case_itself(busy: Web) -> None:
    case = busy.world.case(CASE, whole=True)
    lines = busy.world.house.store.read(lambda tx: reads.history(tx, CASE))

    then = stood(lines, at("2027-01-01 00:00"), RECORDED, case)

    assert then is not None
    assert (then.phase, then.facts, then.deadlines, then.promises, then.seats, then.records) == (
        case.phase, case.facts, case.deadlines, case.promises, case.seats, case.records,
    )  # fmt: skip
    assert stood(lines, at("2020-01-01 00:00"), RECORDED, case) is None


def test_a_page_says_what_was_known_and_what_had_happened(web: Web) -> None:
    world = web.world
    number = world.candidate()
    world.go("2026-01-14 10:00")
    world.to_screening(number)
    world.go("2026-01-20 10:00")
    world.do(number, acts.Advance(transition="invite_to_dialogue", facts={"score": "72", "tier": "standard"}),
             happened_at=at("2026-01-16 10:00"))  # fmt: skip
    visitor = web.visitor("mette")

    known = Reader(visitor.get(f"/cases/{number}/then?on=2026-01-17").text).text
    happened = Reader(visitor.get(f"/cases/{number}/then?on=2026-01-17&by=happened").text).text

    assert "everything recorded by then" in known
    assert "Screening · since 14 January 2026" in known
    assert "even where it was recorded later" in happened
    assert "First dialogue · since 16 January 2026" in happened
    board = {by: visitor.get(f"/board/then?on=2026-01-17&by={by}").text for by in (RECORDED, HAPPENED)}
    assert _column(board[RECORDED], number) == "Screening"
    assert _column(board[HAPPENED], number) == "First dialogue"


def _column(page: str, number: str) -> str:
    return next(part for part in page.split("<section")[1:] if number in part).split("<h2")[1].split(">")[1].split(" <")[0]


def test_names_are_those_of_then(web: Web) -> None:
    world = web.world
    number = world.candidate()
    world.go("2026-01-20 10:00")
    case = world.case(number)
    organisation = next(iter(case.parties.values())).organisation
    change = acts.ContactChanged(kind="organisation", no=organisation, old={"name": case.title}, new={"name": "New Name A/S"})
    world.do(number, change)

    then = web.visitor("mette").get(f"/cases/{number}/then?on=2026-01-10").text

    assert case.title in then
    assert "New Name A/S" not in then
    assert "New Name A/S" in web.visitor("mette").get(f"/cases/{number}/then?on=2026-01-20").text


@pytest.mark.parametrize("path", ["/board/then", f"/cases/{CASE}/then"])
@pytest.mark.parametrize(
    ("on", "status"), [("2026-01-08", 200), ("", 200), ("soon", 422), ("2999-01-01", 422), ("0001-01-01", 200)]
)
def test_any_day_gets_an_answer(busy: Web, path: str, on: str, status: int) -> None:
    answer = busy.visitor("mette").get(f"{path}?on={on}")

    assert answer.status_code == status
    if on == "0001-01-01":
        assert "open yet on that day" in answer.text
    if status == 422:
        assert 'aria-invalid="true"' in answer.text


def test_the_board_and_the_history_lead_there(busy: Web) -> None:
    visitor = busy.visitor("anne")

    assert "/board/then?programme=aalborg" in Reader(visitor.get("/board").text).links
    assert f"/cases/{CASE}/then" in Reader(visitor.get(f"/cases/{CASE}/history").text).links
    cards = [link for link in Reader(visitor.get("/board/then?on=2026-01-08").text).links if "/then?on=2026-01-08&by" in link]
    assert len(cards) == 3
