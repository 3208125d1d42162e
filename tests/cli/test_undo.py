"""Undo and what is decided about mails, from the command line."""

from __future__ import annotations

from tests.cli.desk import CliDesk

MOVE = ("activate", "score=72", "tier=standard")
READY = ("pledges", "title=LED lamps", "due_on=2026-09-30")


def states(desk: CliDesk, case: str) -> list[tuple[str, str]]:
    return [(m["code"], m["state"]) for m in desk.json("mail", "list", case)]


def test_undo_takes_the_last_move_back(desk: CliDesk, case: str) -> None:
    desk.run("case", "record", "add", case, *READY)
    before = desk.json("case", "show", case)
    told = desk.run("case", "advance", case, *MOVE).out
    assert "leaves 2026-04-07 09:10 unless undone" in told
    assert "unless undone" in desk.run("mail", "list", case).out
    assert "unless undone" in desk.run("case", "promises", case).out

    looked = desk.json("case", "undo", case, "--dry-run", now="2026-04-07T09:05")
    assert desk.json("case", "show", case)["phase"] == "active"
    done = desk.json("case", "undo", case, "--confirm", looked["digest"], "--reason", "wrong case", now="2026-04-07T09:06")

    after = desk.json("case", "show", case)
    assert (done["phase"], after["phase"], after["facts"]) == ("candidate", before["phase"], before["facts"])
    assert states(desk, case) == [("M01", "cancelled")]
    assert desk.json("case", "history", case)[-1]["kind"] == "undone"
    assert "unless undone" not in desk.run("mail", "list", case).out


def test_undo_after_the_hold_time_says_what_to_do_instead(desk: CliDesk, case: str) -> None:
    desk.run("case", "record", "add", case, *READY)
    desk.run("case", "advance", case, *MOVE)

    refused = desk.run("case", "undo", case, now="2026-04-07T09:10", code=1)

    assert "case correct" in refused.err
    assert desk.json("case", "show", case)["phase"] == "active"


def test_undo_of_an_opening_is_refused_and_of_a_strangers_case_not_found(desk: CliDesk, case: str) -> None:
    desk.run("case", "undo", case, code=1)
    desk.run("case", "undo", case, who="charlie", code=4)


def test_a_mail_is_suppressed_with_a_reason(desk: CliDesk, case: str) -> None:
    desk.run("case", "record", "add", case, *READY)

    looked = desk.json("case", "advance", case, *MOVE, "--suppress", "M01=I call them", "--dry-run")
    desk.run("case", "advance", case, *MOVE, "--suppress", "M01=I call them", "--confirm", looked["digest"])

    assert [m["state"] for m in looked["mails"]] == ["cancelled"]
    assert states(desk, case) == [("M01", "cancelled")]
    assert "suppress: I call them" in desk.run("case", "history", case).out


def test_a_mail_is_held_until_a_day(desk: CliDesk, case: str) -> None:
    desk.run("case", "record", "add", case, *READY)

    desk.run("case", "advance", case, *MOVE, "--hold", "M01=2026-04-09")

    (mail,) = desk.json("mail", "list", case)
    assert (mail["state"], mail["not_before"]) == ("queued", "2026-04-09T06:00:00Z")


def test_every_fault_of_a_choice_is_named_and_nothing_done(desk: CliDesk, case: str) -> None:
    desk.run("case", "record", "add", case, *READY)

    typed = desk.run("case", "advance", case, *MOVE, "--suppress", "M01", "--hold", "M01=soon", code=2)
    empty = desk.run("case", "advance", case, *MOVE, "--suppress", "M01=", "--hold", "M01=2026-04-01", code=2)
    other = desk.run("case", "advance", case, *MOVE, "--suppress", "M77=no such mail", code=2)

    assert "MAIL=WHY" in typed.err
    assert "is not a time" in typed.err
    assert "needs a reason" in empty.err
    assert "has passed" in empty.err
    assert "leaving: M01 to company_contact" in other.err
    assert desk.json("case", "show", case)["phase"] == "candidate"
