"""A small plot of the ratios: one bar a line, its spread, and the goal. SVG written by hand, so nothing needs installing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from bench.measuring import Line

ROW, LEFT, WIDTH = 26, 430, 520
LOW, HIGH = 0.05, 20.0


def svg(lines: Sequence[Line]) -> str:
    """Return the plot: ratios on a logarithmic scale, green where the goal holds, red where it is missed, grey without one."""
    height = ROW * (len(lines) + 2)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 30}" height="{height}" font-family="sans-serif"'
        ' font-size="12"><rect width="100%" height="100%" fill="white"/>'
    ]
    for mark in (0.1, 0.25, 0.5, 1, 2, 5, 10):
        x = _x(mark)
        parts.append(
            f'<line x1="{x:.0f}" y1="{ROW}" x2="{x:.0f}" y2="{height - ROW / 2}" stroke="{"#888" if mark == 1 else "#ddd"}"/>'
        )
        parts.append(f'<text x="{x:.0f}" y="{ROW - 8}" text-anchor="middle" fill="#555">{mark:g}</text>')
    for row, line in enumerate(lines):
        y = ROW * (row + 1) + ROW / 2
        colour = {True: "#14604a", False: "#b3261e", None: "#777777"}[line.holds]
        label = escape(f"{line.workload}: {line.variant} / {line.against}")
        start, end = sorted((_x(1), _x(line.ratio)))
        parts.append(f'<text x="{LEFT - 10}" y="{y + 4:.0f}" text-anchor="end" font-size="10">{label}</text>')
        parts.append(
            f'<rect x="{start:.1f}" y="{y - 6:.0f}" width="{max(1.0, end - start):.1f}" height="12" fill="{colour}"'
            ' opacity="0.6"/>'
        )
        parts.append(
            f'<line x1="{_x(min(line.ratios)):.1f}" y1="{y:.0f}" x2="{_x(max(line.ratios)):.1f}" y2="{y:.0f}" stroke="{colour}"'
            ' stroke-width="2"/>'
        )
        if line.goal is not None:
            x = _x(line.goal)
            parts.append(f'<line x1="{x:.1f}" y1="{y - 9:.0f}" x2="{x:.1f}" y2="{y + 9:.0f}" stroke="black" stroke-width="2"/>')
    return "\n".join([*parts, "</svg>", ""])


def _x(ratio: float) -> float:
    share = math.log(min(max(ratio, LOW), HIGH) / LOW) / math.log(HIGH / LOW)
    return LEFT + share * WIDTH
