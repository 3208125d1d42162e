"""Opening, looking, moving: what a coordinator does every day, and what a refusal says."""

from __future__ import annotations

import pytest

from tests.cli.desk import CliDesk


def test_open_seats_the_only_contact_and_the_coordinator(desk: CliDesk) -> None:
    desk.run("case", "open", "CVR:13585628")

    shown = desk.run("case", "show", "AAL-2026-0001").out

    assert "Mia Lund, Nordhavn Bryg A/S" in shown
    assert "Anne Holm" in shown
    assert "2026-04-07 + 20 wd" in shown


def test_open_dry_run_leaves_no_trace_and_its_digest_holds(desk: CliDesk) -> None:
    looked = desk.json("case", "open", "1", "--dry-run")

    assert desk.json("case", "list") == []
    assert looked["done"] is False

    done = desk.json("case", "open", "1", "--confirm", looked["digest"])
    assert done["case"] == "AAL-2026-0001"


def test_moves_lists_blocked_ones_with_value_and_who_can_change_it(desk: CliDesk, case: str) -> None:
    told = desk.run("case", "moves", case).out

    assert "activate (T1)" in told
    assert "blocked, 2 condition(s) unmet" in told
    assert "Anne Holm" in told
    assert "Leder: Mette Dahl" in told  # Anne reads Danish


def test_moves_as_json_says_why(desk: CliDesk, case: str) -> None:
    (move,) = desk.json("case", "moves", case)

    unmet = [guard["code"] for guard in move["guards"] if not guard["met"]]
    assert (move["possible"], unmet) == (False, ["fact_at_least.missing", "records_at_least"])


def test_advance_is_refused_with_each_unmet_guard_on_a_line(desk: CliDesk, case: str) -> None:
    refused = desk.run("case", "advance", case, "activate", "score=45", code=1)

    assert "not possible yet: score_ok, has_pledge" in refused.err
    assert "45" in refused.err
    assert refused.err.count("  - ") == 2
    assert "Traceback" not in refused.err
    assert desk.json("case", "show", case)["facts"] == {"cvr": "13585628"}


def test_advance_dry_run_shows_dates_promises_and_mails_in_full(desk: CliDesk, case: str) -> None:
    desk.run("case", "record", "add", case, "pledges", "title=LED lamps", "due_on=2026-09-30")

    told = desk.run("case", "advance", case, "activate", "score=72", "--dry-run").out

    assert "Kandidat -> Aktiv" in told
    assert "closes" in told
    assert "Løfter: LED lamps" in told
    assert "due 2026-09-30" in told
    assert "Subject: Welcome, Nordhavn Bryg A/S" in told
    assert "The deal is in force." in told
    assert desk.json("case", "show", case)["phase"] == "candidate"


def test_advance_confirms_only_the_plan_that_was_looked_at(desk: CliDesk, case: str) -> None:
    desk.run("case", "record", "add", case, "pledges", "title=LED lamps", "due_on=2026-09-30")
    digest = desk.json("case", "advance", case, "activate", "score=72", "--dry-run")["digest"]
    desk.run("case", "record", "add", case, "pledges", "title=Heat pump", "due_on=2026-10-30")

    changed = desk.run("case", "advance", case, "activate", "score=72", "--confirm", digest, code=3)

    assert "look again" in changed.err
    assert desk.json("case", "show", case)["phase"] == "candidate"


def test_change_of_an_old_revision_names_who_was_faster(desk: CliDesk, case: str) -> None:
    desk.run("case", "comment", case, "Called them", who="bo")

    conflict = desk.run("case", "set", case, "score=70", "--revision", "1", code=3)

    assert "Bo Riis" in conflict.err
    assert "commented" in conflict.err


def test_change_for_somebody_stands_in_history(desk: CliDesk, case: str) -> None:
    desk.run("case", "set", case, "score=70", "--for", "Nordhavn Bryg, by phone")

    assert "for Nordhavn Bryg, by phone, by cli" in desk.run("case", "history", case).out


def test_faults_are_all_listed_and_nothing_changes(desk: CliDesk, case: str) -> None:
    bad = desk.run("case", "set", case, "score=much", "colour=red", code=2)

    assert "score: value: 'much' is not a number" in bad.err
    assert "colour: unknown" in bad.err


