"""Many cases at once in the browser: chosen, planned with every mail, moved, with a result for each."""

from __future__ import annotations

from engine import acts
from tests.many import invited
from tests.web.conftest import Web
from tests.web.forms import Reader

INVITE = "invite_to_dialogue"
AT = "/bulk?programme=aalborg&phase=screening"


def plan(web: Web, numbers: list[str], person: str = "anne", **more: str) -> Reader:
    data = {"move": INVITE, "which": "ticked", "case": numbers, "step": "look", **more}
    return Reader(web.visitor(person).post(AT, data=data).text)


def test_the_cases_of_a_phase_are_offered_with_its_moves(web: Web) -> None:
    numbers = invited(web.world, able=2)

    page = web.visitor("anne").get("/bulk?phase=screening").text

    assert all(number in page for number in numbers)
    assert f'value="{INVITE}"' in page


def test_the_plan_says_who_can_who_cannot_and_why_and_changes_nothing(web: Web) -> None:
    numbers = invited(web.world, able=2)

    page = plan(web, numbers)

    assert "Move 2 cases" in page.text
    assert "Cannot, and stay as they are" in page.text
    assert f"/cases/{numbers[-1]}/moves" in page.links
    assert {web.world.case(n).phase for n in numbers} == {"screening"}


def test_confirming_moves_those_who_can_and_shows_a_result_for_each(web: Web) -> None:
    numbers, visitor = invited(web.world, able=2), web.visitor("anne")
    form = plan(web, numbers).form(AT)

    answer = visitor.post(AT, data={**form, "step": "do"})
    page = visitor.get(answer.headers["location"])

    assert answer.status_code == 303
    assert [web.world.case(n).phase for n in numbers] == ["dialogue", "dialogue", "screening"]
    assert "2 moved, 0 not." in page.text
    assert "2 of 2 done" in Reader(page.text).text


def test_a_plan_that_changed_is_shown_again(web: Web) -> None:
    numbers = invited(web.world, able=2)
    form = plan(web, numbers).form(AT)
    web.world.do(numbers[-1], acts.SetFacts(facts={"score": "80", "tier": "standard"}))

    answer = web.visitor("anne").post(AT, data={**form, "step": "do"})

    assert answer.status_code == 409
    assert "Move 3 cases" in answer.text
    assert {web.world.case(n).phase for n in numbers} == {"screening"}


def test_nothing_chosen_is_said_and_a_whole_list_is_one_choice(web: Web) -> None:
    invited(web.world, able=2)
    visitor = web.visitor("anne")

    nothing = visitor.post(AT, data={"step": "look"})
    everything = plan(web, [], which="all")

    assert nothing.status_code == 422
    assert "Choose a move, and at least one case" in nothing.text
    assert "Move 2 cases" in everything.text


def test_cases_of_others_are_told_from_none(web: Web) -> None:
    numbers = invited(web.world, able=2)
    form = plan(web, numbers).form(AT)
    done = web.visitor("anne").post(AT, data={**form, "step": "do"}).headers["location"]
    carl = web.visitor("carl")

    theirs = carl.post(AT, data={"move": INVITE, "case": numbers, "step": "look"})
    his = carl.post("/bulk?programme=odense", data={"move": INVITE, "case": numbers, "step": "look"})

    assert carl.get(done).status_code == 404
    assert carl.post(f"{done}/go-on").status_code == 404
    assert theirs.status_code == 404
    assert his.status_code == 404


def test_who_does_no_casework_has_no_such_page(web: Web) -> None:
    assert web.visitor("sofie").get("/bulk").status_code == 404
