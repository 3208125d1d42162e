from __future__ import annotations

import json
import string
from datetime import date
from typing import Any

import pytest

from engine.case import Party
from engine.declared import Answer, Version
from engine.sentences_guards import SENTENCES
from tests.unit.workflows.method import version
from tests.unit.workflows.views import HASH, asked, late, rows, seat, view
from workflows.guard_functions import FUNCTIONS


@pytest.fixture(scope="module")
def small() -> Version:
    return version()


def says(answer: Answer) -> tuple[str, dict[str, Any]]:
    """Return code and values of a no, after checking that its sentence can be filled and that history can hold it."""
    assert not answer.yes
    assert answer.reason is not None
    code, values = answer.reason.code, dict(answer.reason.values)
    wanted = {name for _, name, _, _ in string.Formatter().parse(SENTENCES[code]) if name}
    assert wanted <= set(values), f"{code} lacks {wanted - set(values)}"
    assert json.loads(json.dumps(values)) == values
    return code, values


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({}, "registration_noted.missing"),
        ({"cvr": "1234567", "status": "active"}, "registration_noted.malformed"),
        ({"cvr": "13585629", "status": "active"}, "registration_noted.check_digit"),
        ({"cvr": "13585629", "status": "active", "cvr_confirmed": False}, "registration_noted.check_digit"),
        ({"cvr": "13585628"}, "registration_noted.status"),
        ({"cvr": "13585628", "status": "active"}, ""),
        ({"cvr": "13585629", "status": "active", "cvr_confirmed": True}, ""),
    ],
)
def test_registration_needs_a_sound_number_and_a_status(small: Version, facts: dict[str, Any], code: str) -> None:
    answer = asked("registration_noted", view(small, facts=facts), number="cvr", status="status")

    assert answer.yes if not code else says(answer)[0] == code


def test_seats_are_filled_by_the_case_or_by_the_programme(small: Version) -> None:
    empty = view(small)
    filled = view(small, seats=seat(5, "deputy"))

    code, values = says(asked("seats_filled", empty, seats=["coordinator", "deputy"]))

    assert (code, values["missing"]) == ("seats_filled", ["deputy"])
    assert values["missing_title"] == [{"en": "Deputy", "da": "Stedfortræder"}]
    assert asked("seats_filled", filled, seats=["coordinator", "deputy"]).yes


def test_facts_set_counts_no_and_zero_but_no_empty_text(small: Version) -> None:
    seen = view(small, facts={"cvr_confirmed": False, "score": "0", "status": ""})

    assert asked("facts_set", seen, facts=["cvr_confirmed", "score"]).yes
    assert says(asked("facts_set", seen, facts=["score", "status"]))[1]["missing"] == ["status"]


def test_fact_is_names_what_stands_there_now(small: Version) -> None:
    seen = view(small, facts={"tier": "starter", "score": "60.0"})

    code, values = says(asked("fact_is", seen, fact="tier", value="standard"))

    assert (code, values["wanted_title"]["da"], values["now_title"]["da"]) == ("fact_is", "Standard", "Begynder")
    assert says(asked("fact_is", seen, fact="status", value="x"))[0] == "fact_is.missing"
    assert asked("fact_is", seen, fact="tier", value="starter").yes
    assert asked("fact_is", seen, fact="score", value=60).yes


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"score": "60"}, ""),
        ({"score": "59.9"}, "fact_at_least.unless"),
        ({"score": "10", "score_reason": "only one in its sector"}, ""),
        ({}, "fact_at_least.missing_unless"),
    ],
)
def test_fact_at_least_may_be_overridden_with_a_reason(small: Version, facts: dict[str, Any], code: str) -> None:
    answer = asked("fact_at_least", view(small, facts=facts), fact="score", minimum=60, unless="score_reason")

    assert answer.yes if not code else says(answer)[0] == code


def test_fact_at_least_says_minimum_and_value(small: Version) -> None:
    _, values = says(asked("fact_at_least", view(small, facts={"score": "3"}), fact="score", minimum=7.5))

    assert (values["minimum"], values["now"], values["unit"]) == ("7.5", "3", "points")
    assert says(asked("fact_at_least", view(small), fact="score", minimum=1))[0] == "fact_at_least.missing"


