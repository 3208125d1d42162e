from __future__ import annotations

import time

import pytest

from engine.declared import Version
from tests.unit.workflows.method import version
from tests.unit.workflows.views import rows, view
from workflows.cel import cel_faults, cel_trial, compile_guard


@pytest.fixture(scope="module")
def small() -> Version:
    return version()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("tier == 'starter'", ""),
        ("score > 60", ""),
        ("score + 0.5 == 62.0", ""),
        ("signed_on < '2026-04-01'", ""),
        ("status == null", ""),
        ("commitments.all(c, c.kind != null)", "cel_false"),
        ("commitments.filter(c, c.kind == 'energy').exists(d, d.no == 101)", ""),
        ("status > 'a'", "cel_error"),
        ("size(commitments)", "cel_error"),
        ("score +", "cel_error"),
    ],
)
def test_expression_is_asked_about_a_case(small: Version, text: str, code: str) -> None:
    facts = {"tier": "starter", "score": "61.5", "signed_on": "2026-03-31", "status": ""}
    seen = view(small, facts=facts, records=rows("commitments", {"kind": "energy"}, {}))

    answer = compile_guard("g", text, small.facts, small.records)(seen)

    assert (answer.reason.code if answer.reason else "") == code
    assert answer.yes == (code == "")


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("tier == 'starter' && comitments.exists(c, c.kind == 'x')", "unknown_fact", "did you mean 'commitments'?"),
        ("commitments.exists(c, c.knd == 'x')", "unknown_field", "did you mean 'kind'?"),
        ("startswith(tier, 'x')", "unknown_function", "did you mean 'startsWith'?"),
        ("tier == ", "cel_syntax", "at its line 1, column 9"),
        ("commitments.map(c, commitments.map(d, d.no))", "cel_nested", "within another"),
    ],
)
def test_faults_are_found_without_a_case(small: Version, text: str, code: str, says: str) -> None:
    found = dict(cel_faults(text, small.facts, small.records))

    assert says in found[code]


def test_words_in_quotes_and_comments_are_no_names(small: Version) -> None:
    text = "tier == 'commitments.map(c, commitments.map(d, c.x))' // nothing.exists(x, x.y)"

    assert list(cel_faults(text, small.facts, small.records)) == []


def test_trial_finds_what_is_no_question() -> None:
    assert cel_trial("size([1])", {}) == "the answer is neither true nor false but '1'"
    assert "overload" in cel_trial("1 + 'x' == 2", {})
    assert cel_trial("true", {}) == ""


def test_expression_over_many_records_stays_quick(small: Version) -> None:
    seen = view(small, records=rows("commitments", *({"kind": "travel"} for _ in range(500))))
    check = compile_guard("g", "commitments.exists(c, c.kind == 'energy')", small.facts, small.records)
    check(seen)

    start = time.perf_counter()
    check(seen)

    assert time.perf_counter() - start < 0.5
