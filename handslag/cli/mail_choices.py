"""`--suppress` and `--hold`: what is decided about the mails of a move, read from the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from engine.acts import MailChoice
from engine.choosing import HOLD, SUPPRESS
from engine.errors import BadInput, Fault
from handslag.cli.given import read_instant


def read_choices(suppress: Iterable[str] | None, hold: Iterable[str] | None, zone: Callable[[], str]) -> tuple[MailChoice, ...]:
    """Read `CODE=REASON` and `CODE=TIME`, where CODE may be `CODE:SEAT`. zone: asked where a time says none.

    Raises: BadInput.
    """
    choices: list[MailChoice] = []
    faults: list[Fault] = []
    for option, given in (("--suppress", suppress), ("--hold", hold)):
        for text in given or ():
            try:
                choices.append(_choice(option, text, zone))
            except BadInput as error:
                faults += error.faults
    if faults:
        raise BadInput(faults, what="the command")
    return tuple(choices)


def _choice(option: str, text: str, zone: Callable[[], str]) -> MailChoice:
    named, sign, said = text.partition("=")
    code, _, seat = named.partition(":")
    if not sign or not code:
        wanted = "MAIL=WHY" if option == "--suppress" else "MAIL=TIME"
        raise BadInput([Fault(place=option, code="value", sentence=f"{text!r} is incomplete; write {wanted}")])
    if option == "--suppress":
        return MailChoice(code=code, seat=seat, what=SUPPRESS, reason=said.strip())
    return MailChoice(code=code, seat=seat, what=HOLD, until=read_instant(said, option, zone))
