"""Moves: what blocks them, what leaves, and that what was confirmed is what happens."""

from __future__ import annotations

from datetime import timedelta

from engine import acts
from engine.programme import Absence
from tests.web.conftest import Web
from tests.web.forms import Reader

SCREEN, INVITE = "screen", "invite_to_dialogue"


def panel(web: Web, number: str, move: str, person: str = "anne") -> tuple[str, dict[str, str]]:
    """Return the address and the fields of a move's panel."""
    address = f"/cases/{number}/moves/{move}"
    return address, Reader(web.visitor(person).get(address).text).form(address)


def in_screening(web: Web) -> str:
    number = web.world.candidate(score="72", tier="standard")
    web.world.to_screening(number)
    return number


def test_a_blocked_move_says_what_is_missing_and_who_can_change_it(web: Web) -> None:
    number = web.world.candidate()

    page = Reader(web.visitor("anne").get(f"/cases/{number}/moves").text).text

    assert "CVR number is missing" in page
    assert "Coordinator: Anne Holm" in page


def test_two_clicks_advance_a_case(web: Web) -> None:
    number = web.ready(web.world.candidate())
    visitor = web.visitor("anne")
    link = next(a for a in Reader(visitor.get(f"/cases/{number}").text).links if a.endswith(f"/moves/{SCREEN}"))

    form = Reader(visitor.get(link).text).form(link)
    answer = visitor.post(link, data={**form, "step": "do"})

    assert answer.status_code == 303
    assert web.world.case(number).phase == "screening"
    assert "It stands in the history" in visitor.get(answer.headers["location"]).text


def test_looking_leaves_no_trace(web: Web) -> None:
    number = in_screening(web)
    before = (web.world.case(number), len(web.world.messages()))

    panel(web, number, INVITE)

    assert (web.world.case(number), len(web.world.messages())) == before


def test_nothing_is_done_that_was_not_shown(web: Web) -> None:
    number = web.ready(web.world.candidate())

    answer = web.visitor("anne").post(f"/cases/{number}/moves/{SCREEN}", data={"step": "do"})

    assert "What happens when you confirm" in answer.text
    assert web.world.case(number).phase == "candidate"


def test_the_mails_shown_are_the_mails_that_leave(web: Web) -> None:
    number = in_screening(web)
    address = f"/cases/{number}/moves/{INVITE}"
    visitor = web.visitor("anne")
    shown = Reader(visitor.get(address).text)

    visitor.post(address, data={**shown.form(address), "step": "do"})

    sent = [m for m in web.world.messages() if m.thread == number]
    assert sent
    for message in sent:
        assert message.subject in shown.text
        assert message.address in shown.text
        assert " ".join(message.text.split()) in shown.text


def test_a_mail_can_be_held_back_with_a_reason(web: Web) -> None:
    number = in_screening(web)
    address, form = panel(web, number, INVITE)

    chosen = {"mail.0.what": "suppress", "mail.0.reason": "I call them"}
    web.visitor("anne").post(address, data={**form, "step": "do", **chosen})

    assert web.world.case(number).phase == "dialogue"
    states = {m.state for m in web.world.messages() if m.thread == number}
    assert states == {"cancelled"}
    assert any(p.state == "suppressed" for p in web.world.promises(number))
    said = [c["new"]["reason"] for c in web.world.history(number)[-1]["changes"] if c["kind"] == "choice"]
    assert said == ["I call them"]
    assert "I call them" in web.visitor("anne").get(f"/cases/{number}/history").text


def test_holding_back_without_a_reason_does_nothing(web: Web) -> None:
    number = in_screening(web)
    address, form = panel(web, number, INVITE)

    answer = web.visitor("anne").post(address, data={**form, "step": "do", "mail.0.what": "suppress"})

    assert answer.status_code == 422
    assert "This is needed here." in answer.text
    assert 'href="#mail.0.reason"' in answer.text
    assert web.world.case(number).phase == "screening"
    again = Reader(answer.text).form(address)
    assert again["mail.0.what"] == "suppress"
    web.visitor("anne").post(address, data={**again, "step": "do", "mail.0.reason": "I call them"})
    assert web.world.case(number).phase == "dialogue"


def test_a_mail_is_held_until_a_time(web: Web) -> None:
    number = in_screening(web)
    address, form = panel(web, number, INVITE)
    chosen = {"mail.0.what": "hold", "mail.0.until": "2026-01-08T11:30"}

    looked = Reader(web.visitor("anne").post(address, data={**form, **chosen, "step": "look"}).text)
    web.visitor("anne").post(address, data={**looked.form(address), "step": "do"})

    assert "leaves 8 January 2026 11:30 unless undone" in looked.text
    [message] = [m for m in web.world.messages() if m.thread == number]
    assert (message.state, f"{message.not_before:%Y-%m-%d %H:%M}") == ("queued", "2026-01-08 10:30")


def test_a_time_that_has_passed_or_is_none_is_told_at_its_field(web: Web) -> None:
    number = in_screening(web)
    address, form = panel(web, number, INVITE)
    for until, said in (("2026-01-01T08:00", "This time has passed; choose a later one."), ("soon", "This is needed here.")):
        chosen = {"mail.0.what": "hold", "mail.0.until": until}
        answer = web.visitor("anne").post(address, data={**form, **chosen, "step": "do"})
        assert answer.status_code == 422
        assert said in answer.text
        assert "What happens when you confirm" in answer.text
    assert web.world.case(number).phase == "screening"


