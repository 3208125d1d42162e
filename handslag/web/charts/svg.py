"""SVG text: elements with escaped attributes, and the frame that every chart has (role, title, description)."""

from __future__ import annotations

from html import escape

WIDE, NARROW = 680, 320


class Drawn(str):
    """Finished markup, which templates do not escape again."""

    __slots__ = ()

    def __html__(self) -> str:
        """Return itself."""
        return self


def el(name: str, *children: str, **attributes: object) -> Drawn:
    """Return an element. `class_` and `text_anchor` stand for `class` and `text-anchor`; text among the children is escaped.

    >>> el("text", "a < b", x=1.5, text_anchor="end")
    '<text x="1.5" text-anchor="end">a &lt; b</text>'
    """
    told = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(_plain(value))}"' for key, value in attributes.items())
    inner = "".join(child if isinstance(child, Drawn) else escape(child) for child in children)
    return Drawn(f"<{name}{told}>{inner}</{name}>" if inner else f"<{name}{told}/>")


def _plain(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)


def chart(key: str, title: str, told: str, *parts: str, width: int, height: int) -> Drawn:
    """Return a chart. title: what it is; told: what it shows, in a sentence that replaces the picture for who cannot see it."""
    name = f"{key}-{width}"
    return el(
        "svg",
        el("title", title, id=f"{name}-title"),
        el("desc", told, id=f"{name}-desc"),
        *parts,
        class_=f"chart {'wide-only' if width == WIDE else 'narrow-only'}",
        role="img",
        viewBox=f"0 0 {width} {height}",
        aria_labelledby=f"{name}-title {name}-desc",
    )


def hatch(name: str, class_: str) -> Drawn:
    """Return a pattern of slanted lines, so that a surface differs by more than its colour."""
    stripe = el("path", d="M-2 2 L2 -2 M0 8 L8 0 M6 10 L10 6", class_=class_)
    return el("pattern", stripe, id=name, width=8, height=8, patternUnits="userSpaceOnUse")


def path(points: list[tuple[float, float]], *, close: bool = False) -> str:
    """Return the `d` of a line through points."""
    told = " L".join(f"{_plain(float(x))} {_plain(float(y))}" for x, y in points)
    return f"M{told}{' Z' if close else ''}"
