"""What a check of a method found, and the two questions that nearly every check asks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from workflows.nearest import instead
from workflows.yaml_text import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A fault of a method, at the path of a value (or of its key) in the file; the reader turns it into a place."""

    path: Path
    code: str
    sentence: str
    at_key: bool = False


def unknown(path: Path, name: str, among: Collection[str], what: str) -> Iterator[Finding]:
    """Yield a fault where a name that is given is not among the declared ones; `what` is one word: `phase`, `fact`."""
    if name and name not in among:
        sentence = f"{name!r} is not a declared {what.replace('_', ' ')}; {instead(name, among)}"
        yield Finding(path=path, code=f"unknown_{what}", sentence=sentence)


def each_known(path: Path, names: Sequence[str], among: Collection[str], what: str) -> Iterator[Finding]:
    """Yield a fault for each name of a list that is not declared, or that stands there twice."""
    for index, name in enumerate(names):
        yield from unknown((*path, index), name, among, what)
        if name in names[:index]:
            sentence = f"{name!r} stands in this list twice; keep one"
            yield Finding(path=(*path, index), code="listed_twice", sentence=sentence)
