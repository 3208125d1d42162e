"""What a process may remember: versions, which never change, and programmes, each under the stamp it was read with."""

from __future__ import annotations

from engine.declared import Version, VersionRef
from engine.programme import Programme
from storage.library_rows import LoadVersion
from storage.snapshot_rows import Snapshots


class Cache:
    """Shared by all threads; a lost race costs reading the same thing twice, nothing else.

    unkept: snapshots made while only reading, which the next transaction that writes keeps.
    """

    def __init__(self, load_version: LoadVersion, snapshots: Snapshots | None = None) -> None:
        self.load_version = load_version
        self.snapshots = snapshots
        self.unkept: dict[VersionRef, str] = {}
        self._versions: dict[str, Version] = {}
        self._programmes: dict[int, tuple[int, Programme]] = {}

    def version(self, ref: VersionRef) -> Version | None:
        """Return the version with exactly this key, number and hash, None where it was not read yet."""
        found = self._versions.get(ref.hash)
        return found if found is not None and (found.key, found.number) == (ref.key, ref.number) else None

    def keep_version(self, version: Version) -> None:
        """Remember a version by its hash."""
        self._versions[version.hash] = version

    def programme(self, programme_id: int, stamp: int) -> Programme | None:
        """Return the programme as it stands at this stamp, None where another or none is remembered."""
        kept = self._programmes.get(programme_id)
        return kept[1] if kept is not None and kept[0] == stamp else None

    def keep_programme(self, programme_id: int, stamp: int, programme: Programme) -> None:
        """Remember a committed programme; it takes the place of an older one."""
        self._programmes[programme_id] = (stamp, programme)
