"""Checking values that people give against what the workflow declares: facts and record fields, every fault at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any

from engine.declared import FactType
from engine.errors import BadInput, Fault
from engine.registrations import check_registration

TRUE = {"yes", "true", "1", "ja", "on"}
MOST_DIGITS = 15  # before the decimal sign
MOST_DECIMALS = 30
YEARS = range(1900, 2200)
FALSE = {"no", "false", "0", "nej", "nee", "off"}


class OutOfBounds(ValueError):
    """A value of the right kind that nobody means: a number or a year that is out of every proportion. code: of the fault."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def check_values(
    declared: Mapping[str, FactType], given: Mapping[str, Any], *, what: str, complete: bool = False
) -> dict[str, Any]:
    """Return the given values as JSON values (dates ISO, numbers decimal text); None and empty text mean taken away.

    complete: required fields must be there (a new record). Raises: BadInput listing every fault with its key.
    """
    faults: list[Fault] = []
    values: dict[str, Any] = {}
    for key, raw in given.items():
        fact = declared.get(key)
        if fact is None:
            faults.append(_unknown(key, declared, what))
            continue
        try:
            values[key] = read_value(fact, raw)
        except OutOfBounds as error:
            faults.append(Fault(place=key, code=error.code, sentence=str(error)))
        except ValueError as error:
            faults.append(Fault(place=key, code="value", sentence=str(error)))
    if complete:
        missing = (k for k, f in declared.items() if f.required and values.get(k) is None and not _faulty(k, faults))
        faults += [Fault(place=k, code="missing", sentence=f"{what} needs a value here") for k in missing]
    if faults:
        raise BadInput(faults, what=what)
    return values


def _faulty(key: str, faults: list[Fault]) -> bool:
    return any(f.place == key for f in faults)


def _unknown(key: str, declared: Mapping[str, FactType], what: str) -> Fault:
    near = get_close_matches(key, declared, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(declared) or 'none'}"
    return Fault(place=key, code="unknown", sentence=f"{what} has no {key!r}{hint}")


def read_value(fact: FactType, raw: Any) -> Any:
    """Read one value as its declared type.

    Raises: ValueError saying what would have been right.
    """
    if raw is None or raw == "":
        return None
    match fact.kind:
        case "date":
            return _date(raw)
        case "number":
            return _number(raw)
        case "yes_no":
            return _yes_no(raw)
        case "choice":
            return _choice(fact, str(raw))
        case "registration":
            return _registration(fact, str(raw))
        case _:
            return str(raw)


def _date(raw: Any) -> str:
    try:
        day = date.fromisoformat(str(raw)[:10])
    except ValueError:
        raise ValueError(f"{raw!r} is not a date; write 2026-03-31") from None
    if day.year not in YEARS:
        raise OutOfBounds("year", f"{raw!r} is too far away; a year is from {YEARS[0]} to {YEARS[-1]}")
    return day.isoformat()


def _number(raw: Any) -> str:
    text = str(raw).strip().replace(" ", "").replace("\u00a0", "")
    if "," in text:
        text = text.replace(".", "").replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{raw!r} is not a number; write 1234.5 or 1.234,5") from None
    if not number.is_finite():
        raise ValueError(f"{raw!r} is not a finite number")
    return plain(number, str(raw))


def plain(number: Decimal, raw: str) -> str:
    """Return a finite number as decimal text without exponent.

    raw: as it was given. Raises: OutOfBounds before a text is made that would fill the memory.
    """
    exponent = number.as_tuple().exponent
    if number.adjusted() >= MOST_DIGITS or (isinstance(exponent, int) and exponent < -MOST_DECIMALS):
        shown = raw if len(raw) <= 40 else f"{raw[:40]}…"
        most = f"at most {MOST_DIGITS} digits before the decimal sign and {MOST_DECIMALS} after it"
        raise OutOfBounds("digits", f"{shown!r} is no figure of a partnership; {most}")
    return format(number, "f")


def _yes_no(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise ValueError(f"{raw!r} is neither yes nor no")


def _choice(fact: FactType, raw: str) -> str:
    if raw in fact.choices:
        return raw
    raise ValueError(f"{raw!r} is not one of {', '.join(fact.choices)}")


def _registration(fact: FactType, raw: str) -> str:
    digits = "".join(ch for ch in raw if not ch.isspace() and ch not in "-.")
    reason = check_registration(fact.register, digits)
    if reason is not None:
        raise ValueError(f"{raw!r} is not a {fact.register} number; it has eight digits")
    return digits
