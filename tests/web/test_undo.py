"""The bar after a move: what waits, until when it can be undone, and undoing it with one button, without script."""

from __future__ import annotations

from datetime import timedelta

from engine import acts
from tests.web.api import Api
from tests.web.conftest import Web
from tests.web.forms import Reader

INVITE = acts.Advance(transition="invite_to_dialogue", facts={"score": "72", "tier": "standard"})


def moved(web: Web) -> str:
    number = web.world.candidate()
    web.world.to_screening(number)
    web.world.do(number, INVITE)
    return number


def test_the_bar_undoes_the_move_and_no_mail_leaves(web: Web) -> None:
    number = moved(web)
    visitor = web.visitor("anne")
    page = Reader(visitor.get(f"/cases/{number}").text)
    assert "Moved to First dialogue. 1 mail leaves 5 January 2026 10:10." in page.text
    assert "It can be undone until 5 January 2026 10:10." in page.text

    web.world.clock.advance(timedelta(minutes=4))
    done = visitor.post(f"/cases/{number}/undo", data=page.form(f"/cases/{number}/undo"))

    shown = Reader(visitor.get(done.headers["location"]).text)
    assert "The move is undone." in shown.text
    assert f"/cases/{number}/undo" not in shown.actions
    assert web.world.case(number).phase == "screening"
    assert {m.state for m in web.world.messages() if m.thread == number} == {"cancelled"}


def test_the_bar_goes_when_the_hold_time_is_over(web: Web) -> None:
    number = moved(web)
    entry = web.world.case(number).revision
    web.world.clock.advance(timedelta(minutes=10))

    page = Reader(web.visitor("anne").get(f"/cases/{number}").text)
    late = web.visitor("anne").post(f"/cases/{number}/undo", data={"entry": str(entry)})

    assert f"/cases/{number}/undo" not in page.actions
    assert (late.status_code, web.world.case(number).phase) == (422, "dialogue")
    assert "could be undone until 5 January 2026 10:10" in Reader(late.text).text


def test_lists_say_that_a_mail_leaves_unless_undone(web: Web) -> None:
    number = moved(web)
    visitor = web.visitor("anne")

    for address in (f"/cases/{number}", f"/cases/{number}/promises", "/mail"):
        assert "unless undone" in visitor.get(address).text, address


def test_who_may_not_move_sees_no_bar_and_cannot_undo(web: Web) -> None:
    number = moved(web)
    entry = str(web.world.case(number).revision)

    page = Reader(web.visitor("pia").get(f"/cases/{number}").text)
    refused = web.visitor("pia").post(f"/cases/{number}/undo", data={"entry": entry})

    assert f"/cases/{number}/undo" not in page.actions
    assert (refused.status_code, web.world.case(number).phase) == (403, "dialogue")


def test_a_stranger_is_told_what_a_missing_case_tells(web: Web) -> None:
    number = moved(web)
    carl = web.visitor("carl")

    hers = carl.post(f"/cases/{number}/undo", data={"entry": str(web.world.case(number).revision)})
    nobodys = carl.post("/cases/AAL-2026-0099/undo", data={"entry": "1"})

    assert (hers.status_code, nobodys.status_code) == (404, 404)
    assert hers.text.replace(number, "X") == nobodys.text.replace("AAL-2026-0099", "X")
    assert web.world.case(number).phase == "dialogue"


def test_the_api_undoes_too_and_says_why_not(web: Web) -> None:
    number, api = moved(web), Api(web, "anne")
    entry = {"entry": web.world.case(number).revision}

    done = api.post(f"/cases/{number}/undo", entry, 200)
    again = api.post(f"/cases/{number}/undo", entry, 422)

    assert (done["phase"], again["code"]) == ("screening", "undo_overtaken")
