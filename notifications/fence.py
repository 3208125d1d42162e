"""The allow list: which addresses may be handed to a transport at all."""

from __future__ import annotations

from collections.abc import Iterable


class Fence:
    """An allow list of addresses (`anna@example.org`) and domains (`@example.net` or `example.net`).

    No entry at all means no fence. A domain does not stand for its subdomains.
    """

    def __init__(self, entries: Iterable[str] = ()) -> None:
        wanted = [entry.strip().casefold() for entry in entries]
        if "" in wanted:
            raise ValueError("an empty entry in the allow list")
        self.addresses = frozenset(entry for entry in wanted if entry.find("@") > 0)
        self.domains = frozenset(entry.removeprefix("@") for entry in wanted if entry.find("@") <= 0)

    def __call__(self, address: str) -> bool:
        """Tell whether mail to an address may leave."""
        if not (self.addresses or self.domains):
            return True
        folded = address.strip().casefold()
        return folded in self.addresses or folded.rpartition("@")[2] in self.domains
