"""Verifying chains and signing their heads. The key is a private file of the installation, not in its database."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from engine.chain import Break, verify
from engine.errors import EnvironmentFault
from engine.ports import Tx
from handslag.cli.case_view import view_of
from handslag.cli.desk import Desk
from handslag.cli.installing import KEY_FILE
from storage import reads
from storage.transaction import SqlTx


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedHeads:
    """The last entry of every case on a day, and the signature over `heads_text`."""

    day: date
    heads: Sequence[reads.HeadLine]
    signature: str


def verify_one(desk: Desk, number: str) -> tuple[int, list[Break]]:
    """Verify one case that the acting person may see. Raises: NotFound."""

    def ask(tx: Tx) -> list[Break]:
        case = view_of(desk, tx, number).case
        return _breaks(tx, number, case.head, case.revision)

    return 1, desk.read(ask)


def verify_all(desk: Desk) -> tuple[int, list[Break]]:
    """Verify every case of the installation; each in a transaction of its own, so that nobody waits."""
    heads = desk.read(reads.heads)
    breaks: list[Break] = []
    for line in heads:
        breaks += desk.read(lambda tx, number=line.case: _breaks_now(tx, number))  # type: ignore[misc]
    return len(heads), breaks


def _breaks_now(tx: Tx, number: str) -> list[Break]:
    case = tx.case(number)
    return _breaks(tx, number, case.head, case.revision)


def _breaks(tx: Tx, number: str, head: str, revision: int) -> list[Break]:
    broken = verify(number, reads.sealed(tx, number), head=head, revision=revision)
    return [] if broken is None else [broken]


def signed_heads(desk: Desk) -> SignedHeads:
    """Return the heads of all cases as they stand, signed. Raises: EnvironmentFault where the key is missing."""
    heads = desk.read(reads.heads)
    day = desk.now().date()
    return SignedHeads(day=day, heads=heads, signature=_signature(desk, heads_text(day, heads)))


def store_heads(desk: Desk, signed: SignedHeads) -> None:
    """Keep the list as that of its day. Raises: Refused where the day has one."""

    def store(tx: Tx) -> None:
        assert isinstance(tx, SqlTx)
        tx.save_heads(signed.day, signed.signature)

    desk.run(store)


def heads_text(day: date, heads: Sequence[reads.HeadLine]) -> str:
    """Return the text that is signed: a line for the day, a line for each case."""
    return "".join([f"handslag heads {day}\n", *(f"{line.case} {line.entry} {line.hash}\n" for line in heads)])


def _signature(desk: Desk, text: str) -> str:
    path = desk.folder / KEY_FILE
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise EnvironmentFault(f"the key of signed heads cannot be read from {path}: {error}; run: handslag init") from error
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
