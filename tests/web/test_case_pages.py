"""The pages of a case: facts, records, deadlines, signatures, comments, promises, history."""

from __future__ import annotations

from engine import acts
from tests.web.conftest import Web
from tests.web.forms import Reader


def test_a_fact_is_changed_and_only_that_one(web: Web) -> None:
    number = web.world.candidate()
    address = f"/cases/{number}/facts/edit"
    visitor = web.visitor("anne")
    form = Reader(visitor.get(address).text).form(address)

    answer = visitor.post(address, data={**form, "fact.sector": "Metal", "reason": "asked them"})

    assert answer.status_code == 303
    entry = web.world.history(number)[-1]
    assert [c["new"] for c in entry["changes"]] == [{"sector": "Metal"}]
    assert "Metal" in visitor.get(f"/cases/{number}/facts").text


def test_every_fault_stands_at_its_field_and_what_was_typed_stays(web: Web) -> None:
    number = web.world.candidate()
    address = f"/cases/{number}/facts/edit"
    visitor = web.visitor("anne")
    form = Reader(visitor.get(address).text).form(address)

    answer = visitor.post(address, data={**form, "fact.score": "many", "fact.cvr": "12", "fact.sector": "Metal"})

    assert answer.status_code == 422
    page = Reader(answer.text)
    assert {"#fact.score", "#fact.cvr"} <= set(page.links)
    assert 'aria-describedby="fact.score-error"' in answer.text
    assert page.form(address)["fact.sector"] == "Metal"
    assert web.world.case(number).revision == 1


def test_a_figure_and_a_year_nobody_means_are_told_at_their_fields(web: Web) -> None:
    number = web.world.candidate()
    address = f"/cases/{number}/facts/edit"
    visitor = web.visitor("anne")
    form = Reader(visitor.get(address).text).form(address)

    answer = visitor.post(address, data={**form, "fact.score": "1E+999999999", "fact.register_status_on": "9999-12-31"})

    assert answer.status_code == 422
    assert "A number has at most 15 digits before the decimal sign and 30 after it." in answer.text
    assert "A year is from 1900 to 2199." in answer.text
    assert web.world.case(number).revision == 1


def test_a_fact_form_that_is_overtaken_writes_nothing(web: Web) -> None:
    number = web.world.candidate()
    address = f"/cases/{number}/facts/edit"
    visitor = web.visitor("anne")
    form = Reader(visitor.get(address).text).form(address)
    web.world.do(number, acts.SetFacts(facts={"sector": "Wood"}), "bo")

    answer = visitor.post(address, data={**form, "fact.sector": "Metal"})

    assert answer.status_code == 409
    assert "Bo Lund" in answer.text
    assert web.world.case(number).facts["sector"] == "Wood"


def test_a_form_without_changes_writes_no_entry(web: Web) -> None:
    number = web.world.candidate()
    address = f"/cases/{number}/facts/edit"
    visitor = web.visitor("anne")

    visitor.post(address, data=Reader(visitor.get(address).text).form(address))

    assert web.world.case(number).revision == 1


def test_an_entry_is_added_changed_and_voided(web: Web) -> None:
    number = web.world.candidate()
    visitor = web.visitor("anne")

    missing = visitor.post(f"/cases/{number}/lists/company_commitments/new", data={"field.due_on": "2027-01-15"})
    added = visitor.post(f"/cases/{number}/lists/company_commitments/new", data={"field.title": "New boiler"})
    no = web.world.case(number).records_of("company_commitments")[0].no
    changed = visitor.post(f"/cases/{number}/records/{no}", data={"field.title": "Newer boiler"})
    unfounded = visitor.post(f"/cases/{number}/records/{no}", data={"void": "1"})
    voided = visitor.post(f"/cases/{number}/records/{no}", data={"void": "1", "reason": "typed twice"})

    assert [a.status_code for a in (missing, added, changed, unfounded, voided)] == [422, 303, 303, 422, 303]
    assert "This is needed here." in missing.text
    assert web.world.case(number).records_of("company_commitments") == ()
    assert visitor.get(f"/cases/{number}/records/{no}").status_code == 404


def test_signatures_are_not_typed_as_records(web: Web) -> None:
    number = web.world.candidate()

    assert web.visitor("anne").get(f"/cases/{number}/lists/signatures/new").status_code == 404


def test_a_deadline_shows_its_sum(busy: Web) -> None:
    page = Reader(busy.visitor("anne").get("/cases/AAL-2026-0002").text).text

    assert "starts, because the phase began 5 January 2026" in page
    assert "plus 40 working days 2 March 2026" in page
    assert "not counted: weekends" in page


def test_extending_needs_a_reason_and_moves_the_date(web: Web) -> None:
    number = web.world.candidate()
    for step in (web.world.to_screening, web.world.to_dialogue, web.world.to_baseline):
        step(number)
    deadline = web.world.deadline(number, "baseline")
    address = f"/cases/{number}/deadlines/{deadline.no}/extend"
    visitor = web.visitor("anne")
    form = Reader(visitor.get(address).text).form(address)

    without = visitor.post(address, data={**form, "step": "do"})
    looked = visitor.post(address, data={**form, "text": "holidays", "step": "look"})
    done = visitor.post(address, data={**Reader(looked.text).form(address), "step": "do"})

    assert without.status_code == 422
    assert "→" in looked.text
    assert done.status_code == 303
    assert web.world.deadline(number, "baseline").due_on > deadline.due_on


