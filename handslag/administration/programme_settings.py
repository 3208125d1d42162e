"""What a programme says of itself: names, sender, languages, sending hours, targets; checked whole, noted in its log.

Changed hours move nothing that is planned already: a mail whose time was reckoned leaves then, later ones use the new hours.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from engine.errors import BadInput, Fault
from engine.policy import require
from engine.ports import Tx
from engine.programme import Programme, Target
from handslag.administration.office import ADMINISTER, Office
from notifications.dates import LANGUAGES

PLAIN = ("name", "sender", "sender_name", "reply_to")
FIELDS = (*PLAIN, "languages", "opens", "closes", "targets")


def now_set(programme: Programme) -> dict[str, Any]:
    """Return the settings as they stand."""
    calendar = programme.calendar
    plain = {name: getattr(programme, name) for name in (*PLAIN, "languages", "targets")}
    return {**plain, "opens": calendar.opens, "closes": calendar.closes}


def change(tx: Tx, office: Office, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Change what is given; return what changed. Raises: NotPermitted, BadInput with every fault."""
    require(office.actor, ADMINISTER)
    old = now_set(office.programme)
    changed = {name: value for name, value in given.items() if old[name] != value}
    if faults := faults_of({**old, **given}):
        raise BadInput(faults, what=f"the programme {office.programme.key}")
    if changed:
        tx.save_settings(office.programme.key, changed)
        told = {name: (_told(old[name]), _told(value)) for name, value in changed.items()}
        office.note(tx, "settings_changed", office.programme.key, told)
    return changed


def faults_of(values: Mapping[str, Any]) -> list[Fault]:
    """Return everything that is wrong with settings."""
    faults = [Fault(place=name, code="missing", sentence="this is needed here") for name in PLAIN if not values[name]]
    for name in ("sender", "reply_to"):
        if values[name] and not is_address(values[name]):
            faults.append(Fault(place=name, code="value", sentence=f"{values[name]!r} is no mail address"))
    if not values["languages"] or set(values["languages"]) - set(LANGUAGES):
        said = f"choose at least one of {', '.join(LANGUAGES)}"
        faults.append(Fault(place="languages", code="unknown", sentence=said))
    if not isinstance(values["opens"], time) or not isinstance(values["closes"], time):
        faults.append(Fault(place="opens", code="value", sentence="write hours such as 08:00"))
    elif values["opens"] >= values["closes"]:
        faults.append(Fault(place="closes", code="order", sentence="sending hours close after they open"))
    faults += [_target_fault(no, target) for no, target in enumerate(values["targets"]) if not _is_sound(target)]
    return faults


def is_address(text: str) -> bool:
    """Tell whether a text looks like a mail address."""
    name, sign, domain = text.rpartition("@")
    return bool(sign and name and "." in domain and not domain.startswith(".")) and text.isprintable() and " " not in text


def _is_sound(target: Target) -> bool:
    return bool(target.title.strip()) and target.count > 0 and target.first <= target.last


def _target_fault(no: int, target: Target) -> Fault:
    said = f"target {target.title!r} needs a title, a number above 0, and a last day not before its first"
    return Fault(place=f"targets.{no}", code="value", sentence=said)


def _told(value: Any) -> Any:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, tuple):
        return [f"{v.title}: {v.count}, {v.first} to {v.last}" if isinstance(v, Target) else v for v in value]
    return value
