"""Reads a workflow folder into the engine's `Version`, or says all that is wrong with it. Nothing invalid gets through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.declared import Version
from engine.errors import BadInput, Fault
from workflows.checks import findings, notes
from workflows.finding import Finding
from workflows.flatten import flatten
from workflows.folder import MAIN, digest, read_folder, strange_file
from workflows.mail_checks import mail_file_faults, unused_mails
from workflows.mails import MAIL_NAME, as_mails, head_faults, read_mails
from workflows.model_method import WorkflowShape
from workflows.shape_faults import shaped
from workflows.yaml_text import Parsed, parse

__all__ = ["Examined", "digest", "examine", "read_files", "read_folder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What came of reading a folder: a version if there are no faults; notes are worth knowing, but no faults."""

    version: Version | None
    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...] = ()


def read_files(files: Mapping[str, str], place: str = "workflow") -> Version:
    """Return the version that the files of a folder declare; `place` is what people call the folder.

    Raises: BadInput with every fault, each `file:line:column: code: sentence`.
    """
    examined = examine(files, place)
    if examined.version is None:
        raise BadInput(examined.faults, what=f"workflow {place}")
    return examined.version


def examine(files: Mapping[str, str], place: str = "workflow") -> Examined:
    """Read the files of a folder: names, YAML, shape, mails, then the method itself; faults come sorted by place."""
    strange = [strange_file(name, place) for name in files if name != MAIN and not MAIL_NAME.match(name)]
    mails = read_mails(files, place)
    faults = [*strange, *(fault for mail in mails for fault in mail.faults), *head_faults(mails)]
    if MAIN not in files:
        sentence = f"{MAIN} is missing; a workflow is a folder with {MAIN} and mails/<code>.<language>"
        return Examined(version=None, faults=(*faults, Fault(place=place, code="no_workflow", sentence=sentence)))
    parsed = parse(files[MAIN], f"{place}/{MAIN}")
    faults += parsed.faults
    flow = None
    if not parsed.broken:
        flow, shape_faults = shaped(parsed, WorkflowShape)
        faults += shape_faults
    if flow is not None:
        faults += [_placed(parsed, finding) for finding in findings(flow, {mail.code for mail in mails})]
        faults += mail_file_faults(flow, mails)
    if flow is None or faults:
        return Examined(version=None, faults=tuple(sorted(set(faults), key=_by_place)))
    remarks = [*(_placed(parsed, finding) for finding in notes(flow)), *unused_mails(flow, mails)]
    version = flatten(flow, as_mails(mails), digest(files))
    return Examined(version=version, faults=(), notes=tuple(sorted(remarks, key=_by_place)))


def _placed(parsed: Parsed, finding: Finding) -> Fault:
    place = parsed.place(finding.path, at_key=finding.at_key)
    return Fault(place=place, code=finding.code, sentence=finding.sentence)


def _by_place(fault: Fault) -> tuple[str, int, int, str]:
    file, _, rest = fault.place.partition(":")
    line, _, column = rest.partition(":")
    return file, int(line or 0), int(column or 0), fault.code
