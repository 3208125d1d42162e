"""The words of the pages in three languages: English in the templates, the others in `locale/<language>.po`.

Filling, dates and numbers are those of `notifications.words`, and so is every sentence of a reason.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from notifications.words import SOURCE, Words

FOLDER = Path(__file__).parent / "locale"


@cache
def labels(language: str) -> Mapping[str, str]:
    """Return the translations of a language, empty for English and for one that we do not speak."""
    path = FOLDER / f"{language}.po"
    return read_po(path.read_text(encoding="utf-8")) if language != SOURCE and path.is_file() else {}


def read_po(text: str) -> dict[str, str]:
    """Read a catalog: pairs of `msgid` and `msgstr`, a string may go on in the lines below it."""
    found: dict[str, str] = {}
    parts = {"msgid": "", "msgstr": ""}
    now = ""
    for line in [*text.splitlines(), 'msgid ""']:
        word, _, rest = line.partition(" ")
        if word in parts:
            if word == "msgid" and parts["msgid"]:
                found[parts["msgid"]] = parts["msgstr"]
            now, parts[word] = word, ast.literal_eval(rest)
        elif line.startswith('"'):
            parts[now] += ast.literal_eval(line)
    return found


class Labels:
    """Speaks one language. zone: of the instants in sentences."""

    def __init__(self, language: str, zone: str = "UTC") -> None:
        self.language = language
        self.words = Words(zone=zone)

    def __call__(self, msgid: str, /, **values: Any) -> str:
        """Return a label, filled with values; one without a translation stays English, and a test finds it."""
        return self.words.text(labels(self.language).get(msgid, msgid), self.language, **values)
