"""What a shipped guard function is: a name, its parameters with their kinds, and a factory of checks.

Adding one is a function in a `guards_*.py` file, its line in `guard_functions.FUNCTIONS` and its sentences in
`engine.sentences_guards`. A changed meaning gets a new name: versions are immutable, and they name their functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.declared import Answer, FactType
from engine.guards import GuardView

Params = Mapping[str, Any]
Check = Callable[[GuardView], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """One parameter. kind: what it may be, see `workflows.guard_params`; default: where it is left out.

    types: of a fact or field, which types will do; empty: any.
    """

    name: str
    kind: str
    required: bool = True
    default: Any = None
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardFunction:
    """A shipped function. make: takes parameters that are known to be right; figures: counts beyond the case it asks for.

    about: what it asks, for the reference.
    """

    name: str
    about: str
    make: Callable[[Params], Check]
    params: tuple[Param, ...] = ()
    figures: tuple[str, ...] = ()

    def filled(self, given: Params) -> dict[str, Any]:
        """Return the parameters with their defaults, as JSON values without fractions (history hashes them)."""
        return {p.name: _plain(p, given[p.name]) if p.name in given else p.default for p in self.params}


def _plain(param: Param, value: Any) -> Any:
    """Return a parameter as it is kept; a single name where several are meant becomes a list of one."""
    if isinstance(value, str) and param.kind.endswith("s"):
        return [value]
    return _kept(value)


def _kept(value: Any) -> Any:
    if isinstance(value, float):
        return str(Decimal(str(value)))
    if isinstance(value, list):
        return [_kept(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _kept(item) for key, item in value.items()}
    return value


def same(value: Any, wanted: Any) -> bool:
    """Tell whether a stored value is the declared one; numbers are stored as decimal text, dates as ISO text."""
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    if isinstance(wanted, int):
        return as_number(value) == wanted
    return as_text(value) == as_text(wanted)


def as_text(value: Any) -> str:
    """Return a value as history and reasons carry it: dates in ISO form, nothing as an empty text."""
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def as_number(value: Any) -> Decimal | None:
    """Return a stored number, None where there is none."""
    try:
        return None if value is None or isinstance(value, bool) else Decimal(str(value))
    except InvalidOperation:
        return None


def as_day(value: Any) -> date | None:
    """Return a stored date, None where there is none."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


def is_set(value: Any) -> bool:
    """Tell whether a value stands there; a no and a zero do, an empty text does not."""
    return value is not None and value != ""


def titles(types: Mapping[str, FactType], keys: Iterable[str]) -> list[dict[str, str]]:
    """Return the labels of facts or fields, as the language maps that sentences choose from."""
    return [title(types, key) for key in keys]


def title(types: Mapping[str, FactType], key: str) -> dict[str, str]:
    """Return the label of a fact or field; its key where it is not declared."""
    return dict(types[key].title) if key in types else {"en": key}


def value_title(fact: FactType | None, value: Any) -> dict[str, str] | str:
    """Return a value as people read it: the label of a choice, else its text."""
    if fact is not None and str(value) in fact.choices:
        return dict(fact.choices[str(value)])
    return as_text(value)