def test_what_is_confirmed_with_choices_is_what_happens(web: Web) -> None:
    number = in_screening(web)
    address, form = panel(web, number, INVITE)
    chosen = {"mail.0.what": "suppress", "mail.0.reason": "I call them"}
    web.world.clock.advance(timedelta(days=2))

    changed = web.visitor("anne").post(address, data={**form, **chosen, "step": "do"})

    assert changed.status_code == 409
    assert web.world.case(number).phase == "screening"
    fresh = Reader(changed.text).form(address)
    assert (fresh["mail.0.what"], fresh["mail.0.reason"]) == ("suppress", "I call them")
    assert web.visitor("anne").post(address, data={**fresh, "step": "do"}).status_code == 303
    assert {m.state for m in web.world.messages() if m.thread == number} == {"cancelled"}


def test_a_changed_plan_is_shown_anew_and_nothing_happens(web: Web) -> None:
    number = in_screening(web)
    address, form = panel(web, number, INVITE)
    web.world.clock.advance(timedelta(days=2))

    answer = web.visitor("anne").post(address, data={**form, "step": "do"})

    assert answer.status_code == 409
    assert "The plan has changed" in answer.text
    assert web.world.case(number).phase == "screening"
    fresh = Reader(answer.text).form(address)
    assert fresh["digest"] != form["digest"]
    assert web.visitor("anne").post(address, data={**fresh, "step": "do"}).status_code == 303


def test_another_persons_change_is_told_and_nothing_happens(web: Web) -> None:
    number = in_screening(web)
    address, form = panel(web, number, INVITE)
    web.world.do(number, acts.SetFacts(facts={"sector": "Metal"}), "bo")

    answer = web.visitor("anne").post(address, data={**form, "step": "do"})

    assert answer.status_code == 409
    text = Reader(answer.text).text
    assert "Bo Lund" in text
    assert "Sector: Metal" in text
    assert web.world.case(number).phase == "screening"


def test_what_the_system_noted_meanwhile_is_no_conflict(web: Web) -> None:
    number = in_screening(web)
    web.world.go("2026-01-26 09:00")
    address, form = panel(web, number, INVITE)
    web.world.work()
    assert web.world.history(number)[-1]["actor"]["kind"] == "system"

    answer = web.visitor("anne").post(address, data={**form, "step": "do"})

    assert "The case has changed meanwhile" not in answer.text
    fresh = Reader(answer.text).form(address) if answer.status_code == 409 else form
    web.visitor("anne").post(address, data={**fresh, "step": "do"})
    assert web.world.case(number).phase == "dialogue"


def test_values_given_at_the_move_are_asked_and_checked(web: Web) -> None:
    number = web.world.candidate()
    web.world.to_screening(number)
    visitor, (address, form) = web.visitor("anne"), panel(web, number, INVITE)
    assert {"fact.score", "fact.tier"} <= set(form)

    wrong = visitor.post(address, data={**form, "fact.score": "many", "fact.tier": "standard", "step": "look"})
    looked = visitor.post(address, data={**form, "fact.score": "72", "fact.tier": "standard", "step": "look"})
    made = visitor.post(address, data={**Reader(looked.text).form(address), "step": "do"})

    assert wrong.status_code == 422
    assert "Write a number" in wrong.text
    assert "What happens when you confirm" in looked.text
    assert made.status_code == 303
    assert web.world.case(number).facts["score"] == "72"


def test_a_manager_corrects_the_phase_with_a_reason(web: Web) -> None:
    number = in_screening(web)
    address = f"/cases/{number}/correct"
    visitor = web.visitor("mette")
    form = Reader(visitor.get(address).text).form(address)

    looked = visitor.post(address, data={**form, "to": "candidate", "reason": "wrong case", "step": "look"})
    done = visitor.post(address, data={**Reader(looked.text).form(address), "step": "do"})

    assert done.status_code == 303
    assert web.world.case(number).phase == "candidate"
    assert web.visitor("anne").get(address).status_code == 404


def test_a_move_that_is_not_here_is_refused_in_words(web: Web) -> None:
    number = web.world.candidate()

    answer = web.visitor("anne").get(f"/cases/{number}/moves/{INVITE}")

    assert answer.status_code == 200
    assert "is not possible in the phase" in answer.text
    assert web.visitor("anne").get(f"/cases/{number}/moves/no_such_move").status_code == 404


def test_a_deputy_acts_for_the_absent_coordinator(web: Web) -> None:
    number = web.ready(web.world.candidate())
    today = web.world.clock.now().date()
    away = Absence(person="anne", first=today, last=today + timedelta(days=5), deputy="bo")
    web.world.house.store.run(lambda tx: tx.save_absence("aalborg", away))
    address, form = panel(web, number, SCREEN, "bo")

    web.visitor("bo").post(address, data={**form, "step": "do"})

    actor = web.world.history(number)[-1]["actor"]
    assert (actor["key"], actor["for"], actor["surface"]) == ("bo", "Anne Holm", "web")
