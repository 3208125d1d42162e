"""Signed heads: the text of a day's list, and what in it no longer fits the histories.

A chain that was cut, rewritten or removed together with its case contradicts nothing in the database itself. It does contradict
a list that was signed before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from engine.chain import Break


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedHead:
    """One line of a stored list, beside what stands there now.

    number: of the case, as the list has it; entry, hash: its last entry then; case_now: the number that the case has now, None
    where it is gone; hash_now: of that entry now, None where it is gone.
    """

    number: str
    entry: int
    hash: str
    signature: str
    case_now: str | None
    hash_now: str | None


def heads_text(day: date, lines: Iterable[tuple[str, int, str]]) -> str:
    """Return the text that is signed: a line for the day, a line for each case (number, last entry, its hash)."""
    return "".join([f"handslag heads {day}\n", *(f"{case} {entry} {digest}\n" for case, entry, digest in lines)])


def check_heads(day: date, heads: Sequence[SignedHead], opened: Sequence[str], sign: Callable[[str], str]) -> list[Break]:
    """Return what contradicts a day's list: cases that are gone, cut or rewritten since, and changes of the list itself.

    opened: cases that were open before that day, so that it should name them; sign: makes the signature of a text.
    """
    signature = sign(heads_text(day, ((head.number, head.entry, head.hash) for head in heads)))
    holds = all(head.signature == signature for head in heads)
    found = [broken for head in heads if (broken := contradiction(day, head, holds=holds))]
    if holds:
        return found
    usual = Counter(head.signature for head in heads).most_common(1)[0][0]
    odd = [(head.number, head.entry) for head in heads if head.signature != (usual if len(heads) > 1 else signature)]
    found += [_of_list(day, case, entry, "its signature was changed") for case, entry in odd]
    named = {head.number for head in heads}
    found += [_of_list(day, case, 0, "it was taken out of the list") for case in opened if case not in named]
    return found or [_of_list(day, "", 0, "the list is not the one that was signed")]


def contradiction(day: date, head: SignedHead, *, holds: bool = True) -> Break | None:
    """Return what contradicts one line of a list, None where nothing does. holds: whether the list's signature does."""
    or_list = "" if holds else ", or the list was changed: its signature does not hold"
    if head.case_now is None:
        return Break(case=head.number, entry=1, code="gone", detail=f"the case is gone, signed on {day}{or_list}")
    if head.case_now != head.number:
        return _of_list(day, head.case_now, head.entry, f"the list calls it {head.number}")
    if head.hash_now is None:
        return Break(case=head.number, entry=head.entry, code="cut", detail=f"the entry is gone, signed on {day}{or_list}")
    if head.hash_now != head.hash:
        said = f"the entry is another than the one signed on {day}{or_list}"
        return Break(case=head.number, entry=head.entry, code="rewritten", detail=said)
    return None


def _of_list(day: date, case: str, entry: int, what: str) -> Break:
    return Break(case=case, entry=entry, code="list", detail=f"signed heads of {day}: {what}")
