"""What a value may be: the last that is taken and the first that is refused."""

from __future__ import annotations

import pytest

from engine.declared import FactType
from engine.errors import BadInput
from engine.facts import check_values

DECLARED = {"score": FactType(key="score", kind="number", title={}), "seen_on": FactType(key="seen_on", kind="date", title={})}


@pytest.mark.parametrize(
    ("key", "given", "kept"),
    [
        ("score", "9" * 15, "9" * 15),
        ("score", "1e14", "1" + "0" * 14),
        ("score", 10**14, "1" + "0" * 14),
        ("score", "0." + "1" * 30, "0." + "1" * 30),
        ("seen_on", "1900-01-01", "1900-01-01"),
        ("seen_on", "2199-12-31", "2199-12-31"),
    ],
)
def test_what_somebody_may_mean_is_taken(key: str, given: object, kept: str) -> None:
    assert check_values(DECLARED, {key: given}, what="a case") == {key: kept}


@pytest.mark.parametrize(
    ("key", "given", "code"),
    [
        ("score", "9" * 16, "digits"),
        ("score", "1E+999999999", "digits"),
        ("score", "1E-999999999", "digits"),
        ("score", 1e300, "digits"),
        ("score", "0." + "1" * 31, "digits"),
        ("score", "1E+99999999999999999999999", "value"),
        ("seen_on", "1899-12-31", "year"),
        ("seen_on", "2200-01-01", "year"),
        ("seen_on", "9999-12-31", "year"),
        ("seen_on", "0001-01-01", "year"),
    ],
)
def test_what_nobody_means_is_a_fault_with_a_short_sentence(key: str, given: object, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_values(DECLARED, {key: given}, what="a case")

    (fault,) = refused.value.faults
    assert (fault.place, fault.code) == (key, code)
    assert len(fault.sentence) < 200