def test_figures_and_years_nobody_means_are_refused(desk: CliDesk, case: str) -> None:
    bad = desk.run("case", "set", case, "score=1E+999999999", "restart_on=9999-12-31", code=2)

    assert "score: digits: '1E+999999999' is no figure of a partnership; at most 15 digits before the decimal sign" in bad.err
    assert "restart_on: year: '9999-12-31' is too far away; a year is from 1900 to 2199" in bad.err


def test_happened_at_before_the_last_entry_is_refused(desk: CliDesk, case: str) -> None:
    refused = desk.run("case", "set", case, "score=70", "--happened-at", "2026-01-01", code=1)

    assert "cannot have happened" in refused.err


@pytest.mark.parametrize("words", [["case", "show"], ["case", "history"], ["deadline", "list"], ["case", "moves"]])
def test_a_stranger_is_told_that_there_is_no_case(desk: CliDesk, case: str, words: list[str]) -> None:
    hers = desk.run(*words, case, who="charlie", code=4)
    nobodys = desk.run(*words, "AAL-2026-0099", who="charlie", code=4)

    assert hers.err.replace(case, "X") == nobodys.err.replace("AAL-2026-0099", "X")


def test_a_stranger_lists_nothing_and_changes_nothing(desk: CliDesk, case: str) -> None:
    assert desk.json("case", "list", who="charlie") == []
    assert desk.json("due", who="charlie", now="2026-12-01T09:00") == []
    assert desk.json("mail", "list", who="charlie") == []
    desk.run("case", "set", case, "score=70", who="charlie", code=4)
    desk.run("programme", "show", "aalborg", who="charlie", code=4)


def test_an_intermediary_sees_only_the_cases_it_brought(desk: CliDesk, case: str) -> None:
    mine = desk.json("case", "open", "1", who="peter", now="2026-04-08T09:00")["case"]
    desk.run("case", "assign", mine, "manager", "peter", now="2026-04-08T10:00")

    assert [line["number"] for line in desk.json("case", "list", who="peter")] == [mine]
    desk.run("case", "show", case, who="peter", code=4)


def test_without_a_person_nothing_is_shown(desk: CliDesk, case: str) -> None:
    nobody = desk.run("case", "show", case, who="nobody-here", code=2)

    assert "nobody here has the key 'nobody-here'" in nobody.err


def test_pause_and_resume_find_the_declared_moves(desk: CliDesk, active: str) -> None:
    desk.run("case", "pause", active, "restart_on=2026-08-03", "--reason", "merger", who="mette", now="2026-05-04T10:00")
    assert desk.json("case", "show", active)["phase"] == "paused"

    desk.run("case", "resume", active, who="mette", now="2026-06-01T10:00")
    assert desk.json("case", "show", active)["phase"] == "active"


def test_extend_moves_the_phase_once(desk: CliDesk, case: str) -> None:
    desk.run("case", "extend", case, "--reason", "holidays")

    assert "+ 10 wd extension" in desk.run("case", "show", case).out
    desk.run("case", "extend", case, "--reason", "again", code=1)


def test_correct_is_for_a_manager(desk: CliDesk, active: str) -> None:
    desk.run("case", "correct", active, "--to", "candidate", "--reason", "wrong click", code=1, now="2026-04-14T09:00")
    desk.run("case", "correct", active, "--to", "candidate", "--reason", "wrong click", who="mette", now="2026-04-14T09:00")

    assert desk.json("case", "show", active)["phase"] == "candidate"


def test_lists_can_be_narrowed(desk: CliDesk, active: str) -> None:
    assert [line["number"] for line in desk.json("case", "list", "nordhavn")] == [active]
    assert desk.json("case", "list", "sydhavn") == []
    assert desk.json("case", "list", "--phase", "candidate") == []
    assert desk.json("case", "list", "--closed") == []
    desk.run("case", "advance", active, "complete", "--reason", "done", who="mette", now="2026-05-04T09:00")
    assert [line["outcome"] for line in desk.json("case", "list", "--closed")] == ["completed"]


def test_names_that_could_steer_a_terminal_are_shown_harmless(desk: CliDesk) -> None:
    desk.run("organisation", "add", "Evil \x1b[31mA/S [bold]", "--cvr", "10103940")

    shown = desk.run("organisation", "list").out

    assert "\x1b" not in shown
    assert "[bold]" in shown
