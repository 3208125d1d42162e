"""Snapshots of published versions: what reading their files came to, kept beside the files to be read faster.

The files are the truth. A snapshot counts only where its hash says that it is what was written for this version and this
way of reading, and where the files are still those that were published; else the files are read. It is kept once and never
changed (triggers see to it, as for the files), and another way of reading has another format, so another row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select

from engine.declared import Version, VersionRef
from engine.errors import EnvironmentFault
from storage.case_rows import VERSIONS, version_id
from storage.columns import table_of
from storage.library_rows import LoadVersion, insert_once
from storage.programme_tables import VersionSnapshotRow
from storage.statements import Line

SNAPSHOTS = table_of(VersionSnapshotRow)


class Snapshots(Protocol):
    """Makes and reads snapshots. format: counted on whenever the same files come out otherwise."""

    @property
    def format(self) -> int:
        """The way of reading."""

    def make(self, files: Mapping[str, str]) -> str:
        """Return the snapshot of files. Raises: EnvironmentFault where they cannot be read."""

    def read(self, files: Mapping[str, str], text: str) -> Version:
        """Return the version of files and their snapshot; its hash is that of the files. Raises: EnvironmentFault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A version as it was read. made: the snapshot made on the way, empty where one was there (or nobody makes any)."""

    version: Version
    made: str = ""


def load(line: Line, ref: VersionRef, read: LoadVersion, snapshots: Snapshots | None) -> Loaded:
    """Read a version, from its snapshot where that can be trusted. Raises: NotFound, EnvironmentFault."""
    made = version_id(line, ref)
    files, digest = line.core.execute(select(VERSIONS.c["files"], VERSIONS.c["hash"]).where(VERSIONS.c["id"] == made)).one()
    if snapshots is None:
        return Loaded(version=read(files))
    kept = _kept(line, made, digest, snapshots.format)
    if kept and (found := _read(snapshots, files, kept)) is not None and found.hash == digest:
        return Loaded(version=found)
    text = snapshots.make(files)
    version = snapshots.read(files, text)
    return Loaded(version=version, made=text if version.hash == digest else "")


def keep(line: Line, ref: VersionRef, snapshots: Snapshots, text: str) -> None:
    """Keep a snapshot that was made from the files of a version; what is there already stays. Raises: NotFound."""
    made, form = version_id(line, ref), snapshots.format
    row = {"version_id": made, "format": form, "hash": _hash(form, ref.hash, text), "content": text}
    insert_once(line, SNAPSHOTS, row)


def differing(line: Line, snapshots: Snapshots) -> Iterator[tuple[str, int, str]]:
    """Read every version's files anew; yield key, number and what is wrong where they or the snapshot are not as published."""
    plain = [VERSIONS.c[name] for name in ("id", "key", "number", "hash")]
    for made, key, number, digest in line.core.execute(select(*plain).order_by(VERSIONS.c["id"])).all():
        if wrong := _what_differs(line, snapshots, made, digest):
            yield key, number, wrong


def _what_differs(line: Line, snapshots: Snapshots, version: int, digest: str) -> str:
    files = line.core.execute(select(VERSIONS.c["files"]).where(VERSIONS.c["id"] == version)).scalar_one()
    try:
        text = snapshots.make(files)
        if snapshots.read(files, text).hash != digest:
            return "its files are not those that were published"
    except EnvironmentFault as error:
        return str(error)
    mine = (SNAPSHOTS.c["version_id"] == version) & (SNAPSHOTS.c["format"] == snapshots.format)
    kept = line.core.execute(select(SNAPSHOTS.c["content"]).where(mine)).scalar()
    return "" if kept in (None, text) else "its snapshot is not what its files say"


def _kept(line: Line, version: int, digest: str, form: int) -> str:
    """Return the snapshot, empty where there is none or what is there was not written for this version."""
    mine = (SNAPSHOTS.c["version_id"] == version) & (SNAPSHOTS.c["format"] == form)
    found = line.core.execute(select(SNAPSHOTS.c["hash"], SNAPSHOTS.c["content"]).where(mine)).first()
    return found[1] if found is not None and found[0] == _hash(form, digest, found[1]) else ""


def _read(snapshots: Snapshots, files: Mapping[str, str], text: str) -> Version | None:
    try:
        return snapshots.read(files, text)
    except EnvironmentFault:  # the files will tell
        return None


def _hash(form: int, digest: str, text: str) -> str:
    return hashlib.sha256(f"{form}\n{digest}\n{text}".encode()).hexdigest()
