"""Loads published versions: checked once, when they were published, and never again.

A later Handslag may check more; that must not stop a case whose version was published before. So nothing here asks the checks
of `workflows.checks`. Reading YAML takes most of the time (a quarter of a second for a real method); a *snapshot*, the plain
values as JSON, loads a hundred times faster. It may be kept beside the files and thrown away at any time.
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
    parsed = parse(files.get(MAIN, ""), MAIN)
    if parsed.broken:
        raise EnvironmentFault(f"a published workflow cannot be read: {parsed.faults[0]}; restore the database")
    return _version(parsed.value, files, digest(files))


def snapshot(files: Mapping[str, str]) -> str:
    """Return the plain values of published files as JSON, for `read_snapshot`."""
    mails = {name: text for name, text in files.items() if name != MAIN}
    kept = {"digest": digest(files), "workflow": parse(files[MAIN], MAIN).value, "mails": mails}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def read_snapshot(text: str) -> Version:
    """Return the version of a snapshot; equal to `read_published` of the files it was made from.

    Raises: EnvironmentFault where this release cannot read it.
    """
    kept = json.loads(text)
    return _version(kept["workflow"], kept["mails"], str(kept["digest"]))


def _version(plain: Any, files: Mapping[str, str], hashed: str) -> Version:
    try:
        flow = WorkflowShape.model_validate(plain, by_alias=True)
    except ValidationError as error:
        count = error.error_count()
        raise EnvironmentFault(
            f"a published workflow has {count} fault(s) that this release cannot read past: {error}"
        ) from error
    return flatten(flow, as_mails(read_mails(files, "mails")), hashed)
