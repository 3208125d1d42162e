"""What a demonstration came to: plain tables for the command to print, and one digest over every history."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.case import Case, Deadline
from engine.declared import Version, VersionRef
from engine.ports import Tx
from storage import reads

SIDES = ("company", "municipality", "network")
# For promises without a reason of their own: those still to come, and moves that were made.
BY_KIND = defaultdict(str, {("move", "sent"): "move_made", ("move", "planned"): "move_to_come", ("mail", "planned"): "to_come",
                            ("escalation", "planned"): "to_come", ("mail", "queued"): "in_outbox"})  # fmt: skip
FATES = ("met in time", "met late", "missed, still open", "open", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A title, the heads of the columns, and the rows."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything worth telling. digest: over the last entry of every case; the same for every run of the same demonstration."""

    tables: tuple[Table, ...]
    cases: int
    entries: int
    promises: int
    digest: str


def report(tx: Tx) -> Report:
    """Count what the demonstration came to."""
    heads = reads.heads(tx)
    cases = [tx.case(line.case, whole=True) for line in heads]
    versions = {case.version: tx.version(case.version) for case in cases}
    return Report(
        tables=(_phases(cases, versions.values()), _promises(cases), _mails(cases), _deadlines(cases, versions)),
        cases=len(cases),
        entries=sum(line.entry for line in heads),
        promises=sum(len(case.promises) for case in cases),
        digest=digest_of(heads),
    )


def digest_of(heads: Iterable[reads.HeadLine]) -> str:
    """Return the SHA-256 hex over number, last entry and head of every case."""
    lines = sorted(f"{line.case} {line.entry} {line.hash}" for line in heads)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _phases(cases: Sequence[Case], versions: Iterable[Version]) -> Table:
    found = Counter((case.programme, case.phase) for case in cases)
    programmes = {case.version.key: case.programme for case in cases}
    rows = [
        (programmes[version.key], key, phase.title.get("en", key), found[programmes[version.key], key])
        for version in versions
        for key, phase in version.phases.items()
    ]
    return Table(title="Cases by phase", heads=("programme", "phase", "", "cases"), rows=tuple(rows))


def _promises(cases: Iterable[Case]) -> Table:
    promises = [promise for case in cases for promise in case.promises.values()]
    found = Counter((promise.state, promise.why or BY_KIND[promise.kind, promise.state]) for promise in promises)
    rows = [(state, why, count) for (state, why), count in sorted(found.items())]
    return Table(title="Promises by outcome", heads=("outcome", "why", "promises"), rows=tuple(rows))


def _mails(cases: Iterable[Case]) -> Table:
    """Count sent and failed mails by code. One message may carry several promises of one code; it counts once."""
    left: dict[tuple[str, str], set[str]] = {}
    for case in cases:
        for promise in case.promises.values():
            if promise.kind == "mail" and promise.state in {"sent", "failed"}:
                left.setdefault((promise.code, promise.state), set()).add(promise.message)
    codes = sorted({code for code, _ in left})
    rows = [(code, len(left.get((code, "sent"), ())), len(left.get((code, "failed"), ()))) for code in codes]
    return Table(title="Mails by kind", heads=("mail", "sent", "failed"), rows=tuple(rows))


def _deadlines(cases: Iterable[Case], versions: Mapping[VersionRef, Version]) -> Table:
    found: Counter[tuple[str, str]] = Counter()
    for case in cases:
        for deadline in case.deadlines.values():
            found[side_of(case, versions[case.version], deadline), fate(deadline)] += 1
    rows = [(side, *(found[side, each] for each in FATES)) for side in SIDES if any(found[side, each] for each in FATES)]
    return Table(title="Deadlines by side", heads=("owed by", *FATES), rows=tuple(rows))


def fate(deadline: Deadline) -> str:
    """Say what became of a deadline, in one of the words of `FATES`."""
    if deadline.is_open:
        return "missed, still open" if deadline.missed_at else "open"
    if deadline.state == "cancelled":
        return "cancelled"
    return "met late" if deadline.missed_at else "met in time"


def side_of(case: Case, version: Version, deadline: Deadline) -> str:
    """Return the side that owes a deadline."""
    kind, _, ref = deadline.seat.partition("#")
    if kind == "record":
        return version.records[case.records[int(ref)].list].side or "municipality"
    return "municipality" if deadline.seat.startswith("person:") else version.side_of(kind)
