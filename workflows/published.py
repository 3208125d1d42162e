"""Loads published versions: checked once, when they were published, and never again.

A later Handslag may check more; that must not stop a case whose version was published before. So nothing here asks the checks
of `workflows.checks`. Reading YAML takes most of the time (a seventh of a second for a real method); a *snapshot*, the plain
values of the main file as JSON, loads thirty times faster. It may be kept beside the files and thrown away at any time; mails
and the hash always come from the files themselves.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from engine.declared import Version
from engine.errors import EnvironmentFault
from workflows.flatten import flatten
from workflows.folder import MAIN, digest
from workflows.mails import as_mails, read_mails
from workflows.model_method import WorkflowShape
from workflows.yaml_text import parse


def read_published(files: Mapping[str, str]) -> Version:
    """Return the version of files that were published.

    Raises: EnvironmentFault where this release cannot read them at all (another, damaged or newer text).
    """
    return read_snapshot(files, snapshot(files))


def snapshot(files: Mapping[str, str]) -> str:
    """Return the plain values of published files as JSON, for `read_snapshot`.

    Raises: EnvironmentFault where they are no YAML.
    """
    parsed = parse(files.get(MAIN, ""), MAIN)
    if parsed.broken:
        raise EnvironmentFault(f"a published workflow cannot be read: {parsed.faults[0]}; restore the database")
    return json.dumps(parsed.value, ensure_ascii=False, separators=(",", ":"))


def read_snapshot(files: Mapping[str, str], text: str) -> Version:
    """Return the version of files and the snapshot that was made from them; equal to `read_published` of the files.

    Raises: EnvironmentFault where this release cannot read it.
    """
    try:
        plain = json.loads(text)
    except ValueError as error:
        raise EnvironmentFault(f"the snapshot of a published workflow is no JSON: {error}") from error
    return _version(plain, files, digest(files))


class YamlSnapshots:
    """What the store needs to keep snapshots. format: counted on whenever a snapshot of the same files comes out otherwise."""

    format = 1

    def make(self, files: Mapping[str, str]) -> str:
        """Return the snapshot of files. Raises: EnvironmentFault."""
        return snapshot(files)

    def read(self, files: Mapping[str, str], text: str) -> Version:
        """Return the version of files and their snapshot. Raises: EnvironmentFault."""
        return read_snapshot(files, text)


def _version(plain: Any, files: Mapping[str, str], hashed: str) -> Version:
    try:
        flow = WorkflowShape.model_validate(plain, by_alias=True)
    except ValidationError as error:
        count = error.error_count()
        raise EnvironmentFault(
            f"a published workflow has {count} fault(s) that this release cannot read past: {error}"
        ) from error
    return flatten(flow, as_mails(read_mails(files, "mails")), hashed)