def test_what_is_submitted_is_accepted_and_the_mail_shown_leaves(web: Web) -> None:
    number = web.world.active()
    web.world.walk("2027-01-10 09:00")
    case = web.world.case(number)
    commitment = min((d for d in case.open_deadlines() if d.rule == "company_commitments"), key=lambda d: d.due_on)
    visitor, base = web.visitor("anne"), f"/cases/{number}/deadlines/{commitment.no}"

    for what in ("submit", "accept"):
        looked = Reader(visitor.get(f"{base}/{what}").text)
        answer = visitor.post(f"{base}/{what}", data={**looked.form(f"{base}/{what}"), "for_whom": "", "step": "do"})
        assert answer.status_code == 303, answer.text

    assert web.world.case(number, whole=True).deadlines[commitment.no].state == "met"
    assert "What becomes of the mail to Karen Ry" in looked.text


def test_returning_needs_questions(web: Web) -> None:
    number = web.world.active()
    web.world.walk("2027-01-10 09:00")
    case = web.world.case(number)
    commitment = min((d for d in case.open_deadlines() if d.rule == "company_commitments"), key=lambda d: d.due_on)
    web.world.do(number, acts.Fulfil(what="submit", deadline=commitment.no))
    address, visitor = f"/cases/{number}/deadlines/{commitment.no}/return", web.visitor("anne")
    form = Reader(visitor.get(address).text).form(address)

    without = visitor.post(address, data={**form, "step": "do"})
    looked = visitor.post(address, data={**form, "text": "Where is the invoice?", "step": "look"})
    visitor.post(address, data={**Reader(looked.text).form(address), "step": "do"})

    assert without.status_code == 422
    assert "This is needed here." in without.text
    assert web.world.case(number).deadlines[commitment.no].state == "returned"


def test_a_signature_is_noted_on_behalf(web: Web) -> None:
    number = web.world.candidate()
    for step in (web.world.to_screening, web.world.to_dialogue, web.world.to_baseline, web.world.to_actions,
                 web.world.to_drafting, web.world.to_approval, web.world.to_signing):  # fmt: skip
        step(number)
    seat = next(s for s in web.world.case(number).seats.values() if s.role == "signatory_private" and s.ended_on is None)
    address, visitor = f"/cases/{number}/sign/{seat.no}", web.visitor("anne")
    looked = visitor.post(address, data={"for_whom": "Jens Bak, on paper", "method": "paper", "step": "look"})

    done = visitor.post(address, data={**Reader(looked.text).form(address), "step": "do"})

    assert done.status_code == 303
    entry = next(e for e in reversed(web.world.history(number)) if e["kind"] == "signed")
    assert entry["actor"]["for"] == "Jens Bak, on paper"


def test_a_comment_shows_and_one_without_words_is_none(web: Web) -> None:
    number = web.world.candidate()
    visitor = web.visitor("anne")

    visitor.post(f"/cases/{number}/comments", data={"text": "They called back"})
    visitor.post(f"/cases/{number}/comments", data={"text": "  "})

    assert web.world.case(number).revision == 2
    assert "They called back" in visitor.get(f"/cases/{number}").text


def test_a_promise_is_taken_back_with_a_reason(web: Web) -> None:
    number = web.world.candidate()
    promise = next(p for p in web.world.promises(number) if p.state == "planned")
    visitor, address = web.visitor("anne"), f"/cases/{number}/promises/{promise.no}/suppress"

    visitor.post(address, data={"reason": ""})
    assert web.world.case(number).revision == 1
    visitor.post(address, data={"reason": "we talked"})

    page = Reader(visitor.get(f"/cases/{number}/promises").text).text
    assert "a person decided that it is not sent" in page


def test_history_tells_who_did_what_and_what_guards_said(busy: Web) -> None:
    page = Reader(busy.visitor("anne").get("/cases/AAL-2026-0002/history").text).text

    assert "Ask for the baseline · First dialogue → Baseline" in page
    assert "Anne Holm (Coordinator)" in page
    assert "Asked then: 3 conditions" in page
    assert "the system" in page
    only = Reader(busy.visitor("anne").get("/cases/AAL-2026-0002/history?only=people").text).text
    assert "the system" not in only


def test_a_reader_without_the_role_sees_no_forms_and_cannot_post(web: Web) -> None:
    number = web.world.candidate()
    visitor = web.visitor("hanne")

    page = visitor.get(f"/cases/{number}/facts").text
    refused = visitor.post(f"/cases/{number}/facts/edit", data={"fact.sector": "Metal"})

    assert "Change facts" not in page
    assert refused.status_code == 403
    assert web.world.case(number).revision == 1
