"""Complaint 21: two people at once, or half a move (the halves are in tests/faults/test_crash_move.py)."""

from __future__ import annotations

import threading

from engine import acts
from engine.errors import CaseConflict, HandslagError
from tests.world import World

INVITE = acts.Advance(transition="invite_to_dialogue", facts={"score": "72", "tier": "standard"})


def test_of_two_simultaneous_moves_one_wins_and_the_other_hears_who_did_what_when(world: World) -> None:
    """Of two simultaneous identical moves one succeeds and one gets a conflict."""
    number = world.candidate()
    world.to_screening(number)
    seen, barrier = world.case(number).revision, threading.Barrier(2)
    done, refused = list[str](), dict[str, HandslagError]()

    def click(person: str) -> None:
        barrier.wait()
        try:
            world.do(number, INVITE, person, revision=seen)
            done.append(person)
        except HandslagError as error:
            refused[person] = error

    threads = [threading.Thread(target=click, args=(person,)) for person in ("anne", "bo")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    [winner], [(loser, error)] = done, refused.items()
    assert {winner, loser} == {"anne", "bo"}
    assert isinstance(error, CaseConflict)
    name = {"anne": "Anne Holm", "bo": "Bo Lund"}[winner]
    assert (error.values["by"], error.values["did"]) == (name, "invite_to_dialogue")
    assert error.values["at"].startswith("2026-02-02T08:00")
    assert name in error.sentence
    assert [e["transition"] for e in world.history(number)].count("invite_to_dialogue") == 1
    assert [m.code for m in world.messages()].count("M01") == 1


def test_many_at_once_on_different_cases_all_succeed(world: World) -> None:
    numbers = [world.open_case(acts.OpenCase(title=f"Company {n}", people={"coordinator": "anne"})) for n in range(4)]
    errors = list[Exception]()

    def comment(number: str) -> None:
        try:
            for n in range(5):
                world.do(number, acts.Comment(text=f"said {n}"))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=comment, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert all(world.verify(number) is None for number in numbers)
    assert [world.case(number).revision for number in numbers] == [6] * 4
