"""What a mistyped name was probably meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_LIST_UP_TO = 12


def instead(name: str, known: Iterable[str]) -> str:
    """Return the end of a sentence about an unknown name: the nearest known one, or the list of them.

    >>> instead("cordinator", ["coordinator", "manager"])
    "did you mean 'coordinator'?"
    >>> instead("zzz", ["coordinator", "manager"])
    'known: coordinator, manager'
    """
    names = sorted(set(known))
    if close := difflib.get_close_matches(name, names, n=1, cutoff=0.6):
        return f"did you mean {close[0]!r}?"
    if not names:
        return "none is declared"
    more = f" and {len(names) - _LIST_UP_TO} more" if len(names) > _LIST_UP_TO else ""
    return f"known: {', '.join(names[:_LIST_UP_TO])}{more}"
