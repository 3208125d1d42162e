"""`search`: by words or their first letters, for the cases that a person may see."""

from __future__ import annotations

from tests.cli.desk import CliDesk


def test_a_case_is_found_by_its_comment(desk: CliDesk, case: str) -> None:
    desk.run("case", "comment", case, "Asks about the Ærø ferry")

    (hit,) = desk.json("search", "aeroe", "fer")

    assert (hit["number"], hit["finds"][0]["place"], hit["finds"][0]["text"]) == (case, "comment", "Asks about the Ærø ferry")
    assert "Asks about the Ærø ferry" in desk.run("search", case, "ferry").out
    assert "no case has all of these words" in desk.run("search", "nothing", "of", "this").out


def test_strangers_find_nothing(desk: CliDesk, case: str) -> None:
    assert desk.json("search", case, who="charlie") == []
    assert desk.json("search", case, who="peter") == []
    assert desk.run("search", case, "--programme", "aalborg", who="charlie", code=4).out == ""
