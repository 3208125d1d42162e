"""What is owed and promised: lists, sums, fulfilling by name, mails and the worker."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.desk import CliDesk


def address(desk: CliDesk, case: str, rule: str) -> str:
    (found,) = [d for d in desk.json("deadline", "list", case) if d["rule"] == rule]
    return f"{case}/{found['no']}"


def test_explain_prints_the_sum_step_by_step(desk: CliDesk, case: str) -> None:
    told = desk.run("deadline", "show", address(desk, case, "candidate"), "--explain").out

    assert "start: 7. april 2026 (2026-04-07, Tuesday), because the phase began: Kandidat" in told
    assert "+20 working days -> 5. maj 2026 (2026-05-05, Tuesday)" in told


def test_due_says_what_is_owed_by_whom(desk: CliDesk, active: str) -> None:
    items = desk.json("due", "--before", "2026-10-01", now="2026-04-14T09:00")

    assert [(item["what"], item["due_on"]) for item in items] == [("Ring", "2026-04-20"), ("Løfter: LED lamps", "2026-09-30")]
    assert desk.json("due", "--before", "2026-10-01", "--person", "mette", now="2026-04-14T09:00") == []


def test_missed_and_escalated_things_say_so_to_the_manager(desk: CliDesk, case: str) -> None:
    desk.run("run", "--once", now="2026-05-06T09:00")
    (missed,) = desk.json("due", "--missed", who="mette", now="2026-05-06T09:00")
    assert missed["missed_at"] == "2026-05-05T22:00:00Z"
    assert desk.json("due", "--escalated", who="mette", now="2026-05-06T09:00") == []

    desk.run("run", "--once", now="2026-05-22T09:00")
    assert len(desk.json("due", "--escalated", who="mette", now="2026-05-22T09:00")) == 1


def test_submit_return_accept_by_name(desk: CliDesk, active: str) -> None:
    pledge = address(desk, active, "pledges")

    desk.run("deadline", "submit", pledge, "--for", "Nordhavn, by phone", now="2026-09-01T09:00")
    desk.run("deadline", "return", pledge, "--text", "Which lamps?", "--term", "5 wd", now="2026-09-02T09:00")
    assert "2026-09-02 + 5 wd" in desk.run("deadline", "show", pledge, now="2026-09-02T10:00").out
    desk.run("deadline", "submit", pledge, now="2026-09-03T09:00")
    desk.run("deadline", "accept", pledge, now="2026-09-04T09:00")

    again = desk.run("deadline", "accept", pledge, now="2026-09-04T09:00", code=4)
    assert "nothing open under" in again.err


def test_return_without_questions_is_a_fault(desk: CliDesk, active: str) -> None:
    pledge = address(desk, active, "pledges")
    desk.run("deadline", "submit", pledge, now="2026-09-01T09:00")

    assert "say what has to be answered" in desk.run("deadline", "return", pledge, now="2026-09-02T09:00", code=2).err


def test_run_once_sends_and_the_mail_reads_as_it_was_shown(desk: CliDesk, active: str) -> None:
    assert desk.json("run", "--once", now="2026-04-13T10:15") == {"missed": 0, "fired": 0, "failed": 0, "mailed": 1}

    (sent,) = desk.json("mail", "list", active)
    assert (sent["state"], sent["address"]) == ("sent", "mia@nordhavn.example.org")
    assert "The deal is in force." in desk.run("mail", "show", sent["id"][-12:]).out
    assert "Subject: Welcome" in desk.run("mail", "show", sent["id"], "--eml").out
    assert len(list(Path(desk.folder, "captured").glob("*.eml"))) == 1


def test_resend_is_a_new_promise(desk: CliDesk, active: str) -> None:
    desk.run("run", "--once", now="2026-04-13T10:15")
    (sent,) = [p for p in desk.json("case", "promises", active) if p["state"] == "sent"]

    desk.run("mail", "resend", f"{active}/{sent['no']}", "--reason", "lost it", now="2026-04-14T09:00")

    (again,) = [p for p in desk.json("case", "promises", active) if p["resend_of"]]
    assert (again["state"], again["resend_of"]) == ("queued", sent["no"])


def test_suppress_needs_a_reason_and_hold_moves(desk: CliDesk, case: str) -> None:
    first, second, *_ = desk.json("case", "promises", case)

    desk.run("promise", "suppress", f"{case}/{first['no']}", code=2)
    desk.run("promise", "suppress", f"{case}/{first['no']}", "--reason", "they know")
    desk.run("promise", "hold", f"{case}/{second['no']}", "--until", "2026-12-24", "--reason", "later")

    states = {p["no"]: p["state"] for p in desk.json("case", "promises", case)}
    assert states[first["no"]] == "suppressed"
    assert "2026-12-24" in desk.run("promise", "show", f"{case}/{second['no']}").out


@pytest.mark.parametrize("given", ["AAL-2026-0001", "AAL-2026-0001/", "AAL-2026-0001/x", "12"])
def test_an_address_that_is_none_is_bad_input(desk: CliDesk, given: str) -> None:
    assert "write CASE/NUMBER" in desk.run("deadline", "show", given, code=2).err


def test_a_mail_of_another_programme_is_not_there(desk: CliDesk, active: str) -> None:
    (waiting,) = desk.json("mail", "list", active)

    assert "there is no mail" in desk.run("mail", "show", waiting["id"], who="charlie", code=4).err
