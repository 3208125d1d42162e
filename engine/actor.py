"""Who acted: a person in a role (possibly for another), a company's contact, or the system naming the rule."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """kind: person, contact, system. key: person key, contact id as text, or the rule's name for the system.

    roles: those held in the programme (and, for a case, in its seats); for_whom: who was acted for; surface: cli, web,
    api, worker, import; account: operating-system account on the command line.
    """

    kind: str
    key: str
    name: str
    roles: tuple[str, ...] = ()
    for_whom: str = ""
    surface: str = "cli"
    account: str = ""
    language: str = "en"

    @property
    def said(self) -> str:
        """How history names the actor: `Bo (coordinator) for Anne`."""
        role = f" ({', '.join(self.roles)})" if self.roles and self.kind == "person" else ""
        return f"{self.name}{role}" + (f" for {self.for_whom}" if self.for_whom else "")


def system(rule: str) -> Actor:
    """Return the system as actor, naming the rule that made it act."""
    return Actor(kind="system", key=rule, name=f"system: {rule}", roles=("system",), surface="worker")
