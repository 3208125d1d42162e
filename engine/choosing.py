"""What a person decides about the mails of an act before confirming it: is it complete, and is there such a mail?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.draft import Call, Decision
from engine.errors import BadInput, Fault
from engine.policy import require

HOLD, SUPPRESS = "hold", "suppress"


def check_choices(call: Call) -> None:
    """Refuse choices that are not complete. Raises: NotPermitted, BadInput listing every fault as `mails.<n>.<field>`."""
    if not call.mails:
        return
    require(call.actor, "promise")
    faults = list(_faults(call))
    if faults:
        raise BadInput(faults, what="what is decided about the mails")


def _faults(call: Call) -> Iterator[Fault]:
    for n, choice in enumerate(call.mails):
        if choice.what not in (HOLD, SUPPRESS):
            sentence = f"{choice.what!r} is neither {HOLD!r} nor {SUPPRESS!r}"
            yield Fault(place=f"mails.{n}.what", code="unknown", sentence=sentence)
        elif choice.what == SUPPRESS and not choice.reason.strip():
            yield Fault(place=f"mails.{n}.reason", code="missing", sentence=f"suppressing {choice.code} needs a reason")
        elif choice.what == HOLD and choice.until is None:
            yield Fault(place=f"mails.{n}.until", code="missing", sentence=f"holding {choice.code} needs a day or time")
        elif choice.what == HOLD and choice.until is not None and choice.until <= call.now:
            sentence = f"{choice.until:%Y-%m-%d %H:%M} UTC has passed; {choice.code} can be held until a later time only"
            yield Fault(place=f"mails.{n}.until", code="past", sentence=sentence)


def check_found(call: Call, decisions: Iterable[Decision]) -> None:
    """Refuse choices about mails that the act does not send. Raises: BadInput naming those that it does."""
    if not call.mails:
        return
    sent = {
        (promise.code, promise.seat)
        for decision in decisions
        for change in decision.entry.changes
        if change.kind == "promise" and change.old is None
        for promise in (decision.after.promises[change.no],)
        if promise.kind == "mail" and promise.message
    }
    known = ", ".join(f"{code} to {seat}" for code, seat in sorted(sent)) or "none"
    faults = [
        Fault(place=f"mails.{n}.code", code="unknown", sentence=f"no mail {c.code} {c.seat} leaves; leaving: {known}")
        for n, c in enumerate(call.mails)
        if not any(c.code == code and c.seat in ("", seat) for code, seat in sent)
    ]
    if faults:
        raise BadInput(faults, what="what is decided about the mails")
