"""Is a case's history whole? One answer for the command line and the pages: the chain, and the signed lists beside it."""

from __future__ import annotations

from collections.abc import Sequence

from engine.chain import Break, verify
from engine.heads import contradiction
from engine.ports import Tx
from storage import audit_reads
from storage.audit_reads import ChainLine

CASES_AT_ONCE = 500
ENTRIES_AT_ONCE = 5_000


def chain_breaks(tx: Tx, case: int) -> list[Break]:
    """Return the first break of a case's chain; a row that cannot be read is one."""
    row = audit_reads.chain_of(tx, case)
    entries, unreadable = audit_reads.entries(tx, case)
    read = len(entries)
    head, revision = (entries[-1].hash if entries else "", read) if unreadable else (row.head, row.entries)
    broken = verify(row.case, entries, head=head, revision=revision) if read or not unreadable else None
    if broken is None and unreadable:
        broken = Break(case=row.case, entry=unreadable, code="unreadable", detail="its row cannot be read")
    return [] if broken is None else [broken]


def case_breaks(tx: Tx, case: int) -> list[Break]:
    """Return what is wrong with a case: its chain, and what the stored lists of signed heads say about it."""
    signed = [broken for day, head in audit_reads.heads_of(tx, case) if (broken := contradiction(day, head))]
    return [*chain_breaks(tx, case), *signed[:1]]


def within(lines: Sequence[ChainLine], most: int) -> tuple[Sequence[ChainLine], int]:
    """Return the first cases that hold `most` entries together, at least one case, and how many entries they hold."""
    entries = 0
    for no, line in enumerate(lines):
        if no and entries + line.entries > most:
            return lines[:no], entries
        entries += line.entries
    return lines, entries
