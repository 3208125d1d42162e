"""Groups of the city's directory to roles of programmes, as one line of settings each: `GROUP -> PROGRAMME:ROLE`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

ARROW = "->"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRule:
    """Whoever is in a group holds a role in a programme."""

    group: str
    programme: str
    role: str


def read_rule(text: str) -> GroupRule:
    """Read a line of settings. Raises: ValueError saying how it is written.

    >>> read_rule("CN=Climate,OU=City -> aalborg:coordinator")
    GroupRule(group='CN=Climate,OU=City', programme='aalborg', role='coordinator')
    """
    group, arrow, given = text.rpartition(ARROW)
    programme, colon, role = given.strip().partition(":")
    if not (arrow and colon and group.strip() and programme.strip() and role.strip()):
        raise ValueError(f"should be written as 'GROUP {ARROW} PROGRAMME:ROLE', not {text!r}")
    return GroupRule(group=group.strip(), programme=programme.strip(), role=role.strip())


def managed_roles(rules: Iterable[GroupRule]) -> Mapping[str, frozenset[str]]:
    """Return, for each programme, the roles that groups give and take; all others are given by people."""
    found: dict[str, frozenset[str]] = {}
    for rule in rules:
        found[rule.programme] = found.get(rule.programme, frozenset()) | {rule.role}
    return found


def roles_of(rules: Iterable[GroupRule], programme: str, groups: Collection[str]) -> tuple[str, ...]:
    """Return the roles that somebody in these groups gets in a programme, in the order of the rules."""
    return tuple(dict.fromkeys(r.role for r in rules if r.programme == programme and r.group in groups))
