from __future__ import annotations

import pytest

from engine.registrations import check_digit_fails, check_registration, clean_registration


@pytest.mark.parametrize(("register", "number"), [("CVR", "13585628"), ("CVR", "13 58 56 28"), ("KVK", "12345678")])
def test_sound_number_passes(register: str, number: str) -> None:
    assert check_registration(register, number) is None
    assert not check_digit_fails(register, number)


@pytest.mark.parametrize("number", ["", "1234567", "123456789", "1234567a", "１２３４５６７８"])
def test_malformed_number_is_refused(number: str) -> None:
    reason = check_registration("CVR", number)

    assert reason is not None
    assert (reason.code, reason.values["digits"]) == ("registration_malformed", 8)


def test_failed_check_digit_is_told_apart_from_a_malformed_number() -> None:
    assert check_registration("CVR", "13585629") is None
    assert check_digit_fails("CVR", "13585629")
    assert check_digit_fails("CVR", "00000000")
    assert not check_digit_fails("CVR", "123")


def test_unknown_register_is_named() -> None:
    reason = check_registration("HRB", "12345678")

    assert reason is not None
    assert reason.code == "registration_unknown_register"


def test_blanks_and_dots_are_cleaned_away() -> None:
    assert clean_registration(" 13.58 56.28 ") == "13585628"
