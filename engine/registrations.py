"""Registration numbers of companies: what a CVR or KVK number looks like, and whether its check digit holds."""

from __future__ import annotations

from engine.errors import Reason

DIGITS = {"CVR": 8, "KVK": 8}
CVR_WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 1)


def clean_registration(number: str) -> str:
    """Return a number as it is stored: without the blanks and dots people type into it.

    >>> clean_registration(" 12 34.56 78")
    '12345678'
    """
    return "".join(number.split()).replace(".", "")


def check_registration(register: str, number: str) -> Reason | None:
    """Return why this cannot be a number of the register, None where it can; a failed check digit is no such reason."""
    digits = DIGITS.get(register)
    plain = clean_registration(number)
    if digits is None:
        return Reason(code="registration_unknown_register", values={"register": register, "known": sorted(DIGITS)})
    if len(plain) != digits or not (plain.isascii() and plain.isdigit()):
        values = {"register": register, "number": number, "digits": digits}
        return Reason(code="registration_malformed", values=values)
    return None


def check_digit_fails(register: str, number: str) -> bool:
    """Tell whether a well-formed number fails its check digit, so that a person has to confirm it (KVK has none).

    Source: Erhvervsstyrelsen, CVR numbers: weights 2, 7, 6, 5, 4, 3, 2, 1, sum divisible by 11.

    >>> check_digit_fails("CVR", "13585628"), check_digit_fails("CVR", "13585629")
    (False, True)
    """
    plain = clean_registration(number)
    if register != "CVR" or check_registration(register, plain) is not None:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(CVR_WEIGHTS, plain, strict=True))
    return total % 11 != 0 or total == 0