def test_open_cases_are_counted_outside_the_case(small: Version) -> None:
    full = view(small, figures={"open_cases": 15})

    assert FUNCTIONS["open_cases_below"].figures == ("open_cases",)
    assert asked("open_cases_below", view(small, figures={"open_cases": 14}), limit=15).yes
    assert says(asked("open_cases_below", full, limit=15))[1] == {"limit": 15, "now": 15}
    assert says(asked("open_cases_below", full, limit=15, unless="score_reason"))[0] == "open_cases_below.unless"
    assert says(asked("open_cases_below", view(small), limit=15))[0] == "open_cases_below.unknown"
    overridden = view(small, figures={"open_cases": 15}, facts={"score_reason": "holiday cover"})
    assert asked("open_cases_below", overridden, limit=15, unless="score_reason").yes


def test_records_at_least_tells_too_few_from_incomplete(small: Version) -> None:
    one = view(small, records=rows("commitments", {"title": "LED"}))
    two = view(small, records=rows("commitments", {"title": "LED", "due_on": "2026-09-01"}, {"title": "Bikes"}))

    few, few_values = says(asked("records_at_least", one, list="commitments", n=2, complete=["due_on"]))
    half, half_values = says(asked("records_at_least", two, list="commitments", n=2, complete=["due_on"]))

    assert (few, few_values["now"], few_values["n"]) == ("records_at_least", 1, 2)
    assert (half, half_values["now"], half_values["records"], half_values["missing"]) == (
        "records_at_least.incomplete", 1, [102], ["due_on"],
    )  # fmt: skip
    assert asked("records_at_least", two, list="commitments", n=2, complete=["title"]).yes


def test_records_at_least_counts_matching_and_different_ones(small: Version) -> None:
    seen = view(small, records=rows("commitments", {"kind": "energy"}, {"kind": "energy"}, {}))

    assert asked("records_at_least", seen, list="commitments", n=2, where={"kind": "energy"}).yes
    assert not asked("records_at_least", seen, list="commitments", n=1, where={"kind": ["travel"]}).yes
    code, values = says(asked("records_at_least", seen, list="commitments", n=2, distinct="kind"))
    assert (code, values["now"]) == ("records_at_least.distinct", 1)


def test_records_all_wants_the_field_in_every_record(small: Version) -> None:
    seen = view(small, records=rows("commitments", {"confirmed_on": "2026-05-01", "kind": "energy"}, {"kind": "travel"}))

    code, values = says(asked("records_all", seen, list="commitments", field="confirmed_on"))
    among, among_values = says(asked("records_all", seen, list="commitments", field="kind", among=["energy"]))

    assert (code, values["now"], values["there"], values["records"]) == ("records_all", 1, 2, [102])
    assert (among, among_values["among_title"]) == ("records_all.among", [{"en": "Energy", "da": "Energi"}])
    assert asked("records_all", view(small), list="commitments", field="kind").yes


def test_baseline_is_given_by_figures_or_by_a_plan(small: Version) -> None:
    params = {"facts": ["score", "tier"], "unless": ["restart_on"]}

    code, values = says(asked("baseline_given", view(small, facts={"score": "1"}), **params))

    assert (code, values["missing"]) == ("baseline_given.unless", ["tier"])
    assert asked("baseline_given", view(small, facts={"score": "1", "tier": "starter"}), **params).yes
    assert asked("baseline_given", view(small, facts={"restart_on": "2026-09-01"}), **params).yes
    assert says(asked("baseline_given", view(small), facts=["score"]))[0] == "baseline_given"


def test_document_is_frozen_by_its_hash(small: Version) -> None:
    assert says(asked("document_frozen", view(small)))[1]["document_title"]["en"] == "Agreement"
    assert asked("document_frozen", view(small, facts={"frozen_hash": HASH})).yes


