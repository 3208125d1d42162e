"""A version as a picture: Mermaid and Graphviz text, both pure. `diagram_svg` draws it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.declared import Phase, Transition, Version, pick

_LINE = 34


def mermaid(version: Version, language: str) -> str:
    """Return the method as a Mermaid state diagram."""
    names = _ids(version)
    lines = ["stateDiagram-v2", f"  [*] --> {names[version.start]}"]
    for key, phase in version.phases.items():
        lines.append(f'  state "{_mermaid_text(_title(version, phase, language))}" as {names[key]}')
    for move, source in _moves(version):
        label = _mermaid_text(_label(version, move, language))
        lines.append(f"  {names[source]} --> {names[move.target]}: {label}")
    lines += [f"  {names[key]} --> [*]" for key, phase in version.phases.items() if phase.ending]
    return "\n".join(lines) + "\n"


def dot(version: Version, language: str) -> str:
    """Return the method as a Graphviz digraph; classes (`phase`, `ending`, `automatic` …) are for a style sheet."""
    names = _ids(version)
    lines = [
        f"digraph {_dot_text(version.key)} {{",
        f"  label={_dot_text(pick(version.title, language, version.fallback))}; labelloc=t; rankdir=TB;",
        '  node [shape=box, style="rounded", fontname="sans-serif", fontsize=12];',
        '  edge [fontname="sans-serif", fontsize=10];',
        '  start [shape=circle, label="", width=0.2, style=filled, fillcolor=black, class="start"];',
        f"  start -> {names[version.start]};",
    ]
    for key, phase in version.phases.items():
        shape = ", peripheries=2" if phase.ending else ""
        label = _dot_text(_wrapped(_title(version, phase, language)))
        lines.append(f'  {names[key]} [label={label}, class="{_phase_class(phase)}"{shape}];')
    for move, source in _moves(version):
        label, style = _dot_text(_wrapped(_label(version, move, language))), _edge_style(move)
        lines.append(f"  {names[source]} -> {names[move.target]} [label={label}{style}];")
    return "\n".join([*lines, "}"]) + "\n"


def table(version: Version, language: str) -> tuple[tuple[str, str, str, str], ...]:
    """Return the same as rows (from, move, to, by), for readers who do not see the picture."""
    fallback = version.fallback
    return tuple(
        (
            _title(version, version.phases[source], language),
            _label(version, move, language),
            _title(version, version.phases[move.target], language),
            ", ".join(
                pick(version.roles[role].title, language, fallback) if role in version.roles else role for role in move.by
            ),
        )
        for move, source in _moves(version)
    )


def _ids(version: Version) -> dict[str, str]:
    """Return a safe identifier for each phase."""
    return {key: f"p_{re.sub(r'[^A-Za-z0-9_]', '_', key)}_{n}" for n, key in enumerate(version.phases)}


def _moves(version: Version) -> Iterator[tuple[Transition, str]]:
    for move in version.transitions.values():
        for source in move.sources:
            yield move, source


def _title(version: Version, phase: Phase, language: str) -> str:
    return pick(phase.title, language, version.fallback)


def _label(version: Version, move: Transition, language: str) -> str:
    title = pick(move.title, language, version.fallback)
    return title if move.code == move.key else f"{move.code} {title}"


def _phase_class(phase: Phase) -> str:
    flags = (("ending", phase.ending), ("signed", phase.signed), ("paused", phase.stops_clocks))
    return " ".join(["phase", *(name for name, on in flags if on)])


def _edge_style(move: Transition) -> str:
    return ', style=dashed, class="automatic"' if move.automatic is not None else ', class="move"'


def _mermaid_text(text: str) -> str:
    """Escape what Mermaid reads as its own; entity codes are its way to write a character."""
    return "".join(f"#{ord(char)};" if char in '"#;:<>{}[]`' else char for char in " ".join(text.split()))


def _dot_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _wrapped(text: str) -> str:
    """Break a label between words, so that the picture stays narrow."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= _LINE:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)
