"""A table on its way out: columns with their kinds, rows that are read while they are written, and what was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

Kind = Literal["text", "number", "date", "instant", "money"]
Cell = str | int | Decimal | date | datetime | None
Row = Sequence[Cell]
MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column. key: its name in JSON; title: its heading, in the reader's language; unit: behind the title (tCO2e, DKK).

    printed: whether paper has room for it; files have it always.
    """

    key: str
    title: str
    kind: Kind = "text"
    unit: str = ""
    printed: bool = True

    @property
    def heading(self) -> str:
        """The title with the unit."""
        return f"{self.title} ({self.unit})" if self.unit else self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What a page lists. rows: read once, while they are written.

    name: ASCII, of the file; about: what was asked for, as (label, value); cut: the sentence where rows were left out;
    zone: of its instants; at: when it was asked for, aware UTC; language: of headings, marks and sheets.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Row]
    about: Sequence[tuple[str, str]]
    cut: str
    zone: str
    at: datetime
    language: str


class Counted:
    """Passes rows on up to a number. count: how many so far; cut: whether there were more. Both are right at the end."""

    def __init__(self, rows: Iterable[Row], most: int) -> None:
        self._rows, self._most = rows, most
        self.count = 0
        self.cut = False

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            if self.count == self._most:
                self.cut = True
                return
            self.count += 1
            yield row