def test_signatories_need_authority_in_every_party(small: Version) -> None:
    parties = {1: Party(no=1, organisation=7), 2: Party(no=2, organisation=8, kind="co_signatory")}
    named = view(small, parties=parties, seats=seat(5, party=1, authority="note"))
    powerless = view(small, seats=seat(5))
    left = {**parties, 2: Party(no=2, organisation=8, kind="co_signatory", left_on=date(2026, 5, 1))}

    code, values = says(asked("signatories_named", named))

    assert (code, values["party"], values["now"]) == ("signatories_named", 2, 0)
    assert says(asked("signatories_named", powerless))[0] == "signatories_named.authority"
    assert asked("signatories_named", view(small, parties=left, seats=seat(5, party=1, authority="note"))).yes
    assert says(asked("signatories_named", view(small, seats=seat(5, authority="note")), min=2))[1]["there"] == 1


def test_all_signed_counts_only_signatures_on_the_frozen_text(small: Version) -> None:
    facts = {"frozen_hash": HASH}
    seats = {**seat(5), **seat(6)}
    right = {"seat": "signatory#5", "document_hash": HASH}

    assert says(asked("all_signed", view(small)))[0] == "all_signed.not_frozen"
    assert says(asked("all_signed", view(small, facts=facts)))[0] == "all_signed.nobody"
    half = view(
        small,
        facts=facts,
        seats=seats,
        records=rows("signatures", right, {**right, "seat": "signatory#6", "document_hash": "b"}),
    )
    _, values = says(asked("all_signed", half))
    assert (values["missing"], values["now"], values["needed"]) == (["signatory#6"], 1, 2)
    assert asked("a_signature_missing", half).yes
    whole = view(small, facts=facts, seats=seats, records=rows("signatures", right, {**right, "seat": "signatory#6"}))
    assert asked("all_signed", whole).yes
    assert says(asked("a_signature_missing", whole))[1]["needed"] == 2


def test_overdue_is_measured_from_the_end_of_grace(small: Version) -> None:
    seen = view(small, deadlines={**late(9, "F1", date(2026, 4, 20)), **late(10, "F2", date(2026, 6, 1))})

    code, values = says(asked("nothing_overdue", seen))

    assert (code, values["items"], values["days"], values["due_on"]) == ("nothing_overdue", [9], 12, "2026-04-20")
    assert says(asked("nothing_overdue", seen, longer_than="11 wd"))[0] == "nothing_overdue.longer"
    assert asked("nothing_overdue", seen, longer_than="12 wd").yes
    assert asked("nothing_overdue", seen, longer_than="1 month").yes
    assert asked("nothing_overdue", seen, rules=["F2"]).yes


def test_something_overdue_is_the_other_way_round(small: Version) -> None:
    seen = view(small, deadlines=late(9, "F1", date(2026, 4, 20)))

    assert asked("something_overdue", seen, longer_than="11 wd", rules=["F1"]).yes
    code, values = says(asked("something_overdue", seen, longer_than="30 wd"))
    assert (code, values["now"], values["longer_than"]) == ("something_overdue.longer", 0, "30 wd")
    assert says(asked("something_overdue", seen, n=2))[0] == "something_overdue"
    assert says(asked("something_overdue", seen, n=2, unless="score_reason"))[0] == "something_overdue.unless"
    code, _ = says(asked("something_overdue", seen, longer_than="30 wd", unless="score_reason"))
    assert code == "something_overdue.longer_unless"
    reason = view(small, facts={"score_reason": "merger"})
    assert asked("something_overdue", reason, unless="score_reason").yes


@pytest.mark.parametrize(
    ("day", "reached", "near"),
    [
        (None, "date_reached.missing", "date_near.missing"),
        ("2026-05-06", "", ""),
        ("2026-05-07", "date_reached", ""),
        ("2026-07-01", "date_reached", "date_near"),
        ("2026-04-01", "", "date_near.passed"),
    ],
)
def test_dates_are_reached_and_near(small: Version, day: str | None, reached: str, near: str) -> None:
    seen = view(small, facts={"ends_on": day} if day else {})

    for code, answer in (
        (reached, asked("date_reached", seen, fact="ends_on")),
        (near, asked("date_near", seen, fact="ends_on", within="20 wd")),
    ):
        assert answer.yes if not code else says(answer)[0] == code


def test_every_function_has_sentences_and_no_sentence_is_idle() -> None:
    codes = {code.partition(".")[0] for code in SENTENCES}

    assert set(FUNCTIONS) <= codes
    assert codes - set(FUNCTIONS) == {"cel_false", "cel_error", "registration_malformed", "registration_unknown_register"}
