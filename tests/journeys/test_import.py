"""Importing companies: candidates and running partnerships go in, bad rows stay out and say why, twice changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from engine.errors import BadInput, NotPermitted
from handslag.cli.main import app
from handslag.intake.report import ImportReport
from handslag.intake.running import run_import
from handslag.intake.tables import read_sheets
from storage.programme_reads import organisations
from storage.reads import cases, history
from tests.world import AALBORG, World

NOW = "2026-11-23 09:00"
GOOD = ("10150817", "13585628", "25052943", "24256790", "29189846")
HEADER = "name;number;contact_name;contact_email;coordinator;phase;signed_on;ends_on"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    (tmp_path / "house").mkdir()
    made = World(tmp_path / "house", now=NOW)
    yield made
    made.close()


def write(folder: Path, *lines: str, name: str = "companies.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(world: World, path: Path, *, person: str = "anne", dry_run: bool = False, all_or_nothing: bool = False,
        records: tuple[tuple[str, Path], ...] = ()) -> ImportReport:  # fmt: skip
    sheets = read_sheets(path, records)
    return run_import(world.house, person, "aalborg", AALBORG, sheets, dry_run=dry_run, all_or_nothing=all_or_nothing)


def numbers(world: World) -> list[str]:
    return [line.number for line in world.house.store.read(lambda tx: cases(tx, programme="aalborg", limit=1000))]


def cvr(n: int) -> str:
    """The n-th number from 10000000 on whose check digit holds."""
    weights = (2, 7, 6, 5, 4, 3, 2, 1)
    number = 10_000_000
    while True:
        if sum(w * int(d) for w, d in zip(weights, str(number), strict=True)) % 11 == 0:
            if n == 0:
                return str(number)
            n -= 1
        number += 1


def test_import_opens_a_case_with_company_contact_and_coordinator(world: World, tmp_path: Path) -> None:
    path = write(tmp_path, HEADER, "Nordhavn Tryk A/S;10150817;Karen Ry;karen@nordhavn.example.org;anne;;;")

    report = run(world, path)

    case = world.case(report.rows[0].case)
    assert report.counts == {"opened": 1, "taken_over": 0, "already_there": 0, "held_back": 0, "refused": 0}
    assert (case.title, case.phase, case.facts["cvr"]) == ("Nordhavn Tryk A/S", "candidate", "10150817")
    assert {seat.role: seat.person or "contact" for seat in case.seats.values()} == {
        "company_contact": "contact",
        "coordinator": "anne",
    }
    first = world.house.store.read(lambda tx: history(tx, case.number))[0]
    assert (first.kind, first.entry["actor"]["surface"]) == ("opened", "import")


def test_bad_rows_are_listed_with_line_and_column_and_the_others_go_in(world: World, tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "name;number;contact_name;contact_email;coordinator;score;register_status;phase;confirmed",
        "Nordhavn Tryk A/S;10150817;Karen Ry;karen@nordhavn.example.org;anne;72,5;active;;",
        "Sydbyens Smede ApS;13585629;Lis;lis(at)smede;annne;many;aktiv;activ;",
        ";;;;;1.234;;;",
        "Fjordkraft ApS;10150817;;;;;;;",
        "Havnens Glas ApS;25052944;;;;;;;ja",
    )

    report = run(world, path)

    assert [row.outcome for row in report.rows] == ["opened", "refused", "refused", "refused", "opened"]
    assert {(fault.place.partition(":")[2], fault.code) for fault in report.faults} == {
        ("3:number", "check_digit"),
        ("3:contact_email", "email"),
        ("3:coordinator", "unknown_person"),
        ("3:score", "value"),
        ("3:register_status", "value"),
        ("3:phase", "unknown_phase"),
        ("4:name", "missing"),
        ("4:number", "missing"),
        ("4:score", "value"),
        ("5:number", "twice"),
    }
    assert len(numbers(world)) == 2
    vouched = world.case(report.rows[4].case)
    assert (vouched.facts["cvr"], vouched.facts["cvr_confirmed"]) == ("25052944", True)
    assert world.case(report.rows[0].case).facts["score"] == "72.5"


def test_an_unknown_column_stops_the_import_and_lists_the_known_ones(world: World, tmp_path: Path) -> None:
    path = write(tmp_path, "name;number;contact_mail;Contact Name;contact_name", "Nordhavn;10150817;;;")

    with pytest.raises(BadInput) as refused:
        run(world, path)

    unknown, twice = refused.value.faults
    assert unknown.place == "companies.csv:1:contact_mail"
    assert "did you mean 'contact_name'?" in unknown.sentence or "did you mean 'contact_email'?" in unknown.sentence
    assert "financial_year_end" in unknown.sentence
    assert (twice.place, twice.code) == ("companies.csv:1:contact_name", "column_twice")
    assert numbers(world) == []


def test_all_or_nothing_with_a_bad_row_leaves_nothing_not_even_a_number(world: World, tmp_path: Path) -> None:
    good = "Nordhavn Tryk A/S;10150817;Karen Ry;karen@nordhavn.example.org;anne;;;"
    bad = "Fjordkraft ApS;123;;;;;;"
    path = write(tmp_path, HEADER, good, bad)

    report = run(world, path, all_or_nothing=True)

    assert [row.outcome for row in report.rows] == ["held_back", "refused"]
    assert [row.case for row in report.rows] == ["", ""]
    assert numbers(world) == []
    assert world.house.store.read(lambda tx: organisations(tx, "aalborg")) == []
    again = run(world, write(tmp_path, HEADER, good), all_or_nothing=True)
    assert again.rows[0].case == "AAL-2026-0001"


def test_dry_run_gives_the_whole_report_and_writes_nothing(world: World, tmp_path: Path) -> None:
    lines = (
        "Nordhavn;10150817;Karen;karen@n.example.org;anne;;;",
        "Fjord;13585628;;;;active;2025-10-01;2028-10-01",
        "X;1;;;;;;",
    )
    path = write(tmp_path, HEADER, *lines)

    report = run(world, path, dry_run=True)

    assert [row.outcome for row in report.rows] == ["opened", "taken_over", "refused"]
    assert [row.case for row in report.rows] == ["", "", ""]
    assert report.rows[1].unmet
    assert numbers(world) == []
    assert world.house.store.read(lambda tx: organisations(tx, "aalborg")) == []


def test_importing_the_same_file_again_changes_nothing(world: World, tmp_path: Path) -> None:
    lines = ["Nordhavn;10150817;Karen;karen@n.example.org;anne;;;", "Fjord;13585628;;;;active;2025-10-01;2028-10-01"]
    first = run(world, write(tmp_path, HEADER, *lines))
    before = {number: world.case(number, whole=True) for number in numbers(world)}

    again = run(world, write(tmp_path, HEADER, *lines, "Ny;25052943;;;;;;"))

    assert [row.outcome for row in again.rows] == ["already_there", "already_there", "opened"]
    assert {row.case for row in first.rows} == before.keys()
    assert {number: world.case(number, whole=True) for number in before} == before
    assert sorted(numbers(world)) == ["AAL-2026-0001", "AAL-2026-0002", "AAL-2026-0003"]


def test_what_was_imported_is_known_even_when_its_dates_have_passed_since(world: World, tmp_path: Path) -> None:
    path = write(tmp_path, HEADER, "Nordhavn;10150817;;;;active;2025-01-01;2028-01-01")
    run(world, path)

    world.go("2027-11-23 09:00")

    assert [row.outcome for row in run(world, path).rows] == ["already_there"]
    assert [row.outcome for row in run(world, path, all_or_nothing=True).rows] == ["already_there"]


def test_a_running_partnership_is_taken_over_with_future_promises_and_no_mail(world: World, tmp_path: Path) -> None:
    path = write(
        tmp_path,
        HEADER + ";signatory_name;signatory_email",
        "Nordhavn Tryk A/S;10150817;Karen;karen@n.example.org;anne;active;01.10.2025;01/10/2028;Jens;jens@n.example.org",
    )
    visits = write(tmp_path, "company;held_on;note", "10150817;2025-02-03;Rundvisning", name="visits.csv")
    promised = write(
        tmp_path,
        "Company;title;due_on;evidence",
        "nordhavn tryk a/s;Nye ovne;2027-06-30;Invoice",
        "Nordhavn Tryk A/S;LED;2026-03-31;photo",
        name="commitments.csv",
    )

    report = run(world, path, records=(("visits", visits), ("company_commitments", promised)))

    row = report.rows[0]
    case = world.case(row.case, whole=True)
    first = world.house.store.read(lambda tx: history(tx, case.number))[0]
    assert report.faults == ()
    assert (row.outcome, case.phase) == ("taken_over", "active")
    assert first.entry["reason"] == "taken over in phase active from companies.csv line 2"
    assert (case.facts["signed_on"], case.facts["ends_on"]) == ("2025-10-01", "2028-10-01")
    assert case.facts["agreement_number"] == f"{case.number}/1"
    assert "all_signed" in dict(row.unmet)
    assert len(case.records) == 3
    assert [note for note in row.notes if "LED" in note]
    assert {d.rule: d.due_on.isoformat() for d in case.deadlines.values() if d.kind == "record"} == {
        "company_commitments": "2027-06-30"
    }
    now = world.clock.now()
    pending = case.pending()
    assert pending
    assert all(promise.due_at >= now for promise in pending)
    assert all(d.due_on >= now.date() for d in case.deadlines.values())
    assert world.messages() == []
    world.work()
    assert world.messages() == []


def test_a_taken_over_row_that_contradicts_today_is_refused(world: World, tmp_path: Path) -> None:
    path = write(
        tmp_path,
        HEADER + ";restart_on",
        "A;10150817;;;;active;2024-01-01;2027-01-01;",
        "B;13585628;;;;active;;2029-01-01;",
        "C;25052943;;;;;2025-01-01;2028-01-01;",
        "D;24256790;;;;completed;2022-01-01;2025-01-01;",
        "E;29189846;;;;active;2025-31-01;;",
        f"F;{cvr(1)};;;;paused;2025-01-01;2028-01-01;",
        f"G;{cvr(2)};;;;active;2027-01-01;2026-01-01;",
    )

    report = run(world, path)

    assert [(fault.place.partition(":")[2], fault.code) for fault in report.faults] == [
        ("2:ends_on", "phase_over"),
        ("3:signed_on", "missing"),
        ("4:phase", "missing"),
        ("5:phase", "ended"),
        ("6:signed_on", "value"),
        ("6:ends_on", "missing"),
        ("7:restart_on", "missing"),
        ("8:ends_on", "order"),
        ("8:signed_on", "not_begun"),
        ("8:ends_on", "phase_over"),
    ]
    assert "'renewal'" in report.faults[0].sentence


def test_a_paused_partnership_is_taken_over_with_its_pause(world: World, tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + ";restart_on", "A;10150817;;;anne;paused;2025-10-01;2028-10-01;2027-02-01")

    case = world.case(run(world, path).rows[0].case, whole=True)

    assert [(wait.reason, wait.until.isoformat()) for wait in case.waits.values()] == [("paused", "2027-02-01")]
    assert not [d for d in case.deadlines.values() if d.kind == "followup"]


def test_records_of_no_company_or_with_faults_keep_things_out(world: World, tmp_path: Path) -> None:
    path = write(tmp_path, HEADER, "Nord;10150817;;;;;;", "Syd;13585628;;;;;;", "Syd;25052943;;;;;;")
    visits = write(
        tmp_path,
        "company;held_on",
        "Nordd;2026-01-02",
        "10150817;32-01-2026",
        "Syd;2026-01-03",
        "13585628;2026-02-03",
        name="v.csv",
    )

    report = run(world, path, records=(("visits", visits),))

    assert [row.outcome for row in report.rows] == ["refused", "taken_over", "opened"]
    assert [(f.place, f.code) for f in report.rows[0].faults] == [("v.csv:3:held_on", "value")]
    assert [(f.place, f.code) for f in report.orphans] == [
        ("v.csv:2:company", "unknown_company"),
        ("v.csv:4:company", "ambiguous_company"),
    ]
    assert report.counts["refused"] == 3


def test_three_hundred_rows_go_in_one_by_one_or_together(world: World, tmp_path: Path) -> None:
    lines = [f"Company {n};{cvr(n)};Contact {n};c{n}@example.org;anne;;;" for n in range(300)]
    path = write(tmp_path, HEADER, *lines)
    told: list[tuple[int, int]] = []

    sheets = read_sheets(path)
    report = run_import(
        world.house, "anne", "aalborg", "", sheets, all_or_nothing=True, progress=lambda *step: told.append(step)
    )

    assert report.counts["opened"] == 300
    assert told[-1] == (300, 300)
    assert run(world, path).counts["already_there"] == 300


def test_a_company_that_has_a_case_already_gets_no_second_one(world: World, tmp_path: Path) -> None:
    number = world.candidate()
    path = write(tmp_path, HEADER, "Limfjordens;10150817;Ny;ny@x.example.org;;;;", "Nord;13585628;;;;;;")

    report = run(world, path, all_or_nothing=True)

    assert [(row.outcome, row.case) for row in report.rows] == [("already_there", number), ("opened", "AAL-2026-0002")]


def test_two_people_with_one_address_are_refused_and_one_person_in_two_roles_is_one_contact(
    world: World, tmp_path: Path
) -> None:
    header = "name;number;contact_name;contact_email;signatory_name;signatory_email"
    two = "Nord;10150817;Karen Ry;info@n.example.org;Jens Bak;INFO@n.example.org"
    one = "Syd;13585628;Lis Dal;lis@s.example.org;Lis Dal;lis@s.example.org"

    report = run(world, write(tmp_path, header, two, one))

    assert [(f.place.partition(":")[2], f.code) for f in report.faults] == [("2:signatory_email", "same_address")]
    assert len({seat.contact for seat in world.case(report.rows[1].case).seats.values()}) == 1


def test_a_danish_workbook_with_record_sheets_goes_in_whole(world: World, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Virksomheder"
    sheet.append(["Name", "Number", "Phase", "Signed-on", "Ends on", "financial_year_end", "scope1", "Register status"])
    sheet.append(["Sønder Å ApS", 13585628, "active", date(2025, 10, 1), date(2028, 10, 1), date(2026, 12, 31), 12.5, "Active"])
    owed = book.create_sheet("municipal_commitments")
    owed.append(["company", "title", "owner", "department", "due_on"])
    owed.append(["Sønder Å ApS", "Ladestandere", "pia", "Teknik", date(2027, 5, 3)])
    book.create_sheet("Ark3")
    book.save(tmp_path / "alt.xlsx")

    report = run(world, tmp_path / "alt.xlsx")

    case = world.case(report.rows[0].case, whole=True)
    assert report.faults == ()
    assert case.facts["financial_year_end"] == "12-31"
    assert (case.facts["scope1"], case.facts["register_status"]) == ("12.5", "active")
    (record,) = case.records.values()
    assert (record.values["owner"], record.values["due_on"]) == ("pia", "2027-05-03")
    assert [d.due_on.isoformat() for d in case.deadlines.values() if d.kind == "record"] == ["2027-05-03"]


def test_a_workflow_with_two_registers_takes_the_one_a_row_names_or_fills(tmp_path: Path) -> None:
    world = World(tmp_path, now=NOW, workflow="local-green-deal")
    rows = ("Fietsfabriek BV;kvk;68750110;", "Nord;CVR;10150817;", "Oost;;68750111;", "West;;;68750112", "Zuid;KVK;1234567;")
    path = write(tmp_path, "name;register;number;kvk", *rows)

    report = run_import(world.house, "anne", "aalborg", "local-green-deal", read_sheets(path))
    west = world.case(report.rows[3].case)
    world.close()

    assert [row.outcome for row in report.rows] == ["opened", "opened", "refused", "opened", "refused"]
    assert [(f.place.partition(":")[2], f.code) for f in report.faults] == [
        ("4:register", "missing"),
        ("6:number", "registration_malformed"),
    ]
    assert west.facts["kvk"] == "68750112"


def test_the_command_leaves_with_two_where_a_row_was_refused(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, HEADER, "Nordhavn;10150817;;;;;;", "Syd;12;;;;;;")
    arguments = ["import", str(path), "-p", "aalborg", "-w", AALBORG, "--folder", str(world.folder), "--as", "anne"]

    with pytest.raises(SystemExit) as left:
        app([*arguments, "--json"])
    told = json.loads(capsys.readouterr().out)
    with pytest.raises(SystemExit) as left_again:
        app(arguments)
    said = capsys.readouterr().out

    assert (left.value.code, left_again.value.code) == (2, 2)
    assert told["counts"]["opened"] == 1
    assert told["rows"][1]["faults"][0] | {"sentence": ""} == {
        "file": "companies.csv", "line": 3, "column": "number", "code": "registration_malformed", "sentence": "",
    }  # fmt: skip
    assert "already there" in said
    assert "companies.csv:3:number: registration_malformed" in said


def test_who_may_not_open_cases_may_not_import(world: World, tmp_path: Path) -> None:
    path = write(tmp_path, HEADER, "Nordhavn;10150817;;;;;;")

    with pytest.raises(NotPermitted):
        run(world, path, person="pia")
