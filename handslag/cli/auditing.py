"""Verifying chains and signing their heads. The key is a private file of the installation, not in its database."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from engine.chain import Break
from engine.errors import EnvironmentFault
from engine.heads import check_heads, contradiction, heads_text
from engine.ports import Tx
from handslag.cli.case_view import view_of
from handslag.cli.desk import Desk
from handslag.cli.installing import KEY_FILE
from handslag.verifying import chain_breaks
from storage import audit_reads, reads
from storage.transaction import SqlTx


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedHeads:
    """The last entry of every case on a day, and the signature over `text`."""

    day: date
    heads: Sequence[reads.HeadLine]
    signature: str

    @property
    def text(self) -> str:
        """What is signed."""
        return heads_text(self.day, self.heads)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was verified, and what is wrong. lists: how many days' signed heads were compared."""

    cases: int
    lists: int
    breaks: Sequence[Break]


def verify_one(desk: Desk, number: str) -> Verified:
    """Verify one case that the acting person may see, against every stored list; of these only the last one's signature.

    Raises: NotFound.
    """
    case = desk.read(lambda tx: view_of(desk, tx, number).case.id)
    breaks = desk.read(lambda tx: chain_breaks(tx, case))
    lines = desk.read(lambda tx: audit_reads.heads_of(tx, case))
    signed = [broken for day, head in lines if (broken := contradiction(day, head))]
    lists = _heads(desk, [lines[-1][0]] if lines else ())
    mine = [broken for broken in lists if broken.case in (number, "")]
    return Verified(cases=1, lists=len(lines), breaks=_first_of_each([*breaks, *signed, *mine]))


def verify_all(desk: Desk) -> Verified:
    """Verify every case of the installation, every published version and every stored list.

    Each case and list in a transaction of its own, so that nobody waits.
    """
    lines = desk.read(audit_reads.chains)
    breaks: list[Break] = []
    for line in lines:
        breaks += desk.read(lambda tx, case=line.id: chain_breaks(tx, case))  # type: ignore[misc]
    breaks += [
        Break(case=f"(id {case})", entry=entry, code="stray", detail="entries of a case that is not there")
        for case, entry in desk.read(audit_reads.strays)
    ]
    breaks += desk.read(_versions)
    days = desk.read(audit_reads.signed_days)
    return Verified(cases=len(lines), lists=len(days), breaks=_first_of_each([*breaks, *_heads(desk, days)]))


def _versions(tx: Tx) -> list[Break]:
    """Read the files of every version anew: history names a version by their hash, and screens trust what was kept of them."""
    assert isinstance(tx, SqlTx)
    return [
        Break(case=f"{key} v{number}", entry=0, code="version", detail=wrong) for key, number, wrong in tx.differing_versions()
    ]


def _heads(desk: Desk, days: Sequence[date]) -> list[Break]:
    """Hold every stored list against its signature and against what stands now."""
    found: list[Break] = []
    for day in days:

        def ask(tx: Tx, day: date = day) -> list[Break]:
            opened = audit_reads.opened_before(tx, day)
            return check_heads(day, audit_reads.stored_heads(tx, day), opened, lambda text: _signature(desk, text))

        found += desk.read(ask)
    return found


def _first_of_each(breaks: Sequence[Break]) -> list[Break]:
    """Keep of each case and kind the break that lies first: a later list tells the same again."""
    kept: dict[tuple[str, str], Break] = {}
    for broken in breaks:
        known = kept.setdefault((broken.case, broken.code), broken)
        if broken.entry < known.entry:
            kept[broken.case, broken.code] = broken
    return list(kept.values())


def signed_heads(desk: Desk) -> SignedHeads:
    """Return the heads of all cases as they stand, signed. Raises: EnvironmentFault where the key is missing."""
    heads = desk.read(reads.heads)
    day = desk.now().date()
    return SignedHeads(day=day, heads=heads, signature=_signature(desk, heads_text(day, heads)))


def store_heads(desk: Desk) -> SignedHeads:
    """Sign the heads as they stand and keep them as the list of today. Raises: Refused where the day has one."""
    day = desk.now().date()

    def store(tx: Tx) -> SignedHeads:
        assert isinstance(tx, SqlTx)
        heads = reads.heads(tx)
        signed = SignedHeads(day=day, heads=heads, signature=_signature(desk, heads_text(day, heads)))
        tx.save_heads(day, signed.signature)
        return signed

    return desk.run(store)


def _signature(desk: Desk, text: str) -> str:
    path = desk.folder / KEY_FILE
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise EnvironmentFault(f"the key of signed heads cannot be read from {path}: {error}; run: handslag init") from error
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
