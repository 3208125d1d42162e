"""Programmes, people, calendars, organisations and contacts by command."""

from __future__ import annotations

from tests.cli.desk import CliDesk


def test_an_edited_day_moves_nothing_until_a_manager_decides(desk: CliDesk, case: str) -> None:
    moved = desk.json("programme", "calendar", "aalborg", "--set", "2026-05-05", "--name", "Local holiday", who="mette")
    assert [(m["due_on"], m["new_due_on"]) for m in moved] == [("2026-05-05", "2026-05-06")]
    assert desk.json("due", "--before", "2026-06-01")[0]["due_on"] == "2026-05-05"

    desk.run("case", "replan", case, "--reason", "holiday", code=1)
    desk.run("programme", "replan", "aalborg", "--reason", "holiday", who="mette")

    assert desk.json("due", "--before", "2026-06-01")[0]["due_on"] == "2026-05-06"


def test_a_calendar_dry_run_writes_nothing(desk: CliDesk, case: str) -> None:
    desk.run("programme", "calendar", "aalborg", "--set", "2026-05-05", "--name", "X", "--dry-run", who="mette")

    days = desk.json("programme", "calendar", "aalborg", "--year", "2026")
    assert "2026-05-05" not in {day["day"] for day in days}


def test_a_coordinator_may_not_edit_the_calendar(desk: CliDesk) -> None:
    refused = desk.run("programme", "calendar", "aalborg", "--set", "2026-05-05", "--name", "X", code=1)

    assert "who may: administrator, manager" in refused.err


def test_a_deputy_acts_for_whoever_is_away(desk: CliDesk, case: str) -> None:
    desk.run("programme", "absence", "aalborg", "anne", "--from", "2026-04-13", "--to", "2026-04-17")
    desk.run("case", "comment", case, "Called them", who="bo", now="2026-04-14T09:00")

    assert "Bo Riis (coordinator, deputy) for Anne Holm" in desk.run("case", "history", case, now="2026-04-14T10:00").out


def test_a_person_is_added_checked_and_changed(desk: CliDesk) -> None:
    bad = desk.run("programme", "person", "aalborg", "nina", "--role", "coordinater", who="mette", code=2)
    assert bad.err.count("\n") == 4  # name, email, role, and the line above them

    words = ("--name", "Nina Bak", "--email", "nina@aalborg.example.org", "--role", "coordinator")
    desk.run("programme", "person", "aalborg", "nina", *words, who="mette")
    desk.run("programme", "person", "aalborg", "nina", "--left", who="mette")

    (nina,) = [p for p in desk.json("programme", "show", "aalborg")["people"] if p["key"] == "nina"]
    assert (nina["email"], nina["active"]) == ("nina@aalborg.example.org", False)
    desk.run("case", "list", who="nina", code=2)


def test_a_renamed_organisation_is_noted_on_its_cases(desk: CliDesk, case: str) -> None:
    desk.run("organisation", "change", "1", "--name", "Nordhavn Bryggeri A/S")

    assert desk.json("case", "list")[0]["title"] == "Nordhavn Bryggeri A/S"
    assert desk.json("case", "history", case)[-1]["kind"] == "organisation_changed"


def test_a_contact_who_left_is_noted_on_the_cases(desk: CliDesk, case: str) -> None:
    desk.run("contact", "leave", "mia@nordhavn.example.org")

    assert desk.json("case", "history", case)[-1]["kind"] == "contact_changed"
    assert [c["state"] for c in desk.json("contact", "list", "1")] == ["left"]


def test_a_number_is_unique_and_looked_at(desk: CliDesk) -> None:
    desk.run("organisation", "add", "Other", "--cvr", "13585628", code=1)
    desk.run("organisation", "add", "Other", "--cvr", "123", code=2)

    assert "check digit" in desk.run("organisation", "add", "Other", "--cvr", "12345679").out


def test_a_wrong_mail_address_is_a_fault(desk: CliDesk) -> None:
    assert "is no mail address" in desk.run("contact", "add", "1", "X", "x@", code=2).err


def test_a_programme_file_with_faults_names_their_place(desk: CliDesk) -> None:
    file = desk.folder / "broken.yaml"
    file.write_text("programme: broken\ncolour: red\n", encoding="utf-8")

    assert f"{file}:2:1" in desk.run("programme", "add", str(file), who="henrik", code=2).err


def test_a_second_programme_needs_somebody_who_may(desk: CliDesk) -> None:
    assert "may not 'programme'" in desk.run("programme", "add", "amsterdam", code=1).err
    assert desk.json("programme", "list", who="charlie")[0]["key"] == "nabo"


def test_parties_join_and_leave(desk: CliDesk, case: str) -> None:
    desk.run("organisation", "add", "Fjordforsyning", "--cvr", "10103940")
    desk.run("case", "join", case, "2", "--kind", "co_signatory")
    joined = [p["no"] for p in desk.json("case", "show", case)["parties"].values() if p["organisation"] == 2]

    desk.run("case", "leave", f"{case}/{joined[0]}", "--reason", "changed their mind")

    assert desk.json("case", "history", case)[-1]["kind"] == "party_left"
