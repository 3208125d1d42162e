"""Which organisation a row is about: register and number, and the person who vouches for a number that looks wrong."""

from __future__ import annotations

from engine.declared import FactType, Version
from engine.registrations import DIGITS, check_digit_fails, check_registration, clean_registration
from handslag.intake.plan import Reading


def read_registration(reading: Reading, version: Version) -> tuple[str, str, dict[str, object]]:
    """Return register, number, and the facts that follow: the number itself, and that a person has confirmed it.

    The number may stand in the column `number` or in that of the registration fact; where both are filled, they agree.
    """
    register = reading.text("register").upper() or _only_register(reading, version)
    fact = _fact_of(version, register)
    column = "number" if reading.text("number") or fact is None else fact.key
    number = plain_number(reading.text(column))
    if not register:
        reading.fault("register", "missing", f"the register is missing; one of {', '.join(DIGITS)}")
    elif not number:
        reading.fault("number", "missing", f"the {register} number is missing; without it the row is nobody's")
    elif (reason := check_registration(register, number)) is not None:
        reading.fault("register" if register not in DIGITS else column, reason.code, _malformed(register, number))
    else:
        _check_digit(reading, version, register, number, column)
    if fact is None or not number:
        return register, number, {}
    if column == "number" and (other := plain_number(reading.text(fact.key))) not in ("", number):
        reading.fault(fact.key, "contradiction", f"{other} here, but {number} in the column 'number'; one of them is wrong")
    confirms = _confirmation(version, fact)
    confirmed = {confirms: True} if confirms and reading.is_yes("confirmed") else {}
    return register, number, {fact.key: number, **confirmed}


def plain_number(text: str) -> str:
    """Return a registration number as it is stored, whatever people put between its digits."""
    return clean_registration(text).replace("-", "")


def check_other_registrations(reading: Reading, version: Version, register: str) -> None:
    """Hold every further registration number of the row to the same rule."""
    own = _fact_of(version, register)
    for fact in version.facts.values():
        text = reading.text(fact.key) if fact.kind == "registration" else ""
        if text and fact != own:
            _check_digit(reading, version, fact.register, text, fact.key)


def number_columns(version: Version) -> tuple[str, ...]:
    """Return the columns in which the registration number of a company may stand."""
    return ("number", *(key for key, fact in version.facts.items() if fact.kind == "registration"))


def _check_digit(reading: Reading, version: Version, register: str, number: str, column: str) -> None:
    fact = version.facts.get(column) if column != "number" else _fact_of(version, register)
    confirms = _confirmation(version, fact) if fact else ""
    vouched = reading.is_yes("confirmed") or bool(confirms and reading.text(confirms) and reading.is_yes(confirms))
    if check_digit_fails(register, number) and not vouched:
        columns = " or ".join(repr(name) for name in (confirms, "confirmed") if name)
        sentence = (
            f"{register} number {number} fails its check digit, so a digit is probably wrong; look it up, "
            f"and if it is right as it stands, write yes in the column {columns}"
        )
        reading.fault(column, "check_digit", sentence)


def _malformed(register: str, number: str) -> str:
    if register not in DIGITS:
        return f"no register {register!r}; known: {', '.join(DIGITS)}"
    return (
        f"{number!r} is not a {register} number: it has {DIGITS[register]} digits "
        "(a spreadsheet drops leading zeros unless the column is text)"
    )


def _only_register(reading: Reading, version: Version) -> str:
    """Return the register that is meant where none is named: the workflow's only one, or that of the one column filled."""
    facts = [fact for fact in version.facts.values() if fact.kind == "registration"]
    filled = {fact.register for fact in facts if reading.text(fact.key)}
    registers = filled or {fact.register for fact in facts}
    return registers.pop() if len(registers) == 1 else ""


def _fact_of(version: Version, register: str) -> FactType | None:
    facts = (fact for fact in version.facts.values() if fact.kind == "registration" and fact.register == register)
    return next(facts, None)


def _confirmation(version: Version, fact: FactType) -> str:
    key = f"{fact.key}_confirmed"
    return key if key in version.facts and version.facts[key].kind == "yes_no" else ""
