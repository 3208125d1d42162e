"""Bars: lengths with marks on them, one row under the other, and one bar made of parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handslag.web.charts.scale import Amounts
from handslag.web.charts.svg import WIDE, Drawn, chart, el, hatch, path

ROW, BAR, TOP, FLOOR = 46, 14, 4, 26
SIDE = 12
CHARACTER = 6.6  # the width of one at this size, on the safe side


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """A row: a bar up to `amount`, a thin one on to `reach` (0: none), marks at `allowed` and `now` (None: none).

    said: the figures at the right, in words.
    """

    label: str
    said: str
    amount: int
    reach: int = 0
    allowed: int | None = None
    now: int | None = None
    is_assumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a whole. shade: plain, hatched, pale."""

    label: str
    amount: int
    shade: str


def lengths_chart(key: str, title: str, told: str, rows: Sequence[Length], width: int) -> Drawn:
    """Draw lengths, each under its own label."""
    height = TOP + ROW * len(rows) + FLOOR
    most = max((n for row in rows for n in (row.amount, row.reach, row.allowed or 0, row.now or 0)), default=1)
    scale = Amounts(most=max(1, most), zero=SIDE, end=width - SIDE)
    name = f"{key}-{width}-hatch"
    drawn = [el("defs", hatch(name, "stripe"))]
    for mark in scale.marks(8 if width == WIDE else 4):
        at = scale.at(mark)
        drawn += [
            el("line", x1=at, x2=at, y1=TOP + 18, y2=height - FLOOR + 4, class_="grid"),
            el("text", str(mark), x=at, y=height - 6, text_anchor="middle", class_="axis"),
        ]
    for n, row in enumerate(rows):
        drawn += _row(row, TOP + n * ROW, scale, name, width)
    return chart(key, title, told, *drawn, width=width, height=height)


def _row(row: Length, top: float, scale: Amounts, name: str, width: int) -> list[Drawn]:
    bar, middle = top + 20, top + 20 + BAR / 2
    zero = scale.at(0)
    drawn = [
        el("text", row.label, x=zero, y=top + 14, class_="label strong"),
        el("text", row.said, x=width - SIDE, y=top + 14, text_anchor="end", class_="label"),
    ]
    if row.reach > row.amount:
        drawn.append(el("rect", x=zero, y=middle - 2, width=scale.at(row.reach) - zero, height=4, class_="reach"))
    length = max(1.0, scale.at(row.amount) - zero)
    drawn.append(
        el("rect", x=zero, y=bar, width=length, height=BAR, rx=2, class_="bar-assumed" if row.is_assumed else "bar-full")
    )
    if row.is_assumed:
        drawn.append(el("rect", x=zero, y=bar, width=length, height=BAR, rx=2, fill=f"url(#{name})"))
    if row.allowed is not None:
        at = scale.at(row.allowed)
        drawn.append(el("line", x1=at, x2=at, y1=bar - 3, y2=bar + BAR + 3, class_="allowed"))
    if row.now is not None:
        at = scale.at(row.now)
        diamond = [(at, middle - 6), (at + 6, middle), (at, middle + 6), (at - 6, middle)]
        is_over = row.allowed is not None and row.now > row.allowed
        drawn.append(el("path", d=path(diamond, close=True), class_="mark over" if is_over else "mark"))
    return drawn


def parts_chart(key: str, title: str, told: str, parts: Sequence[Part], width: int) -> Drawn:
    """Draw one bar made of parts, each with its number, and their names below it."""
    parts = [part for part in parts if part.amount]
    whole = sum(part.amount for part in parts)
    name = f"{key}-{width}-hatch"
    drawn, x, room = [el("defs", hatch(name, "stripe strong"))], float(SIDE), width - 2.0 * SIDE
    for part in parts:
        wide = part.amount / whole * room
        drawn += [el("rect", x=x, y=4, width=max(1.0, wide - 2), height=34, rx=3, class_=f"part {part.shade}")]
        if part.shade == "hatched":
            drawn.append(el("rect", x=x, y=4, width=max(1.0, wide - 2), height=34, rx=3, fill=f"url(#{name})"))
        if wide > 12 + CHARACTER * len(str(part.amount)):
            drawn += [
                el("rect", x=x + 7, y=10, width=10 + CHARACTER * 1.3 * len(str(part.amount)), height=22, rx=4, class_="plate"),
                el("text", str(part.amount), x=x + 12, y=26, class_="label strong"),
            ]
        x += wide
    names, height = _names(parts, name, width)
    return chart(key, title, told, *drawn, *names, width=width, height=height)


def _names(parts: Sequence[Part], name: str, width: int) -> tuple[list[Drawn], int]:
    drawn, x, y = [], float(SIDE), 62
    for part in parts:
        needed = 24 + CHARACTER * (len(part.label) + len(str(part.amount)) + 2)
        if x > SIDE and x + needed > width:
            x, y = float(SIDE), y + 22
        drawn.append(el("rect", x=x, y=y - 11, width=13, height=13, rx=2, class_=f"part {part.shade}"))
        if part.shade == "hatched":
            drawn.append(el("rect", x=x, y=y - 11, width=13, height=13, rx=2, fill=f"url(#{name})"))
        drawn.append(el("text", f"{part.label}: {part.amount}", x=x + 19, y=y, class_="label"))
        x += needed + 12
    return drawn, y + 10
