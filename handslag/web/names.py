"""What phases are called in lists over several versions, each version read once."""

from __future__ import annotations

from engine.declared import VersionRef
from engine.ports import Tx
from handslag.web.case_view import Naming
from handslag.web.labels import Labels


class Names:
    """The namings of versions in one language, kept for one page."""

    def __init__(self, tx: Tx, labels: Labels) -> None:
        self._tx, self._labels = tx, labels
        self._known: dict[tuple[str, int], Naming] = {}

    def of(self, key: str, number: int) -> Naming:
        """Return what the things of a published version are called. Raises: NotFound."""
        if (key, number) not in self._known:
            version = self._tx.version(VersionRef(key=key, number=number))
            self._known[key, number] = Naming(version=version, labels=self._labels)
        return self._known[key, number]
