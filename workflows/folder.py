"""A workflow folder as files: which belong to it, how they are read, and the one hash over all of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from engine.errors import BadInput, Fault, NotFound
from workflows.mails import MAIL_NAME

MAIN = "workflow.yaml"


def read_folder(path: Path) -> dict[str, str]:
    """Return the files of a workflow folder by name, line ends as in Unix.

    Raises: NotFound where there is no such folder; BadInput naming each file that does not belong to a workflow.
    """
    if not path.is_dir():
        raise NotFound(f"there is no folder {path}", path=str(path))
    files: dict[str, str] = {}
    faults: list[Fault] = []
    for file in sorted(path.rglob("*")):
        name = file.relative_to(path).as_posix()
        if file.is_dir():
            continue
        if name != MAIN and not MAIL_NAME.match(name):
            faults.append(strange_file(name, str(path)))
            continue
        try:
            files[name] = file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            sentence = f"not UTF-8 text at byte {error.start}; save the file as UTF-8"
            faults.append(Fault(place=f"{path}/{name}", code="not_utf8", sentence=sentence))
    if faults:
        raise BadInput(faults, what=f"workflow {path}")
    return files


def digest(files: Mapping[str, str]) -> str:
    """Return the SHA-256 hex over every file's name and content, in the order of the names."""
    pairs = [[name, files[name]] for name in sorted(files)]
    return hashlib.sha256(json.dumps(pairs, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def strange_file(name: str, place: str) -> Fault:
    """Return the fault of a file that does not belong to a workflow."""
    sentence = f"{name!r} does not belong to a workflow; a folder holds {MAIN} and mails/<code>.<language>, nothing else"
    return Fault(place=f"{place}/{name}", code="strange_file", sentence=sentence)
